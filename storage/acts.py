"""One writer's transactions: what is done in one is noted in the audit log, and is done once more
where others were at the same rows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.audit import Chain, Entry
from storage.database import Database

T = TypeVar("T")
Done = tuple[T, Sequence[Entry]]
"""What came of a transaction, and its entries in the audit log."""

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
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(work)
            except DBAPIError as error:
                if not _is_conflict(error):
                    raise
        return self._once(work)

    def _once(self, work: Callable[[Connection], Done[T]]) -> T:
        try:
            with self._database.writing() as connection:
                came_of_it, entries = work(connection)
                self._chain.write(connection, entries)
        except DBAPIError as error:
            if not _is_conflict(error):  # a connection that breaks does not tell what was kept
                self._chain.leave()
            raise
        self._chain.settle()
        return came_of_it


def _is_conflict(error: DBAPIError) -> bool:
    """Whether others were at the same rows, so that it will go better after them."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") in _TRY_AGAIN
