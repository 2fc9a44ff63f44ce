"""How much Hypothesis tries: little and always the same by default, much in `make soak`. And the
databases that tests are run on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database
from tests.clusters import FAST, Cluster
from tests.databases import on_cluster, on_sqlite

KINDS = ("sqlite", "postgresql")
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "ci", max_examples=40, deadline=None, derandomize=True, suppress_health_check=SLOW
)
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("ci")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell starts what runs in its background so, and what tests start would never be interrupted
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, started for this session."""
    found = Cluster(FAST)
    yield found
    found.remove()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table."""
    with opened(request, tmp_path) as found:
        yield found


@pytest.fixture(scope="module", params=KINDS)
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database for all tests of a module, which get along with each other."""
    with opened(request, tmp_path_factory.mktemp("shared")) as found:
        yield found


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """A new database of the kind that is asked for."""
    if request.param == "sqlite":
        found = on_sqlite(folder / "partitur.db")
        yield found
        found.close()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    found = on_cluster(cluster)
    yield found
    found.close()
    cluster.drop(str(found.engine.url.database))
