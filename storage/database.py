"""Opening a database, and its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from storage.beside import Scribe
from storage.rows import Into
from storage.sqlite import set_up
from terms.errors import PartiturError

SECONDS_TO_CONNECT = 10

_FEW_ROWS_FIRST = "-c join_collapse_limit=1 -c enable_hashjoin=off -c enable_mergejoin=off"
"""PostgreSQL joins in the order that a statement is written in, few rows first, and looks up the
others one by one. By its own reckoning it reads whole tables as long as it has not counted them."""

_AS_IT_SEES_FIT = (
    "SET LOCAL join_collapse_limit = 8; SET LOCAL enable_hashjoin = on; "
    "SET LOCAL enable_mergejoin = on"
)


class UnusableDatabaseError(PartiturError):
    """A database that cannot be used, and what to do about it."""


class Database:
    """A database by its URL. On SQLite one transaction writes at a time, here as everywhere."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._one_at_a_time = Lock() if self.is_sqlite else nullcontext()
        file = self._file
        self._scribe = Scribe(file, self.engine.dialect) if file else None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite, else PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @property
    def is_there(self) -> bool:
        """Whether there is a file, where it is one: SQLite would make an empty one."""
        return not self.is_sqlite or Path(self.engine.url.database or "").exists()

    @property
    def attachments(self) -> Path | None:
        """The folder of attachments that lies beside the file, where it is one."""
        file = self.engine.url.database if self.is_sqlite else None
        return Path(f"{file}-attachments") if file else None

    @property
    def _file(self) -> Path | None:
        """Where it is a file, and nothing is asked of how to open it."""
        name = self.engine.url.database if self.is_sqlite and not self.engine.url.query else None
        return Path(name) if name and name != ":memory:" else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, which is kept when the block ends well and else undone."""
        with self._one_at_a_time, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing_into(self, *, is_many: bool) -> Iterator[tuple[Connection, Into]]:
        """The same as a connection to read by, and where to write: where thousands of rows come,
        SQLite has a process beside this one for them, and what they say is not read here."""
        if self._scribe is None or not is_many:
            with self.writing() as connection:
                yield connection, connection
        else:
            with (
                self._one_at_a_time,
                self._scribe.writing() as into,
                self.engine.connect().execution_options(is_without_begin=True) as connection,
            ):
                yield connection, into

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of the database that nobody's writing changes. Nothing is kept."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(is_reading=True, **options) as connection:
            yield connection

    @contextmanager
    def reading_all(self) -> Iterator[Connection]:
        """The same view, for whoever goes through whole tables."""
        with self.reading() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(_AS_IT_SEES_FIT)
            yield connection

    def close(self) -> None:
        """Give back every connection. What a scribe has in work is finished first."""
        self.engine.dispose()
        if self._scribe is not None:
            with self._one_at_a_time:
                self._scribe.close()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnusableDatabaseError(
            "databasens URL går inte att läsa; skriv sqlite:///FIL eller postgresql://VÄRD/NAMN"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            connect_args={"options": _FEW_ROWS_FIRST, "connect_timeout": SECONDS_TO_CONNECT},
        )
    raise UnusableDatabaseError(f"{parsed.drivername}: databasen ska vara sqlite eller postgresql")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    set_up(connection)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("is_without_begin"):
        connection.exec_driver_sql("BEGIN" if options.get("is_reading") else "BEGIN IMMEDIATE")
