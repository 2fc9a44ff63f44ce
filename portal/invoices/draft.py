"""An invoice as it is being written: what the fields say, and what of it cannot be read."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, get_args

import msgspec

from adjudication.invoice import DocumentKind, Invoice
from attachments.limits import MOST_IN_A_CASE
from intake.malformed import UNREADABLE, Fault, faults
from intake.strict import Reader
from portal.forms import NOT_AN_AMOUNT, Form, whole_number
from terms.period import day_written

TEXTS: Final = (
    "treated_on", "code", "tooth", "zone", "surfaces", "price", "conditions", "motivation",
    "preassessment", "facts",
)  # fmt: skip
"""Fields of a line that are typed or chosen; beside them stands who performed it."""

MOST_LINES = 100
FREE_CARD: Final = ("free_card_number", "free_card_valid_from", "free_card_valid_to")
HEAD: Final = ("number", "patient", "support", "care_level", "replaces", "region", *FREE_CARD)
DOCUMENT: Final = ("document_line", "document_kind", "document_file")
MOST_DOCUMENTS: Final = MOST_IN_A_CASE
_ENCLOSED: Final = "bifogas"
"""Names a document that is not kept yet; it decides nothing."""
_AMOUNT = re.compile(r"(\d{1,8})(?:[,.](\d{1,2}))?(?:kr|:-)?", re.ASCII)
_PATH = re.compile(r"\$\.(?:lines\[(\d+)\]\.?)?((?:free_card\.)?\w*)")
_FIELD = {"price_ore": "price", "free_card": "free_card_number"}

Line = dict[str, str]


class FieldFault(NamedTuple):
    """What is wrong with a field: its id on the page, the line's place from 1 on (None for the
    head), the field's name, and what is wrong."""

    id: str
    line: int | None
    name: str
    message: str


class Enclosed(NamedTuple):
    """A document that is to go with a line, by its place among them from 1 on: the line as it is
    numbered on the page, and the kind, as somebody wrote and chose them."""

    place: int
    line: str
    kind: str


class Draft(NamedTuple):
    """What the fields of a page say. There is always a line to write in. Of the documents only
    those are there of which a kind is chosen."""

    head: dict[str, str]
    lines: list[Line]
    documents: list[Enclosed] = []

    @property
    def first_day(self) -> date | None:
        """The day of the first line that has one."""
        for line in self.lines:
            try:
                return day_written(line["treated_on"])
            except ValueError:
                continue
        return None

    def read(
        self, clinic: str, names: Mapping[int, str] | None = None
    ) -> Invoice | list[FieldFault]:
        """The clinic's invoice, or everything that is wrong with the fields. `names` are those of
        the documents that are kept, by their places."""
        places = [place for place, line in enumerate(self.lines) if _is_written(line)]
        wrong = [fault for one in self.documents for fault in self._faults_of(one, places)]
        row: dict[str, Any] = {
            "clinic": clinic,
            **{name: text for name, text in self.head.items() if text and name not in FREE_CARD},
            "lines": [_row(self.lines[place], number) for number, place in enumerate(places, 1)],
        }
        if any(self.head[name] for name in FREE_CARD):
            row["free_card"] = {
                name.removeprefix("free_card_"): self.head[name]
                for name in FREE_CARD
                if self.head[name]
            }
        for one in [] if wrong else self.documents:
            line = row["lines"][places.index(int(one.line) - 1)]
            name = (names or {}).get(one.place, _ENCLOSED)
            line.setdefault("documents", []).append({"kind": one.kind, "name": name})
        for required in ("number", "patient", "support"):
            row.setdefault(required, "")
        text = msgspec.json.encode(row)
        try:
            invoice = _READER.read(text)
        except UNREADABLE as error:
            return [*(_fault(one, places) for one in faults(text, Invoice, error)), *wrong]
        empty = [one for one in ("number", "patient") if not self.head[one]]
        if empty or wrong:
            return [*(FieldFault(one, None, one, "saknas") for one in empty), *wrong]
        return invoice

    def _faults_of(self, one: Enclosed, places: list[int]) -> Iterator[FieldFault]:
        """What is wrong with what is said of a document."""
        if one.line not in {f"{place + 1}" for place in places}:
            yield document_fault(one.place, "document_line", "skriv numret på en rad ovan")
        if one.kind not in get_args(DocumentKind):
            yield document_fault(one.place, "document_kind", "välj vad det är")


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
    documents = [
        Enclosed(place, form.one(f"document-{place}-line"), kind)
        for place in range(1, MOST_DOCUMENTS + 1)
        if (kind := form.one(f"document-{place}-kind"))
    ]
    return Draft({name: form.one(name) for name in HEAD}, lines or [_line()], documents)


def changed(draft: Draft, act: str) -> Draft:
    """With a line more, or one fewer: `add`, `remove-2`."""
    lines = list(draft.lines)
    if act == "add" and len(lines) < MOST_LINES:
        last = lines[-1]
        lines.append({**_line(), "treated_on": last["treated_on"], "performer": last["performer"]})
    what, _, which = act.partition("-")
    if what == "remove" and (place := whole_number(which, len(lines))):
        del lines[place - 1]
    return draft._replace(lines=lines or [_line()])


def ore_of(text: str) -> int | None:
    """An amount that somebody wrote in kronor: `1 100`, `1100,50`, `1 100 kr`."""
    match = _AMOUNT.fullmatch("".join(text.split()))
    return None if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def document_fault(place: int, name: str, message: str) -> FieldFault:
    """What is wrong with a document."""
    return FieldFault(f"document-{place}-{name.removeprefix('document_')}", None, name, message)


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
    if line["facts"]:
        row["facts"] = line["facts"].split()
    if line["conditions"]:
        row["conditions"] = line["conditions"].replace(",", " ").split()
    amount = ore_of(line["price"])
    if amount is not None:
        row["price_ore"] = amount
    return row


def _fault(fault: Fault, places: list[int]) -> FieldFault:
    match = _PATH.match(fault.path)
    name = "number" if match is None else match[2].replace(".", "_") or "number"
    name = _FIELD.get(name, name)
    message = NOT_AN_AMOUNT if name == "price" and "heltal" in fault.message else fault.message
    if match is None or match[1] is None:
        return FieldFault(name, None, name, message)
    place = places[int(match[1])] + 1
    return FieldFault(f"line-{place}-{name}", place, name, message)


_READER = Reader(Invoice)
