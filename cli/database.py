"""A database that a command was given the URL of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cli.errors import MistakenError
from storage.database import Database
from storage.schema import need_current


@contextmanager
def in_use(url: str) -> Iterator[Database]:
    """A database whose tables are those that the program works with."""
    with opened(url) as database:
        need_current(database)
        yield database


def attachments_of(database: Database, given: Path | None) -> Path:
    """The folder of a database's attachments: the one that is given, or beside a SQLite file."""
    found = given or database.attachments
    if found is None:
        raise MistakenError(
            "flaggan --attachments: ange mappen med bilagor; bredvid PostgreSQL finns ingen"
        )
    return found.absolute()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database; what it finds wrong is told in one line, and nothing of a row."""
    database = Database(url)
    try:
        yield database
    except SQLAlchemyError as error:
        what = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise MistakenError(f"databasen: {what}") from error
    finally:
        database.close()
