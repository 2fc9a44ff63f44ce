"""The tables of a database: making them, bringing them up to date, and checking that they are."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage import tables
from storage.database import Database, UnusableDatabaseError


def upgrade(database: Database) -> str | None:
    """Bring the tables up to date, all or nothing. Gives the edition they had, None of an empty
    database."""
    with database.writing() as connection:
        before = _edition(connection)
        command.upgrade(_config(connection), "head")
    return before


@cache
def newest() -> str:
    """The edition that this program works with."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def need_current(database: Database) -> None:
    """Raises UnusableDatabaseError where the tables are of another edition."""
    found = None
    if database.is_there:
        with database.reading() as connection:
            found = _edition(connection)
    if found != newest():
        raise UnusableDatabaseError(
            f"databasens tabeller är av utgåva {found or 'ingen'}, programmet kräver {newest()}; "
            "kör partitur db upgrade"
        )


def differences(database: Database) -> list[Any]:
    """What in the tables is not as storage/tables/ has it."""
    with database.reading() as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), tables.metadata)
        return found


def _edition(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
