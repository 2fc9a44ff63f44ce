"""`partitur token`: who may use the API."""

from typing import cast, get_args

import click
from sqlalchemy import Connection

from cli.database import in_use
from cli.errors import MistakenError
from cli.swedish import URL, SwedishCommand, group_on_database
from registry.roles import PAYING, Role
from storage.access import issue, revoke, tokens
from storage.acts import Acts, Done
from storage.moments import utc

_HELP = """Ge ut, visa och återkalla token, som system visar upp när de använder API:t.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur token issue sqlite:///partitur.db "Kliniken vid torget" --clinic SE2321000057-4F2A
  partitur token issue sqlite:///partitur.db "Kortregistret" --role registrar > token.txt
  partitur token list sqlite:///partitur.db
  partitur token revoke sqlite:///partitur.db "Kliniken vid torget"

\b
Roller:
  clinic      en kliniks system: skickar, krediterar och läser sina egna fakturor och bilagor,
              och ansöker
  import      tar in fakturor och bilagor för alla kliniker, med den dag fakturorna kom in
  registrar   sköter kort och förhandsbedömningar som har beslutats någon annanstans
  assessor    bedömer ansökningar och rader som väntar, och låter avgöra fakturor på nytt; tokens
              namn är det som kliniker och kollegor ser
  consultant  svarar på de ansökningar som en bedömare frågar om
  payout_preparer  förbereder och exporterar avräkningar, sköter konton, tar emot bankens svar
  payout_approver  attesterar avräkningar, upp till regionens gräns
  payout_chief     attesterar utan gräns
  finance     läser avräkningar och nyckeltal, följer rader till banken, stämmer av journalsystem
  reader      läser allt, ändrar inget
  monitor     läser mätvärden
"""


_NAME = click.argument("name", metavar="NAMN")


@group_on_database(_HELP, _EXAMPLES)
def command() -> None:
    """Choose what to do."""


@command.command(
    "issue",
    cls=SwedishCommand,
    help="Ge ut en token. Den skrivs på standard out och bevaras ingenstans.",
    options_metavar="[FLAGGOR]",
    short_help="Ge ut en token.",
)
@URL
@_NAME
@click.option("--role", type=click.Choice(get_args(Role)), default="clinic", help="[clinic]")
@click.option("--clinic", metavar="HSA-ID", help="Kliniken; krävs för rollen clinic.")
@click.option("--person", metavar="HSA-ID", help="Vems den är; krävs för att betala ut.")
@click.option(
    "--works-at", metavar="HSA-ID", multiple=True, help="En klinik som personen hör till."
)
def _issue(
    url: str,
    name: str,
    role: str,
    clinic: str | None,
    person: str | None,
    works_at: tuple[str, ...],
) -> None:
    if role in PAYING and person is None:
        raise MistakenError(f"rollen {role} är en persons: ange --person HSA-ID")
    with in_use(url) as database:

        def work(connection: Connection) -> Done[str]:
            secret, entry = issue(
                connection, name, cast("Role", role), clinic, person=person, works_at=works_at
            )
            return secret, [entry]

        secret = Acts(database).do(work)
    click.echo(secret)
    click.echo("Spara den: den visas bara nu.", err=True)


@command.command(
    "list",
    cls=SwedishCommand,
    help="Visa alla token som givits ut.",
    options_metavar="",
    short_help="Visa alla token.",
)
@URL
def _list(url: str) -> None:
    with in_use(url) as database, database.reading() as connection:
        found = tokens(connection)
    for one in found:
        state = "gäller" if one.revoked_at is None else f"återkallad {_moment(one.revoked_at)}"
        columns = [one.name, one.role, one.clinic or "", _moment(one.issued_at), state]
        click.echo("\t".join([*columns, one.person] if one.person else columns))


@command.command(
    "revoke",
    cls=SwedishCommand,
    help="Återkalla en token. Den gäller inte från nästa anrop.",
    options_metavar="",
    short_help="Återkalla en token.",
)
@URL
@_NAME
def _revoke(url: str, name: str) -> None:
    with in_use(url) as database:
        Acts(database).do(lambda connection: (None, [revoke(connection, name)]))
    click.echo(f"{name} är återkallad.")


def _moment(microseconds: int) -> str:
    return f"{utc(microseconds):%Y-%m-%d %H:%M:%SZ}"
