"""What `partitur adjudicate` is asked to do, and a quick way to see it.

Of all that comes before the first answer, importing click takes a fifth. A command line with
nothing odd about it needs none of what click knows, so it is read here. What this does not
understand is not refused but left to click (adjudicate.py).
"""

from collections.abc import Sequence
from typing import NamedTuple

from cli.output import STREAM

REGION = "jonkoping"
MOST_PROCESSES = 64


class Asked(NamedTuple):
    """Files by their paths (`-` is a standard stream), and how they are to be decided."""

    invoices: str
    cards: str | None
    preassessments: str | None
    output: str
    region: str
    rules: tuple[str, ...]
    processes: int
    quiet: bool
    db: str | None = None


_INVOICES = ""
_LONG_NAMES = {"-o": "--output", "-q": "--quiet"}
_WITH_A_VALUE = {
    "--cards", "--preassessments", "--output", "--region", "--rules", "--processes",
}  # fmt: skip
_COUNTS = {str(count): count for count in range(1, MOST_PROCESSES + 1)}


def read_plainly(arguments: Sequence[str]) -> Asked | None:
    """What the subcommand's arguments ask for, or None where that takes some thought."""
    values: dict[str, str] = {}
    rules: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name = _LONG_NAMES.get(argument, argument)
        if name == "--quiet":
            values[name] = argument
        elif name in _WITH_A_VALUE:
            value = next(rest, "--")
            if not _is_plain(value):
                return None
            values[name] = value
            if name == "--rules":
                rules.append(value)
        elif _is_plain(argument) and _INVOICES not in values:
            values[_INVOICES] = argument
        else:
            return None
    processes = _COUNTS.get(values.get("--processes", "1"))
    if processes is None or _INVOICES not in values or "--cards" not in values:
        return None
    return Asked(
        invoices=values[_INVOICES],
        cards=values["--cards"],
        preassessments=values.get("--preassessments"),
        output=values.get("--output", STREAM),
        region=values.get("--region", REGION),
        rules=tuple(rules),
        processes=processes,
        quiet="--quiet" in values,
    )


def _is_plain(value: str) -> bool:
    return value == STREAM or not value.startswith("-")
