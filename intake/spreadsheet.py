"""A table as a spreadsheet (.xlsx): the first sheet that is shown, cell by cell as text.

Read by ourselves with the standard library, piece by piece: a file that somebody sent may unpack to
anything, a number is told as it was written, and a formula is no value.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from math import isfinite
from posixpath import join, normpath
from typing import Any, Final, TypeVar
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 – the module names it in lower case

from intake.delimited import text_cell
from intake.sheetparts import Attributes, Formats, Part, SheetList, Strings, Targets
from intake.table import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Flawed,
    Rows,
    TableRow,
    UnreadableTableError,
    need_size,
    place,
)

P = TypeVar("P", bound=Part)

LARGEST_UNPACKED: Final = 96 << 20
MOST_PARTS: Final = 500
_AT_ONCE: Final = 1 << 16
_OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
_LAST_SERIAL: Final = 2_958_465  # 9999-12-31
_BROKEN: Final = (
    BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, KeyError, IndexError,
    ValueError, expat.ExpatError,
)  # fmt: skip


def spreadsheet_rows(content: bytes) -> Rows:
    """The rows of a file, the headings first. Raises UnreadableTableError where it goes no
    further."""
    need_size(content)
    if content.startswith(_OLD_OR_LOCKED):
        raise UnreadableTableError(
            "är ett äldre kalkylblad eller låst med lösenord; spara det som .xlsx utan lösenord"
        )
    try:
        with ZipFile(BytesIO(content)) as file:
            _need_small(file)
            yield from _rows(file)
    except _BROKEN:
        raise UnreadableTableError("är inget helt kalkylblad (.xlsx); spara det på nytt") from None


def _need_small(file: ZipFile) -> None:
    """What a part unpacks to is never more than it says here, whatever is in it."""
    parts = file.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > LARGEST_UNPACKED:
        raise UnreadableTableError(
            f"packar upp till mer än {LARGEST_UNPACKED >> 20} MiB; dela upp den, eller spara den "
            "som CSV"
        )


def _rows(file: ZipFile) -> Iterator[TableRow]:
    root = _read(file, "_rels/.rels", Targets())
    book = _target("", root.by_kind["officeDocument"])
    folder, _, name = book.rpartition("/")
    sheets = _read(file, book, SheetList())
    targets = _read(file, join(folder, "_rels", f"{name}.rels"), Targets())
    if sheets.first is None:
        raise UnreadableTableError("har inget kalkylblad som visas")
    strings, formats = Strings(), Formats()
    for kind, part in (("sharedStrings", strings), ("styles", formats)):
        if kind in targets.by_kind:
            _read(file, _target(folder, targets.by_kind[kind]), part)
    sheet = _Sheet(strings.found, formats.days, counts_from_1904=sheets.counts_from_1904)
    for _ in _parsed(file, _target(folder, targets.by_id[sheets.first]), sheet):
        yield from sheet.taken()


def _target(folder: str, target: str) -> str:
    """The name of a part, which is told from its folder or from the top."""
    return normpath(target[1:] if target.startswith("/") else join(folder, target))


def _read(file: ZipFile, name: str, part: P) -> P:
    """A part that has taken all that it is made of."""
    for _ in _parsed(file, name, part):
        pass
    return part


def _parsed(file: ZipFile, name: str, part: Part) -> Iterator[None]:
    """Let a part take what a file in the file says, some at a time."""
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: part.start(name.rpartition(" ")[2], given)
    parser.EndElementHandler = lambda name: part.end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = part.text
    parser.StartDoctypeDeclHandler = _refuse_declarations
    with file.open(name) as stream:
        while piece := stream.read(_AT_ONCE):
            parser.Parse(piece, False)
            yield
    parser.Parse(b"", True)
    yield


def _refuse_declarations(*_said: object) -> None:
    raise ValueError("a document type")


class _Sheet:
    """Takes a sheet, and gives its rows as they become whole."""

    def __init__(self, strings: list[str], days: list[bool], *, counts_from_1904: bool) -> None:
        self._strings, self._days = strings, days
        self._day_zero = date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30)
        self._whole: list[TableRow] = []
        self._many = 0
        self._row = 0
        self._cells: list[Cell] = []
        self._kind, self._style = "n", 0
        self._column = 0
        self._parts: list[str] = []
        self._is_value = self._is_formula = False

    def taken(self) -> list[TableRow]:
        """The rows that have become whole since."""
        taken, self._whole = self._whole, []
        return taken

    def start(self, name: str, attributes: Attributes) -> None:
        """A row, a cell, or what is in one."""
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._cells = []
        elif name == "c":
            reference = attributes.get("r", "")
            self._column = _column(reference) if reference else len(self._cells)
            if self._column >= MOST_COLUMNS:
                raise UnreadableTableError(f"har fler än {MOST_COLUMNS} kolumner", place(self._row))
            self._kind = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._parts, self._is_formula = [], False
        elif name == "f":
            self._is_formula = True
        self._is_value = name in {"v", "t"}

    def text(self, text: str) -> None:
        """Some of a cell's text."""
        if self._is_value:
            self._parts.append(text)

    def end(self, name: str) -> None:
        """A cell or a row is whole."""
        self._is_value = False
        if name == "c":
            self._cells += [""] * (self._column - len(self._cells))
            self._cells[self._column :] = [self._cell("".join(self._parts))]
        elif name == "row" and any(self._cells):
            self._many += 1
            if self._many > MOST_ROWS + 1:
                raise UnreadableTableError(
                    f"filen har fler än {MOST_ROWS} rader; dela upp den", place(self._row)
                )
            self._whole.append(TableRow(self._row, self._cells))

    def _cell(self, value: str) -> Cell:
        if self._is_formula:
            return Flawed("innehåller en formel; klistra in värdet i stället")
        match self._kind:
            case "s":
                return text_cell(self._strings[int(value)]) if value else ""
            case "str" | "inlineStr" | "d":
                return text_cell(value)
            case "n":
                return self._number(value) if value else ""
            case _:
                return Flawed("ska vara text, ett tal eller en dag")

    def _number(self, value: str) -> Cell:
        """A number as it was written: a program writes 4,35 as 4.3499999999999996."""
        number = float(value)
        if not isfinite(number):
            raise ValueError(value)
        is_day = self._style < len(self._days) and self._days[self._style]
        if is_day:
            if not 1 <= number <= _LAST_SERIAL - 1500:
                return Flawed("ska vara en dag som finns")
            return (self._day_zero + timedelta(days=int(number))).isoformat()
        return f"{int(number)}" if number.is_integer() else repr(number)


def _column(reference: str) -> int:
    """The column of a cell by what it is called, from 0: `B3` is in 1."""
    column = 0
    for sign in reference:
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - ord("A") + 1
        if column > 1 << 20:
            raise ValueError(reference)
    return column - 1
