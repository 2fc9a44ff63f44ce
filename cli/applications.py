"""`partitur applications`: what waits, and what ends soon, as tab-separated lines."""

from collections.abc import Callable, Iterator
from typing import Any, cast, get_args

import click
from sqlalchemy import Connection

from cli.database import in_use
from cli.swedish import URL, SwedishCommand, group_on_database
from cli.today import today_in_sweden
from preassessments.decision import WARNED_DAYS
from preassessments.lifecycle import WaitsFor
from storage.acts import Acts, Done
from storage.expiring import list_expiring
from storage.queue import QueueFilters, list_applications

AT_ONCE = 1_000

_HELP = """Visa bedömningsansökningar som väntar, och beslut som snart går ut. Ingen rad säger vem
patienten är.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur applications queue sqlite:///partitur.db
  partitur applications queue sqlite:///partitur.db --waits-for clinic
  partitur applications expiring sqlite:///partitur.db --within 30
"""


@group_on_database(_HELP, _EXAMPLES)
def command() -> None:
    """Choose what to do."""


@command.command(
    "queue",
    cls=SwedishCommand,
    help="Visa ansökningar som väntar: nummer, dagar sedan de kom in, läge, handläggare, region, "
    "stöd, klinik och klinikens nummer.",
    options_metavar="[FLAGGOR]",
    short_help="Visa ansökningar som väntar.",
)
@URL
@click.option(
    "--waits-for",
    type=click.Choice(get_args(WaitsFor)),
    default="assessor",
    help="Vem som ska göra något. [assessor]",
)
@click.option("--region", metavar="REGION", help="Bara den regionens.")
def _queue(url: str, waits_for: str, region: str | None) -> None:
    today = today_in_sweden()
    filters = QueueFilters(waits_for=cast("WaitsFor", waits_for), region=region)

    def page(connection: Connection, after: int) -> Done[Any]:
        return list_applications(connection, filters, after, AT_ONCE, None)

    for found in _pages(url, page):
        for one in found.applications:
            age = "" if one.submitted_on is None else str((today - one.submitted_on).days)
            holder = one.holder or one.consultant or ""
            _say(one.id, age, one.state, holder, one.region, one.support, one.clinic, one.number)


@command.command(
    "expiring",
    cls=SwedishCommand,
    help="Visa beslut som snart går ut med något kvar: beslutets id, sista dag, region, stöd, "
    "klinik, klinikens nummer och vad som är kvar.",
    options_metavar="[FLAGGOR]",
    short_help="Visa beslut som snart går ut.",
)
@URL
@click.option(
    "--within", type=click.IntRange(0, 3660), default=WARNED_DAYS, metavar="DAGAR",
    help=f"Inom så många dagar. [{WARNED_DAYS}]",
)  # fmt: skip
def _expiring(url: str, within: int) -> None:
    today = today_in_sweden()

    def page(connection: Connection, after: int) -> Done[Any]:
        return list_expiring(connection, today, within, after, AT_ONCE, None)

    for found in _pages(url, page):
        for one in found.expiring:
            left = ", ".join(f"{line.left} × {line.code}" for line in one.lines)
            _say(
                one.preassessment, one.covers_to, one.region, one.support, one.clinic or "",
                one.number or "", left,
            )  # fmt: skip


def _pages(url: str, page: Callable[[Connection, int], Done[Any]]) -> Iterator[Any]:
    """Every page of a list; that it was read is noted."""
    after: int | None = 0
    with in_use(url) as database:
        acts = Acts(database)
        while after is not None:
            found = acts.do(lambda connection, after=after: page(connection, after))  # type: ignore[misc]
            yield found
            after = found.next


def _say(*columns: object) -> None:
    click.echo("\t".join(map(str, columns)))
