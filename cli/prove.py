"""`partitur settle prove`: decisions, ledger and files, held against each other."""

from datetime import date

import click

from cli.database import in_use
from cli.day import Day
from cli.plain import REGION
from cli.runtexts import tabbed
from cli.swedish import URL, SwedishCommand
from storage.proving import prove
from terms.money import kronor

_HELP = """Räkna om allt som är avräknat till och med DAG: besluten, huvudboken och filerna. För
varje klinik visas i öre det som är beslutat, bokfört, betalt, tillbakakommet och fortfarande
skyldigt. Slutstatus 1 om något avviker på ett öre.
"""


@click.command(
    "prove",
    cls=SwedishCommand,
    help=_HELP,
    options_metavar="[FLAGGOR]",
    short_help="Pröva att beslut, huvudbok och filer stämmer.",
)
@URL
@click.argument("day", metavar="DAG", type=Day())
@click.option("--region", metavar="REGION", default=REGION, help=f"Regionen. [{REGION}]")
def prove_command(url: str, day: date, region: str) -> None:
    """Prove what is settled up to a day."""
    with in_use(url) as database, database.reading_all() as connection:
        found = prove(connection, region, day)
    for one in found.clinics:
        tabbed(
            one.clinic, one.decided_ore, one.booked_ore, one.paid_ore, one.returned_ore,
            one.owed_ore,
        )  # fmt: skip
    for difference in found.differences:
        ore = "" if difference.ore is None else f" ({kronor(difference.ore)})"
        click.echo(f"{difference.where}: {difference.what}{ore}", err=True)
    if found.differences:
        raise click.exceptions.Exit(1)
    what = f"{found.runs} avräkningar, {len(found.clinics)} kliniker"
    click.echo(f"Allt stämmer till sista öret: {what}.", err=True)
