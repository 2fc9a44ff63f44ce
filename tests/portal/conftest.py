"""The portal over both databases: one for each test, or one for all tests of a module that leave it
as it is."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.portal.visiting import Portal, opened


@pytest.fixture
def portal(database: Database) -> Iterator[Portal]:
    """The portal over an empty database."""
    with opened(database) as found:
        yield found


@pytest.fixture(scope="module")
def shared(shared_database: Database) -> Iterator[Portal]:
    """The portal over a database that all tests of a module share."""
    with opened(shared_database) as found:
        yield found
