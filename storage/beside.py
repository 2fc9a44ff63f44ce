"""Writing into a file of SQLite by a process beside this one (storage/scribe.py).

PostgreSQL has processes of its own, which work while this one decides. SQLite works in the process
that asks it, and to put an invoice's rows takes as long there as to decide the invoice. Where there
are thousands, a scribe puts them.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import finalize

import msgspec
from sqlalchemy import ClauseElement, Dialect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from storage.scribe import BEGIN, COMMIT, Put, Reply, Run, framed, frames

_BYTES_ON_THE_LINE = 1 << 20
"""So much the scribe may have before it before this process waits. Where the system allows less,
it waits sooner."""

_COMMAND = (sys.executable, "-P", "-m", "storage.scribe")
_IS_GONE = (OSError, ValueError)
"""The process has ended, or its line was closed by another thread."""
_GONE = Reply(None, sqlite3.OperationalError.__name__, "the process that writes is gone")
_read = msgspec.msgpack.Decoder(Reply).decode


class Beside:
    """A transaction of a scribe's, to be written into. What fails in it the next question raises,
    as SQLAlchemy itself would: DBAPIError."""

    def __init__(self, process: "subprocess.Popen[bytes]", dialect: Dialect) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.dialect = dialect
        self._line = process.stdin
        self._replies = frames(process.stdout)

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows."""
        self._tell(Put(table, tuple(columns), rows))  # type: ignore[arg-type]

    def run(self, statement: ClauseElement, parameters: Mapping[str, Any]) -> None:
        """Execute a statement."""
        self._execute(statement, parameters, is_asked=False)

    def ask(self, statement: ClauseElement) -> int | None:
        """The first value that a statement finds, when everything before it is done."""
        self._execute(statement, {}, is_asked=True)
        with suppress(*_IS_GONE):
            self._line.flush()
        try:
            frame = next(self._replies, None)
        except _IS_GONE:
            frame = None
        reply = _GONE if frame is None else _read(frame)
        if reply.error is not None:
            raise self._raised(reply)
        return reply.value

    def _execute(
        self, statement: ClauseElement, parameters: Mapping[str, Any], *, is_asked: bool
    ) -> None:
        compiled = statement.compile(dialect=self.dialect)
        assert isinstance(compiled, SQLCompiler)
        values = compiled.construct_params(dict(parameters))
        ordered = [values[name] for name in compiled.positiontup or ()]
        self._tell(Run(str(compiled), ordered, is_asked))

    def _tell(self, message: Put | Run) -> None:
        try:
            self._line.write(framed(message))
        except _IS_GONE:
            raise self._raised(_GONE) from None

    def _raised(self, reply: Reply) -> Exception:
        error = getattr(sqlite3, reply.error or "")(reply.what)
        raised: Exception = DBAPIError.instance(
            "what is written beside", None, error, sqlite3.Error, dialect=self.dialect
        )
        return raised


class Scribe:
    """The process that writes into one file. It is started when there is something to write, and
    killed when anything goes wrong: nothing of that is kept."""

    def __init__(self, file: Path, dialect: Dialect) -> None:
        self._file = file.absolute()
        self._dialect = dialect
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = _nothing

    @contextmanager
    def writing(self) -> Iterator[Beside]:
        """A transaction, which is kept when the block ends well. There is one at a time."""
        process = self._running()
        beside = Beside(process, self._dialect)
        try:
            beside.ask(text(BEGIN))
            yield beside
            beside.ask(text(COMMIT))
        except BaseException:
            process.kill()
            self.close()
            raise

    def close(self) -> None:
        """End the process, if there is one."""
        self._end()
        self._process = None

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 – a command of ours
            (*_COMMAND, self._file),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            process_group=0,
        )
        self._end = finalize(self, _end, self._process)
        assert self._process.stdin is not None
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux has it
            with suppress(OSError):
                fcntl.fcntl(self._process.stdin, fcntl.F_SETPIPE_SZ, _BYTES_ON_THE_LINE)
        return self._process


def _end(process: "subprocess.Popen[bytes]") -> None:
    for line in (process.stdin, process.stdout):
        assert line is not None
        with suppress(*_IS_GONE):  # what was not sent to one that is gone
            line.close()
    process.wait()


def _nothing() -> None:
    """There is no process yet."""
