"""A file that holds a table, whichever of the kinds that are read."""

from typing import Final

from intake.delimited import delimited_rows
from intake.spreadsheet import spreadsheet_rows
from intake.table import Rows

_SPREADSHEET_BEGINS: Final = b"PK"  # as any packed file does


def table_rows(content: bytes) -> Rows:
    """Its rows. A spreadsheet is told by how it begins; all else is read as delimited text. Raises
    UnreadableTableError."""
    is_packed = content.startswith(_SPREADSHEET_BEGINS)
    return spreadsheet_rows(content) if is_packed else delimited_rows(content)
