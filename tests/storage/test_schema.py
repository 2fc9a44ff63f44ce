"""The migrations make the tables that the program works with."""

import pytest

from storage.database import Database, UnusableDatabaseError
from storage.schema import differences, need_current, newest, upgrade


def test_migrations_make_what_the_program_works_with(database: Database) -> None:
    assert differences(database) == []
    need_current(database)


def test_an_upgrade_can_be_run_again(database: Database) -> None:
    assert upgrade(database) == newest()


def test_an_empty_database_is_not_used(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(UnusableDatabaseError, match="partitur db upgrade"):
        need_current(database)
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "partitur.db", "sqlite:///", ""])
def test_what_is_no_database_of_ours(url: str) -> None:
    if url == "sqlite:///":
        Database(url).close()
        return
    with pytest.raises(UnusableDatabaseError):
        Database(url)
