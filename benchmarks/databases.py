"""Databases to measure on: a file of SQLite, and a PostgreSQL server that waits for its disk."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from adjudication.packaged import packaged_library
from benchmarks.workload import Workload
from storage.access import issue
from storage.acts import Acts, Done
from storage.database import Database
from storage.reference import put_reference_data
from storage.schema import upgrade
from tests.clusters import SAFE, Cluster

NewUrl = Callable[[], str]
"""Gives the URL of a new, empty database."""


@contextmanager
def sqlite() -> Iterator[NewUrl]:
    """Files in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="partitur-") as folder:
        numbers = iter(range(1_000_000))
        yield lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"


@contextmanager
def postgresql() -> Iterator[NewUrl]:
    """Databases of a server of our own, with fsync and synchronous commit on."""
    cluster = Cluster(SAFE)
    try:
        yield lambda: cluster.url(cluster.new())
    finally:
        cluster.remove()


@contextmanager
def prepared(url: str, work: Workload) -> Iterator[tuple[Database, str]]:
    """A database with every table, and the workload's cards and applications in it; and a token
    that may send its invoices."""
    database = Database(url)
    upgrade(database)
    library = packaged_library()

    def fill(connection: Connection) -> Done[str]:
        entries = put_reference_data(connection, library, work.cards, work.preassessments)
        secret, entry = issue(connection, "benchmark", "import", None)
        return secret, [*entries, entry]

    try:
        yield database, Acts(database).do(fill)
    finally:
        database.close()


def batches(invoices: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    """The invoices, so many at a time."""
    for start in range(0, len(invoices), size):
        yield invoices[start : start + size]
