"""Both databases, for real: a file of SQLite, and a PostgreSQL cluster of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.schema import upgrade
from tests.clusters import FAST, Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, started for this session."""
    found = Cluster(FAST)
    yield found
    found.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table."""
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path / 'partitur.db'}")
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        found = Database(cluster.url(cluster.new()))
    upgrade(found)
    yield found
    found.close()
