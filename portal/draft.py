"""An invoice as it is being written: what the fields say, and what of it cannot be read."""

import re
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from adjudication.invoice import Invoice
from intake.malformed import UNREADABLE, Fault, faults
from intake.strict import Reader
from portal.forms import Form
from terms.period import day_written

TEXTS: Final = (
    "treated_on", "code", "tooth", "zone", "surfaces", "price", "conditions", "motivation",
    "preassessment",
)  # fmt: skip
"""Fields of a line that are typed; beside them stands who performed it."""

MOST_LINES = 100
HEAD: Final = ("number", "patient", "support", "care_level", "replaces")
_AMOUNT = re.compile(r"(\d{1,8})(?:[,.](\d{1,2}))?(?:kr|:-)?", re.ASCII)
_PATH = re.compile(r"\$\.(?:lines\[(\d+)\]\.?)?(\w*)")
_FIELD = {"price_ore": "price"}

Line = dict[str, str]


class FieldFault(NamedTuple):
    """What is wrong with a field: its id on the page, the line's place from 1 on (None for the
    head), the field's name, and what is wrong."""

    id: str
    line: int | None
    name: str
    message: str


class Draft(NamedTuple):
    """What the fields of a page say. There is always a line to write in."""

    head: dict[str, str]
    lines: list[Line]

    @property
    def first_day(self) -> date | None:
        """The day of the first line that has one."""
        for line in self.lines:
            try:
                return day_written(line["treated_on"])
            except ValueError:
                continue
        return None

    def read(self, clinic: str) -> Invoice | list[FieldFault]:
        """The clinic's invoice, or everything that is wrong with the fields."""
        places = [place for place, line in enumerate(self.lines) if _is_written(line)]
        row = {
            "clinic": clinic,
            **{name: text for name, text in self.head.items() if text},
            "lines": [_row(self.lines[place], number) for number, place in enumerate(places, 1)],
        }
        for required in ("number", "patient", "support"):
            row.setdefault(required, "")
        text = msgspec.json.encode(row)
        try:
            invoice = _READER.read(text)
        except UNREADABLE as error:
            return [_fault(one, places) for one in faults(text, Invoice, error)]
        empty = [one for one in ("number", "patient") if not self.head[one]]
        if empty:
            return [FieldFault(one, None, one, "saknas") for one in empty]
        return invoice


def blank() -> Draft:
    """Nothing is written yet."""
    return Draft({**dict.fromkeys(HEAD, ""), "support": "F", "care_level": "general"}, [_line()])


def drafted(form: Form) -> Draft:
    """What a form says: every line has each of its fields, in their order."""
    columns = [form.many(name) for name in (*TEXTS, "performer")]
    lines = [
        {name: text.strip() for name, text in zip((*TEXTS, "performer"), row, strict=True)}
        for row in zip(*columns, strict=False)
    ][:MOST_LINES]
    return Draft({name: form.one(name) for name in HEAD}, lines or [_line()])


def changed(draft: Draft, act: str) -> Draft:
    """With a line more, or one fewer: `add`, `remove-2`."""
    lines = list(draft.lines)
    if act == "add" and len(lines) < MOST_LINES:
        last = lines[-1]
        lines.append({**_line(), "treated_on": last["treated_on"], "performer": last["performer"]})
    place = act.removeprefix("remove-")
    if place != act and place.isdecimal() and 1 <= int(place) <= len(lines):
        del lines[int(place) - 1]
    return Draft(draft.head, lines or [_line()])


def ore_of(text: str) -> int | None:
    """An amount that somebody wrote in kronor: `1 100`, `1100,50`, `1 100 kr`."""
    match = _AMOUNT.fullmatch("".join(text.split()))
    return None if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _line() -> Line:
    return {**dict.fromkeys(TEXTS, ""), "performer": "dentist"}


def _is_written(line: Line) -> bool:
    return any(line[name] for name in TEXTS)


def _row(line: Line, number: int) -> dict[str, Any]:
    """A line as it is sent; what cannot be read is left as it is, for the reader to find."""
    row: dict[str, Any] = {"line": number, "price_ore": line["price"]}
    for name in ("treated_on", "code", "performer"):
        row[name] = line[name]
    for name in ("tooth", "zone", "surfaces", "motivation", "preassessment"):
        if line[name]:
            row[name] = line[name]
    if line["conditions"]:
        row["conditions"] = line["conditions"].replace(",", " ").split()
    amount = ore_of(line["price"])
    if amount is not None:
        row["price_ore"] = amount
    return row


def _fault(fault: Fault, places: list[int]) -> FieldFault:
    match = _PATH.match(fault.path)
    name = "number" if match is None else _FIELD.get(match[2], match[2] or "number")
    message = _AMOUNTS if name == "price" and "heltal" in fault.message else fault.message
    if match is None or match[1] is None:
        return FieldFault(name, None, name, message)
    place = places[int(match[1])] + 1
    return FieldFault(f"line-{place}-{name}", place, name, message)


_AMOUNTS = "ska vara ett belopp i kronor, 1 100 eller 1 100,50"
_READER = Reader(Invoice)
