"""What a clinic's journal system holds as billed to the region, read from a table."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from intake import cells
from intake.malformed import MOST_FAULTS, Fault
from intake.table import FILE, Cell, Flawed, Rows, TableRow, UnreadableTableError, place
from terms.vocabulary import Support


class JournalRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A line that the journal system holds as income from the region; `row` is where it stands in
    the file, `price_ore` what was asked for it, before any fee of the patient's. It says which
    patient, or which line of which invoice."""

    row: int
    clinic: str
    number: str | None = None
    line: int | None = None
    patient: str | None = None
    support: Support
    treated_on: date
    code: str
    tooth: str | None = None
    price_ore: int


class ReadJournal(NamedTuple):
    """The rows, or everything that is wrong with them (at most MOST_FAULTS)."""

    rows: list[JournalRow]
    faults: list[Fault]


class _Column(NamedTuple):
    """A column: its headings, the first of which is told, and how its cells are read."""

    headings: tuple[str, ...]
    read: Callable[[str], Any]
    is_required: bool


COLUMNS: Final[Mapping[str, _Column]] = {
    "clinic": _Column(("klinik", "hsa-id"), cells.any_text, False),
    "number": _Column(("faktura", "fakturanummer"), cells.any_text, False),
    "line": _Column(("rad", "radnummer"), cells.line_number, False),
    "patient": _Column(("patient", "personnummer"), cells.person, False),
    "support": _Column(("stöd", "tandvårdsstöd"), cells.support, True),
    "treated_on": _Column(("behandlad", "behandlingsdag"), cells.day, True),
    "code": _Column(("åtgärd", "åtgärdskod"), cells.any_text, True),
    "tooth": _Column(("tand", "position"), cells.any_text, False),
    "price_ore": _Column(("belopp", "pris"), cells.amount_ore, True),
}
_NAMES: Final = {heading: name for name, column in COLUMNS.items() for heading in column.headings}
KNOWN: Final = ", ".join(column.headings[0] for column in COLUMNS.values())


def read_journal(rows: Rows, clinic: str | None) -> ReadJournal:
    """The rows under a row of headings; `clinic` is whose all of them are, where that is known
    beforehand."""
    reading = _Reading(clinic)
    try:
        for row in rows:
            if reading.take(row):
                break
    except UnreadableTableError as error:
        reading.faults.append(error.fault)
    return reading.finished()


class _Reading:
    """Takes row after row, and notes what is wrong."""

    def __init__(self, clinic: str | None) -> None:
        self.faults: list[Fault] = []
        self._clinic = clinic
        self._names: list[str] | None = None
        self._rows: list[JournalRow] = []
        self._numbered: dict[tuple[str, str, int], int] = {}
        self._known: dict[tuple[str, Cell], Any] = {}

    def take(self, row: TableRow) -> bool:
        """Whether that was enough."""
        if self._names is None:
            self._names = self._columns(row)
            return bool(self.faults)  # of what stands under wrong headings everything is wrong
        self._take_line(row, self._names)
        return len(self.faults) >= MOST_FAULTS

    def finished(self) -> ReadJournal:
        """What came of it."""
        if not self.faults and not self._rows:
            self.faults.append(Fault("har inga rader under rubrikerna", FILE))
        if self.faults:
            return ReadJournal([], self.faults[:MOST_FAULTS])
        return ReadJournal(self._rows, [])

    def _columns(self, row: TableRow) -> list[str]:
        """The field of each column."""
        names: list[str] = []
        for column, cell in enumerate(_filled(row.cells)):
            heading = "" if isinstance(cell, Flawed) else " ".join(cell.casefold().split())
            name, where = _NAMES.get(heading, ""), place(row.number, column)
            if not name:
                self._fault(f"rubriken är inte känd; ta bort kolumnen. Kända är {KNOWN}", where)
            elif name in names:
                self._fault("samma uppgift har två kolumner; ta bort den ena", where)
            names.append(name)
        needed = [name for name, column in COLUMNS.items() if column.is_required]
        if self._clinic is None:
            needed.insert(0, "clinic")
        for name in needed:
            if name not in names:
                self._fault(f"kolumnen {COLUMNS[name].headings[0]} saknas", place(row.number))
        if "patient" not in names and not {"number", "line"} <= set(names):
            self._fault("kolumnen patient saknas, eller faktura och rad", place(row.number))
        return names

    def _take_line(self, row: TableRow, names: list[str]) -> None:
        so_far = len(self.faults)
        read: dict[str, Any] = {}
        for column, cell in enumerate(_filled(row.cells)):
            if column >= len(names):
                self._fault("har fler celler än rubrikerna", place(row.number, column))
                break
            if cell:
                read[names[column]] = self._read(row.number, names, names[column], cell)
        for name in names:
            is_needed = COLUMNS[name].is_required or (name == "clinic" and not self._clinic)
            if is_needed and name not in read:
                self._fault("saknas", _where(row.number, names, name))
        if "clinic" in read and self._clinic not in (None, read["clinic"]):
            what = "är en annan klinik än den som filen gäller"
            self._fault(what, _where(row.number, names, "clinic"))
        if not {"number", "line"} <= read.keys() and "patient" not in read:
            self._fault("anger varken patient eller både faktura och rad", place(row.number))
        if len(self.faults) == so_far:
            self._keep(JournalRow(row=row.number, **{"clinic": self._clinic, **read}))

    def _read(self, row: int, names: list[str], name: str, cell: Cell) -> Any:
        """What a cell says, read once however often; what is wrong with it is noted."""
        known = self._known.get((name, cell))
        if known is not None:
            return known
        try:
            if isinstance(cell, Flawed):
                raise ValueError(cell.what)
            value = self._known[name, cell] = COLUMNS[name].read(cell)
        except ValueError as error:
            self._fault(str(error), _where(row, names, name))
            return None
        return value

    def _keep(self, row: JournalRow) -> None:
        if row.number is not None and row.line is not None:
            other = self._numbered.setdefault((row.clinic, row.number, row.line), row.row)
            if other != row.row:
                what = f"samma faktura och rad står på rad {other}; ta bort den ena"
                self._fault(what, place(row.row))
        self._rows.append(row)

    def _fault(self, what: str, where: str) -> None:
        self.faults.append(Fault(what, where))


def _filled(row: list[Cell]) -> list[Cell]:
    """The cells up to the last that is not empty."""
    last = max((place for place, cell in enumerate(row, 1) if cell), default=0)
    return row[:last]


def _where(row: int, names: list[str], name: str) -> str:
    return place(row, names.index(name), COLUMNS[name].headings[0])
