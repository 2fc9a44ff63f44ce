"""The API over both databases: one for each test, or one for all tests of a module that leave it
as it is."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.api.asking import Api, opened


@pytest.fixture
def api(database: Database) -> Iterator[Api]:
    """The API over an empty database."""
    with opened(database) as api:
        yield api


@pytest.fixture(scope="module")
def shared(shared_database: Database) -> Iterator[Api]:
    """The API over a database that all tests of a module share."""
    with opened(shared_database) as api:
        yield api
