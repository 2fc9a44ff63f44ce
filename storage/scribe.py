"""The process that writes into a file of SQLite what another process decides (storage/beside.py).

    python -m storage.scribe FILE

It does what it is told on standard input, and answers what is asked. Once something has failed it
does nothing more, and answers every question with that. It ends with its input; what was not
committed by then is not kept.
"""

import gc
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

import msgspec

from storage.sqlite import MANY_ROWS, insert, set_up

BEGIN, COMMIT = "BEGIN IMMEDIATE", "COMMIT"
_LENGTH_BYTES = 4


class Put(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=0):
    """Insert rows."""

    table: str
    columns: tuple[str, ...]
    rows: list[list[Any]]


class Run(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=1):
    """Execute a statement; where it is asked, answer when that and all before it is done."""

    statement: str
    parameters: list[Any]
    is_asked: bool


class Reply(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The first value of what was asked; or what went wrong, by the name of the driver's error and
    what it says."""

    value: int | None = None
    error: str | None = None
    what: str = ""


def framed(message: Put | Run | Reply) -> bytes:
    """A message as it goes over the line: how long it is, and itself."""
    said = _encode(message)
    return len(said).to_bytes(_LENGTH_BYTES, "little") + said


def frames(line: IO[bytes]) -> Iterator[bytes]:
    """Messages as they come, until no more do."""
    while len(head := line.read(_LENGTH_BYTES)) == _LENGTH_BYTES:
        yield line.read(int.from_bytes(head, "little"))


def main() -> None:
    """Write, until the other process has no more to say or is gone."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # what they end, the other process decides
        signal.signal(ending, signal.SIG_IGN)
    gc.disable()  # nothing here refers to itself
    writing, beside = (sqlite3.connect(sys.argv[1]) for _ in range(2))
    for connection in (writing, beside):
        set_up(connection)
    writing.execute("PRAGMA wal_autocheckpoint = 0")
    scribe, failed = _Scribe(writing.cursor()), None
    for frame in frames(sys.stdin.buffer):
        told, value = _read(frame), None
        if failed is None:
            try:
                value = scribe.do(told)
            except sqlite3.Error as error:
                failed = Reply(None, type(error).__name__, str(error))
        if isinstance(told, Run) and told.is_asked:
            sys.stdout.buffer.write(framed(failed or Reply(value)))
            sys.stdout.buffer.flush()
        if isinstance(told, Run) and told.statement == BEGIN:
            # what was committed last comes into the file while the other process reads
            with suppress(sqlite3.Error):  # it can wait
                beside.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


class _Scribe:
    """Writes at one cursor. Rows wait until they are many: a few at a time take a third more."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self._waiting: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}

    def do(self, told: Put | Run) -> int | None:
        """Do what is told, and give the first value of what a statement finds."""
        if isinstance(told, Put):
            rows = self._waiting.setdefault((told.table, told.columns), [])
            rows += told.rows
            if len(rows) >= MANY_ROWS:
                self._insert(told.table, told.columns, rows)
            return None
        for (table, columns), rows in self._waiting.items():
            self._insert(table, columns, rows)
        row = self._cursor.execute(told.statement, told.parameters).fetchone()
        return None if row is None else row[0]

    def _insert(self, table: str, columns: tuple[str, ...], rows: list[list[Any]]) -> None:
        insert(self._cursor, table, columns, rows)
        rows.clear()


_encode = msgspec.msgpack.Encoder().encode
_read = msgspec.msgpack.Decoder(Put | Run).decode


if __name__ == "__main__":
    main()
