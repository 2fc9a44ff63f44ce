"""A copy of a database while it is in use."""

from contextlib import closing
from pathlib import Path

from storage.database import Database, UnusableDatabaseError


def back_up(database: Database, path: str | Path) -> None:
    """Write a whole copy of a SQLite database to a file that is not there yet; whoever writes goes
    on meanwhile. Raises UnusableDatabaseError."""
    if not database.is_sqlite:
        raise UnusableDatabaseError(
            "PostgreSQL säkerhetskopieras med sina egna verktyg: pg_dump eller pg_basebackup"
        )
    if Path(path).exists():
        raise UnusableDatabaseError(f"{path}: filen finns redan; ange ett nytt namn")
    with closing(database.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))  # outside of any transaction
