"""`partitur db`: the database that decisions are kept in."""

from pathlib import Path

import click

from cli.database import opened
from cli.swedish import SwedishCommand, SwedishContext
from storage.backup import back_up
from storage.checking import faults
from storage.schema import differences, need_current, newest, upgrade

_HELP = """Sköt databasen som beslut bevaras i.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur db upgrade sqlite:///partitur.db
  partitur db check sqlite:///partitur.db
  partitur db backup sqlite:///partitur.db kopia.db

\b
Slutstatus:
  0 allt är som det ska    1 db check fann fel    2 databasen går inte att använda
"""


class _Db(click.Group, SwedishCommand):
    context_class = SwedishContext


_URL = click.argument("url", metavar="URL")


@click.group(
    cls=_Db, help=_HELP, epilog=_EXAMPLES, options_metavar="", subcommand_metavar="KOMMANDO URL"
)
def command() -> None:
    """Choose what to do."""


@command.command(
    "upgrade",
    cls=SwedishCommand,
    help="Gör tabellerna, eller för dem till programmets utgåva.",
    options_metavar="",
    short_help="Gör eller uppgradera tabellerna.",
)
@_URL
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
    help="Pröva att tabellerna är de rätta och inte säger emot varandra.",
    options_metavar="",
    short_help="Pröva att allt stämmer.",
)
@_URL
def _check(url: str) -> None:
    with opened(url) as database:
        need_current(database)
        found = [f"tabellerna avviker: {one}" for one in differences(database)]
        with database.reading() as connection:
            found += [f"{one.clinic} {one.number}: {one.what}" for one in faults(connection)]
    for fault in found:
        click.echo(fault)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("Allt stämmer.")


@command.command(
    "backup",
    cls=SwedishCommand,
    help="Skriv en hel kopia till FIL medan databasen används (SQLite).",
    options_metavar="",
    short_help="Säkerhetskopiera (SQLite).",
)
@_URL
@click.argument("path", metavar="FIL", type=click.Path(path_type=Path))
def _backup(url: str, path: Path) -> None:
    with opened(url) as database:
        need_current(database)
        back_up(database, path)
    click.echo(f"Kopian är {path}.")
