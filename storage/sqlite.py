"""What is done at SQLite's own driver, in this process and in the scribe's (storage/scribe.py)."""

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

MILLISECONDS_FOR_A_WRITER = 30_000
ROWS, MANY_ROWS = 32, 256
"""So many share a statement."""


def set_up(connection: sqlite3.Connection) -> None:
    """Set up a new connection. The size of a page is that of new files: an invoice leaves some 2 kB
    behind, of which the usual page holds too few."""
    connection.isolation_level = None  # the driver begins nothing by itself
    for setting in (
        "page_size = 8192",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {MILLISECONDS_FOR_A_WRITER}",
    ):
        connection.execute(f"PRAGMA {setting}")


def insert(
    cursor: sqlite3.Cursor, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows. The driver lets other threads in between every two statements, so there are
    few; and it knows a statement by its words, so they are of two sizes and what is left."""
    start = 0
    while start < len(rows):
        size = MANY_ROWS if len(rows) - start >= MANY_ROWS else ROWS
        some = rows[start : start + size]
        cursor.execute(
            _inserting(table, tuple(columns), len(some)), tuple(chain.from_iterable(some))
        )
        start += size


@cache
def _inserting(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 – names of ours


def _as_it_is(value: Any) -> Any:
    return value


# The driver asks whatever is neither number nor text how it adapts itself, which takes longer than
# to bind ten numbers, unless somebody has said how.
sqlite3.register_adapter(type(None), _as_it_is)
sqlite3.register_adapter(bytes, bytes)
