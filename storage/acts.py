"""One writer's transactions: what is done in one is noted in the audit log, and is done once more
where others were at the same rows."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.audit import Chain, Entry
from storage.database import Database
from storage.rows import Into

T = TypeVar("T")
Done = tuple[T, Sequence[Entry]]
"""What came of a transaction, and its entries in the audit log."""
Note = Callable[[Sequence[Entry]], None]
"""Takes entries of the audit log while the work is done."""

ATTEMPTS = 10
_TRY_AGAIN = {"40001", "40P01"}
"""PostgreSQL's codes for transactions that stood in each other's way."""


class Acts:
    """Serves one thread; any number of them may serve one database, in any number of processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._chain = Chain()

    def do(self, work: Callable[[Connection], Done[T]]) -> T:
        """Do the work and note it in one transaction: all of it is kept, or nothing."""

        def do() -> T:
            with self._database.writing() as connection:
                came_of_it, entries = work(connection)
                self._chain.write(connection, entries)
            return came_of_it

        return self._again(do)

    def do_into(self, work: Callable[[Connection, Into, Note], T], *, is_many: bool) -> T:
        """The same for work that may write thousands of rows: it is given where to write them, and
        by what to note what it does."""

        def do() -> T:
            with self._database.writing_into(is_many=is_many) as (connection, into):
                return work(connection, into, partial(self._chain.write, into))

        return self._again(do)

    def _again(self, do: Callable[[], T]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(do)
            except DBAPIError as error:
                if not _is_conflict(error):
                    raise
        return self._once(do)

    def _once(self, do: Callable[[], T]) -> T:
        self._chain.begin()
        try:
            came_of_it = do()
        except DBAPIError as error:
            if not _is_conflict(error):  # a connection that breaks does not tell what was kept
                self._chain.leave()
            raise
        self._chain.settle()
        return came_of_it


def _is_conflict(error: DBAPIError) -> bool:
    """Whether others were at the same rows, so that it will go better after them."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") in _TRY_AGAIN
