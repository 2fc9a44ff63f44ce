"""Which row of a clinic's journal is which line of the region's.

They are one where they agree on most: first on everything, then on less and less, by the number of
the invoice before by the patient. Each is matched once.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final

import msgspec

from adjudication.findings import Outcome
from intake.journal import JournalRow
from terms.vocabulary import Support

MOST_DAYS_APART: Final = 31
"""A row that knows no number is matched to care of another day within so many days."""


class RegionLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A line as the region has it now: `invoice` is the key of its invoice, `number` the clinic's.
    `findings` are the codes of what was found, `reasons` say it in Swedish; neither is needed of
    what is approved."""

    invoice: int
    number: str
    line: int
    patient: str
    support: Support
    treated_on: date
    code: str
    tooth: str | None
    price_ore: int
    outcome: Outcome
    allowed_ore: int
    is_credited: bool
    findings: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


_EXACT: Final = (
    ("number", "line", "treated_on", "code", "tooth", "price_ore"),
    ("number", "line", "treated_on", "code", "tooth"),
    ("number", "treated_on", "code", "tooth", "price_ore"),
    ("number", "treated_on", "code", "price_ore"),
    ("number", "line", "treated_on", "code"),
    ("number", "treated_on", "code"),
    ("patient", "treated_on", "code", "tooth", "price_ore"),
    ("patient", "treated_on", "code", "price_ore"),
    ("patient", "treated_on", "code", "tooth"),
    ("patient", "treated_on", "code"),
)
_LOOSE: Final = (
    ("number", "line"),
    ("number", "code", "price_ore"),
    ("number", "code"),
    ("patient", "treated_on", "tooth", "price_ore"),
    ("patient", "code", "tooth", "price_ore"),
    ("patient", "code", "price_ore"),
)
"""On what the two agree; a row is asked only where it says the first. A line of no tooth is one of
its own, and so is a row without a number of the line."""

Pair = tuple[JournalRow | None, RegionLine | None]


def pairs(journal: Sequence[JournalRow], held: Sequence[RegionLine]) -> Iterator[Pair]:
    """Every row and every line once, together where they are one. What is credited is matched only
    to rows that nothing else is."""
    rows = {row.row: row for row in journal}
    standing = {place: line for place, line in enumerate(held) if not line.is_credited}
    credited = {place: line for place, line in enumerate(held) if line.is_credited}
    for fields, lines in (
        *((fields, standing) for fields in _EXACT),
        *((fields, credited) for fields in _EXACT),
        *((fields, standing) for fields in _LOOSE),
        *((fields, credited) for fields in _LOOSE),
    ):
        for row, place in _matched(rows, lines, fields):
            yield rows.pop(row), lines.pop(place)
    for left in rows.values():
        yield left, None
    for line in (*standing.values(), *credited.values()):
        yield None, line


def _matched(
    rows: dict[int, JournalRow], lines: dict[int, RegionLine], fields: tuple[str, ...]
) -> list[tuple[int, int]]:
    """Rows and lines that agree on these fields, each once: of several lines the nearest in time,
    and of those as near the first."""
    asked = attrgetter(*fields)
    by_key: dict[Any, list[int]] = {}
    for place, line in lines.items():
        by_key.setdefault(asked(line), []).append(place)
    is_by_chance = fields[0] == "patient" and "treated_on" not in fields
    found = []
    for number, row in rows.items():
        is_known = getattr(row, fields[0]) is not None
        places = by_key.get(asked(row)) if is_known else None
        if not places:
            continue
        nearest = min(places, key=lambda place: _days_apart(row, lines[place]))
        is_far = row.number is not None or _days_apart(row, lines[nearest]) > MOST_DAYS_APART
        if not (is_by_chance and is_far):
            places.remove(nearest)
            found.append((number, nearest))
    return found


def _days_apart(row: JournalRow, line: RegionLine) -> int:
    return abs((row.treated_on - line.treated_on).days)
