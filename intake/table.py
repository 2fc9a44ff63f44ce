"""A table that somebody sent, as rows of text; what is wrong with it is told by row and column, in
Swedish and without anything of the content, since a person number may stand anywhere in it."""

from collections.abc import Iterator
from typing import NamedTuple

from intake.malformed import Fault

LARGEST_TABLE = 16 << 20
"""Bytes of a file that holds one."""
MOST_ROWS = 100_000
MOST_COLUMNS = 50
LONGEST_CELL = 1_000

FILE = "filen"
"""The path of what is wrong with the whole."""


class Flawed(NamedTuple):
    """A cell that cannot be read as text, and why not."""

    what: str


Cell = str | Flawed


class TableRow(NamedTuple):
    """A row by its number in the file, from 1; blank rows are left out."""

    number: int
    cells: list[Cell]


Rows = Iterator[TableRow]


class UnreadableTableError(Exception):
    """A file that is no table, or none that is read any further."""

    def __init__(self, what: str, path: str = FILE) -> None:
        super().__init__(what)
        self.fault = Fault(what, path)


def need_size(content: bytes) -> None:
    """Raises UnreadableTableError for a file that is too large."""
    if len(content) > LARGEST_TABLE:
        raise UnreadableTableError(
            f"är större än {LARGEST_TABLE >> 20} MiB; dela upp den, till exempel månad för månad"
        )


def place(row: int, column: int | None = None, heading: str = "") -> str:
    """The path of a row, or of a cell: `rad 12, kolumn D (belopp)`; columns are counted from 0."""
    if column is None:
        return f"rad {row}"
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    named = f" ({heading})" if heading else ""
    return f"rad {row}, kolumn {letters}{named}"
