"""A copy of a database while it is in use."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfileobj

from sqlalchemy import select

from storage.database import Database, UnusableDatabaseError
from storage.files import AlteredError, found
from storage.tables import attachment_content


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


def back_up_files(copy: Database, folder: Path) -> Iterator[tuple[int, bool]]:
    """Copy the files that a copy of a database names to where they lie beside it. They are never
    changed, so all that were kept before the copy was made are there. Gives each attachment by its
    key, and whether its file was there."""
    into = copy.attachments
    assert into is not None
    with copy.reading() as connection:
        content = attachment_content.c
        for key, name in connection.execute(select(content.attachment_id, content.file)):
            into.mkdir(mode=0o700, exist_ok=True)
            try:
                with found(folder, name) as file, (into / name).open("wb") as copied:
                    copyfileobj(file, copied)
            except AlteredError:
                yield key, False
            else:
                yield key, True
