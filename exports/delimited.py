"""Rows as delimited text (CSV), as a Swedish spreadsheet program opens it: semicolons, UTF-8 with
its mark. Nothing that somebody wrote is read as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from exports.spelling import spelled
from exports.spreadsheet import LACKS

BYTE_ORDER_MARK: Final = "\ufeff"
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"-[0-9]+(?:,[0-9]+)?")


def delimited(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows, of which the first are the headings, or go on after earlier ones."""
    written = StringIO()
    csv.writer(written, delimiter=";").writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _cell(text: str) -> str:
    """Text, marked as such where a program would compute with it."""
    if not text:
        return text
    text = spelled(text, LACKS)
    is_formula = text.startswith(_BEGINS_A_FORMULA) and _NUMBER.fullmatch(text) is None
    return f"'{text}" if is_formula else text
