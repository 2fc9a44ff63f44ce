"""`partitur user`: who may log in to the portal, and what each is assigned to do."""

from datetime import date
from typing import cast, get_args

import click
from sqlalchemy import Connection

from cli.database import in_use
from cli.day import Day
from cli.swedish import URL, SwedishCommand, group_on_database
from cli.today import today_in_sweden
from registry.roles import CONFLICTS, OF_SYSTEMS, Role
from storage.acts import Acts, Done
from storage.moments import utc
from storage.people import Assignment, assignments, end, give

_HELP = """Ge, visa och avsluta uppdrag: vem som får logga in i portalen, och vad var och en får
göra.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_CONFLICTS = "\n".join(sorted(f"  {' och '.join(sorted(pair))}" for pair in CONFLICTS))
_EXAMPLES = f"""\b
Exempel:
  partitur user add sqlite:///partitur.db SE2321000057-1001 "Namn" --clinic SE2321000057-4F2A
  partitur user add sqlite:///partitur.db SE2321000057-2001 "Namn" --role assessor --to 2027-06-30
  partitur user list sqlite:///partitur.db
  partitur user end sqlite:///partitur.db 12

\b
Namnet är det som kliniker och kollegor ser. Den som har flera uppdrag väljer vid inloggningen.
Ingen har samtidigt rollerna
{_CONFLICTS}
"""
_ROLES = [role for role in get_args(Role) if role not in OF_SYSTEMS]


@group_on_database(_HELP, _EXAMPLES)
def command() -> None:
    """Choose what to do."""


@command.command(
    "add",
    cls=SwedishCommand,
    help="Ge en person ett uppdrag. Uppdragets nummer skrivs på standard out.",
    options_metavar="[FLAGGOR]",
    short_help="Ge en person ett uppdrag.",
)
@URL
@click.argument("hsa_id", metavar="HSA-ID")
@click.argument("name", metavar="NAMN")
@click.option("--role", type=click.Choice(_ROLES), default="clinic", help="[clinic]")
@click.option("--clinic", metavar="HSA-ID", help="Kliniken; krävs för rollen clinic.")
@click.option("--from", "valid_from", type=Day(), help="Första dagen. [i dag]")
@click.option("--to", "valid_to", type=Day(), help="Sista dagen. [tills vidare]")
def _add(
    url: str,
    hsa_id: str,
    name: str,
    role: str,
    clinic: str | None,
    valid_from: date | None,
    valid_to: date | None,
) -> None:
    first = valid_from or today_in_sweden()

    def work(connection: Connection) -> Done[int]:
        key, entry = give(connection, hsa_id, name, cast("Role", role), clinic, first, valid_to)
        return key, [entry]

    with in_use(url) as database:
        click.echo(Acts(database).do(work))


@command.command(
    "list",
    cls=SwedishCommand,
    help="Visa alla uppdrag som har getts.",
    options_metavar="",
    short_help="Visa alla uppdrag.",
)
@URL
def _list(url: str) -> None:
    with in_use(url) as database, database.reading() as connection:
        found = assignments(connection)
    for one in found:
        span = f"{one.valid_from}–{one.valid_to or ''}"
        row = [one.token.id, one.hsa_id, one.name, one.token.role, one.token.clinic or "", span]
        click.echo("\t".join([*map(str, row), _state(one)]))


@command.command(
    "end",
    cls=SwedishCommand,
    help="Avsluta ett uppdrag. Det gäller inte från nästa anrop.",
    options_metavar="",
    short_help="Avsluta ett uppdrag.",
)
@URL
@click.argument("key", metavar="UPPDRAG", type=click.IntRange(1))
def _end(url: str, key: int) -> None:
    with in_use(url) as database:
        Acts(database).do(lambda connection: (None, [end(connection, key)]))
    click.echo(f"Uppdrag {key} är avslutat.")


def _state(one: Assignment) -> str:
    if one.ended_at is None:
        return ""
    return f"avslutat {utc(one.ended_at):%Y-%m-%d %H:%M:%SZ}"
