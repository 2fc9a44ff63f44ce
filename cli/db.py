"""`partitur db`: the database that decisions are kept in."""

from pathlib import Path

import click

from cli.database import attachments_of, in_use, opened
from cli.errors import UnusableFileError, naming
from cli.swedish import URL, SwedishCommand, group_on_database
from storage.audit import Break, Head, is_still_there, joined, verify
from storage.backup import back_up, back_up_files
from storage.checking import faults
from storage.database import Database
from storage.filechecking import file_faults, has_files
from storage.schema import differences, newest, upgrade

_HELP = """Sköt databasen som beslut bevaras i.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur db upgrade sqlite:///partitur.db
  partitur db check sqlite:///partitur.db
  partitur db audit sqlite:///partitur.db --heads huvuden.txt
  partitur db backup sqlite:///partitur.db kopia.db

\b
Slutstatus:
  0 allt är som det ska    2 databasen går inte att använda
  1 db check eller db audit fann fel, eller db backup saknade en bilaga
"""


_ATTACHMENTS = click.option(
    "--attachments",
    metavar="MAPP",
    type=click.Path(path_type=Path),
    help="Bilagornas mapp. [bredvid SQLite-filen]",
)


@group_on_database(_HELP, _EXAMPLES)
def command() -> None:
    """Choose what to do."""


@command.command(
    "upgrade",
    cls=SwedishCommand,
    help="Gör tabellerna, eller för dem till programmets utgåva.",
    options_metavar="",
    short_help="Gör eller uppgradera tabellerna.",
)
@URL
def _upgrade(url: str) -> None:
    with opened(url) as database:
        before = upgrade(database)
    if before == newest():
        click.echo(f"Tabellerna är redan av utgåva {before}.")
    else:
        click.echo(f"Tabellerna är av utgåva {newest()} (före: {before or 'inga tabeller'}).")


@command.command(
    "check",
    cls=SwedishCommand,
    help="Pröva att tabellerna är de rätta och inte säger emot varandra, och att bilagornas filer "
    "är de som kom in.",
    options_metavar="[FLAGGOR]",
    short_help="Pröva att allt stämmer.",
)
@URL
@_ATTACHMENTS
def _check(url: str, attachments: Path | None) -> None:
    with in_use(url) as database:
        found = [f"tabellerna avviker: {one}" for one in differences(database)]
        with database.reading_all() as connection:
            found += [f"{one.where}: {one.what}" for one in faults(connection)]
            found += [
                f"loggens kedja {one.chain} är bruten vid post {one.place}"
                for one in verify(connection)
                if isinstance(one, Break)
            ]
            if has_files(connection):
                folder = attachments_of(database, attachments)
                found += [f"{one.where}: {one.what}" for one in file_faults(connection, folder)]
    for fault in found:
        click.echo(fault)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("Allt stämmer.")


@command.command(
    "audit",
    cls=SwedishCommand,
    help="Pröva att loggen över ändringar och läsningar är orörd. Med --heads jämförs den också "
    "med de huvuden som noterades förra gången, och de nya noteras; förvara filen där ingen som "
    "skriver i databasen kommer åt den.",
    options_metavar="[FLAGGOR]",
    short_help="Pröva att loggen är orörd.",
)
@URL
@click.option("--heads", metavar="FIL", type=click.Path(path_type=Path), help="Noterade huvuden.")
def _audit(url: str, heads: Path | None) -> None:
    noted = [] if heads is None or not heads.exists() else _read_heads(heads)
    with in_use(url) as database, database.reading() as connection:
        found = list(verify(connection))
        lost = [head for head in noted if not is_still_there(connection, head)]
    breaks = [one for one in found if isinstance(one, Break)]
    for one in breaks:
        click.echo(f"kedja {one.chain} är bruten vid post {one.place}")
    for head in lost:
        click.echo(f"kedja {head.chain} saknar den noterade posten {head.place}")
    if breaks or lost:
        raise click.exceptions.Exit(1)
    intact = [one for one in found if isinstance(one, Head)]
    if heads is not None:
        heads.write_text("".join(f"{one.chain} {one.place} {one.hash.hex()}\n" for one in intact))
    posts = sum(one.place for one in intact)
    click.echo(f"Loggen är orörd: {posts} poster i {len(intact)} kedjor, {joined(intact)}")


def _read_heads(path: Path) -> list[Head]:
    with naming(str(path)):
        lines = path.read_text().splitlines()
    try:
        return [
            Head(int(chain), int(place), bytes.fromhex(hashed))
            for chain, place, hashed in map(str.split, lines)
        ]
    except ValueError as error:
        raise UnusableFileError(
            str(path), "är ingen fil som db audit --heads har skrivit"
        ) from error


@command.command(
    "backup",
    cls=SwedishCommand,
    help="Skriv en hel kopia till FIL medan databasen används, och bilagorna till mappen "
    "FIL-attachments (SQLite).",
    options_metavar="[FLAGGOR]",
    short_help="Säkerhetskopiera (SQLite).",
)
@URL
@click.argument("path", metavar="FIL", type=click.Path(path_type=Path))
@_ATTACHMENTS
def _backup(url: str, path: Path, attachments: Path | None) -> None:
    with in_use(url) as database, naming(str(path)):
        back_up(database, path)
        copy = Database(f"sqlite:///{path}")
        copied = list(back_up_files(copy, attachments_of(database, attachments)))
        copy.close()
    missing = [key for key, is_there in copied if not is_there]
    for key in missing:
        click.echo(f"bilagan {key} har ingen fil att kopiera")
    if missing:
        raise click.exceptions.Exit(1)
    click.echo(f"Kopian är {path}, med {len(copied)} bilagor.")
