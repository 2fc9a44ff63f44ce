"""A table as delimited text (CSV): commas, semicolons or tabs, in UTF-8 or as Windows writes it."""

import csv
from io import StringIO
from itertools import islice

from intake.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Flawed,
    Rows,
    TableRow,
    UnreadableTableError,
    need_size,
    place,
)

_DELIMITERS = ";\t,"


def delimited_rows(content: bytes) -> Rows:
    """The rows of a file, the headings first. Raises UnreadableTableError where it goes no
    further."""
    need_size(content)
    text = _text(content)
    first_line = next(filter(str.strip, islice(StringIO(text), 100)), "")
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    many, before = 0, 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise UnreadableTableError(
                "går inte att dela i kolumner; kontrollera citattecknen", place(before + 1)
            ) from None
        if cells is None:
            return
        number, before = before + 1, reader.line_num
        if not any(map(str.strip, cells)):
            continue
        many += 1
        if many > MOST_ROWS + 1:
            raise UnreadableTableError(
                f"filen har fler än {MOST_ROWS} rader; dela upp den", place(number)
            )
        if len(cells) > MOST_COLUMNS:
            raise UnreadableTableError(f"har fler än {MOST_COLUMNS} kolumner", place(number))
        yield TableRow(number, [text_cell(one) for one in cells])


def text_cell(text: str) -> str | Flawed:
    """A cell's text without the blanks around it."""
    text = text.strip()
    if len(text) > LONGEST_CELL:
        return Flawed(f"är längre än {LONGEST_CELL} tecken")
    if any(one < " " or one == "\x7f" for one in text):
        return Flawed("innehåller ett styrtecken eller en radbrytning; ta bort det")
    return text


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableTableError("är skriven i UTF-16; spara den som CSV i UTF-8")
    if b"\0" in content:
        raise UnreadableTableError("är ingen text; skicka CSV eller ett kalkylblad (.xlsx)")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTableError("är varken skriven i UTF-8 eller Latin-1; spara den i UTF-8")
