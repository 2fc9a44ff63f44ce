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
    """Messages as they come, until no more do; one that is cut off is none."""
    while len(head := line.read(_LENGTH_BYTES)) == _LENGTH_BYTES:
        length = int.from_bytes(head, "little")
        if len(frame := line.read(length)) < length:
            return
        yield frame


def main() -> None:
    """Write, until the other process has no more to say or is gone."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # what they end, the other process decides
        signal.signal(ending, signal.SIG_IGN)
    gc.disable()  # nothing here refers to itself
    scribe = _Scribe(sys.argv[1])
    for frame in frames(sys.stdin.buffer):
        told = _read(frame)
        reply = scribe.reply(told)
        if not (isinstance(told, Run) and told.is_asked):
            continue
        sys.stdout.buffer.write(framed(reply))
        sys.stdout.buffer.flush()
        if told.statement == COMMIT:
            scribe.tidy()


class _Scribe:
    """Writes into one file. Rows wait until they are many: a few at a time take a third more."""

    def __init__(self, file: str) -> None:
        self._failed: Reply | None = None
        self._waiting: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
        try:
            self._cursor = _cursor(file)
        except sqlite3.Error as error:
            self._failed = _failed(error)

    def reply(self, told: Put | Run) -> Reply:
        """Do what is told, unless something has failed."""
        if self._failed is None:
            try:
                return Reply(self._do(told))
            except Exception as error:
                self._failed = _failed(error)
        return self._failed

    def tidy(self) -> None:
        """Take what was committed over into the file, so that the log begins anew. The other
        process goes on meanwhile."""
        with suppress(sqlite3.Error):  # it is done after the next one
            self._cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def _do(self, told: Put | Run) -> int | None:
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


def _cursor(file: str) -> sqlite3.Cursor:
    connection = sqlite3.connect(file)
    set_up(connection)
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # see `tidy`
    connection.execute("PRAGMA temp_store = MEMORY")  # patients' rows are in no other file
    return connection.cursor()


def _failed(error: Exception) -> Reply:
    """By the driver's error; of any other no more than its name, since it may hold what was
    written."""
    if isinstance(error, sqlite3.Error):
        return Reply(None, type(error).__name__, str(error))
    return Reply(None, sqlite3.InternalError.__name__, type(error).__name__)


_encode = msgspec.msgpack.Encoder().encode
_read = msgspec.msgpack.Decoder(Put | Run).decode


if __name__ == "__main__":
    main()
