"""Databases for tests, empty and with every table: copies of one that was made once, since to make
the tables takes a third of a second."""

import tempfile
from functools import cache
from pathlib import Path

from storage.database import Database
from storage.schema import upgrade
from tests.clusters import Cluster


def on_sqlite(path: Path) -> Database:
    """One in a new file."""
    path.write_bytes(_file())
    return Database(f"sqlite:///{path}")


def on_cluster(cluster: Cluster) -> Database:
    """One on a server."""
    return Database(cluster.url(cluster.new(like=_template(cluster))))


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory(prefix="partitur-") as folder:
        path = Path(folder) / "partitur.db"
        _upgrade(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _template(cluster: Cluster) -> str:
    name = cluster.new()
    _upgrade(cluster.url(name))
    return name


def _upgrade(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()
