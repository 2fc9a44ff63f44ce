"""`partitur rules`: a region's rules in sentences, and what differs between two editions."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import click

from adjudication.library import Library, RegionRules
from adjudication.wording.changes import changes
from adjudication.wording.rulebook import Book, as_text, books_on
from adjudication.wording.sourcelist import source_list
from adjudication.wording.words import listed
from cli.day import Day, day
from cli.rulefiles import read_library
from cli.swedish import SwedishCommand, SwedishContext
from terms.vocabulary import SUPPORTS, Support

_HELP = """Visa en regions regler i klartext, med plats och källa för varje regel.

Reglerna visas så som de gäller en viss dag, i dag om ingen anges. diff visar vad som skiljer mellan
två dagar eller två regioner, sources vilka dokument reglerna är hämtade ur.
"""
_EXAMPLES = """\b
Exempel:
  partitur rules jonkoping
  partitur rules dalarna --support F --on 2026-05-01
  partitur rules diff jonkoping/F/2026-01-01 jonkoping/F/2027-01-01
  partitur rules diff jonkoping dalarna
  partitur rules sources
"""
_DIFF_HELP = """Visa vad som skiljer mellan A och B: nytt, borta, ändrat, och priser.

A och B skrivs REGION, REGION/STÖD eller REGION/STÖD/DAG. Där stödet inte sägs är det regionens
enda, eller den andres. Där dagen inte sägs gäller --on.
"""
_DIFF_EXAMPLES = """\b
Exempel:
  partitur rules diff jonkoping/F/2026-01-01 jonkoping/F/2027-01-01
  partitur rules diff jonkoping dalarna --on 2026-05-01
  partitur rules diff jonkoping/F jonkoping/F/2027-01-01 --rules utkast
"""


class _Rules(click.Group, SwedishCommand):
    """A group whose first word may also be a region."""

    context_class = SwedishContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no subcommand for a region."""
        if args and args[0] not in (*self.commands, "--help"):
            args = ["region", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All three ways to write it."""
        for words in ("REGION [FLAGGOR]", "diff A B [FLAGGOR]", "sources [FLAGGOR]"):
            formatter.write_usage(ctx.command_path, words)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The flags of the first way, and the other ways."""
        self.commands["region"].format_options(ctx, formatter)
        others = [one for name, one in self.commands.items() if name != "region"]
        with formatter.section("Kommandon"):
            formatter.write_dl([(one.name or "", one.short_help or "") for one in others])


_ON = click.option("--on", metavar="DAG", type=Day(), help="Dagen reglerna gäller; annars i dag.")
_RULES = click.option(
    "--rules", metavar="MAPP", multiple=True, help="En mapp med fler regelfiler; får upprepas."
)


@click.group(cls=_Rules, help=_HELP, epilog=_EXAMPLES, options_metavar="")
def command() -> None:
    """Choose what to show."""


@command.command(
    "region",
    cls=SwedishCommand,
    options_metavar="[FLAGGOR]",
    help="Visa REGIONENs regler i klartext, med plats och källa för varje regel.",
)
@click.argument("region")
@click.option("--support", metavar="STÖD", help="N eller F; annars regionens alla.")
@_ON
@_RULES
def show(region: str, support: str | None, on: date | None, rules: tuple[str, ...]) -> None:
    """Print the books in force."""
    library = read_library(rules)
    found, day_shown = _region(library, region), on or _today()
    books = books_on(library, found, _support(found, support), day_shown)
    if not books:
        raise _nothing_in_force(found, support, day_shown)
    for place, book in enumerate(books):
        _print([*([""] if place else []), *as_text(book)])


@command.command(
    cls=SwedishCommand,
    options_metavar="[FLAGGOR]",
    short_help="Visa vad som skiljer mellan två dagar eller två regioner.",
    help=_DIFF_HELP,
    epilog=_DIFF_EXAMPLES,
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@_ON
@_RULES
def diff(before: str, after: str, on: date | None, rules: tuple[str, ...]) -> None:
    """Print what differs."""
    library = read_library(rules)
    first, second = (_side(library, text, on) for text in (before, after))
    _print(changes(_book(library, first, second), _book(library, second, first)))


@command.command(
    cls=SwedishCommand,
    options_metavar="[FLAGGOR]",
    short_help="Visa vilka dokument reglerna är hämtade ur.",
    help="Visa vilka dokument reglerna är hämtade ur, och vems regler som vilar på vart och ett.",
)
@_ON
@_RULES
def sources(on: date | None, rules: tuple[str, ...]) -> None:
    """Print the sources."""
    _print(source_list(read_library(rules), on or _today()))


class _Side(NamedTuple):
    """One side of a difference, as far as it was said."""

    region: RegionRules
    support: Support | None
    on: date


def _side(library: Library, text: str, on: date | None) -> _Side:
    """REGION, REGION/SUPPORT or REGION/SUPPORT/DAY."""
    region, _, rest = text.partition("/")
    support, _, written_on = rest.partition("/")
    if text.endswith("/") or (written_on and not support):
        raise click.UsageError(f"{text!r}: skriv REGION, REGION/STÖD eller REGION/STÖD/DAG")
    found = _region(library, region)
    try:
        day_shown = day(written_on) if written_on else on or _today()
    except ValueError as error:
        raise click.UsageError(
            f"{text!r}: {written_on!r} ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD"
        ) from error
    return _Side(found, _support(found, support or None), day_shown)


def _book(library: Library, side: _Side, other: _Side) -> Book:
    """The book of a side; a support that it does not say is its only one, or the other's."""
    region, support, on = side
    own = list(region.directions)
    if support is None and len(own) == 1:
        support = own[0]
    if support is None:
        shared = [other.support] if other.support else list(other.region.directions)
        common = [one for one in own if one in shared]
        if len(common) != 1:
            ways = " eller ".join(f"{region.region}/{one}" for one in own)
            raise click.UsageError(f"{region.name} har regler för flera stöd; skriv {ways}")
        support = common[0]
    books = books_on(library, region, support, on)
    if not books:
        raise _nothing_in_force(region, support, on)
    return books[0]


def _region(library: Library, name: str) -> RegionRules:
    found = library.regions.get(name)
    if found is None:
        known = listed(sorted(library.regions), "och")
        raise click.UsageError(f"regionen {name!r} har inga regelfiler; de som har är {known}")
    return found


def _support(region: RegionRules, text: str | None) -> Support | None:
    if text is None:
        return None
    for support in SUPPORTS:
        if support == text and support in region.directions:
            return support
    known = listed(region.directions, "och")
    raise click.UsageError(f"{region.name} har inga regler för stödet {text!r}, bara för {known}")


def _nothing_in_force(region: RegionRules, support: str | None, on: date) -> click.UsageError:
    timelines = [timeline for one, timeline in region.directions.items() if support in (None, one)]
    first = min(first for timeline in timelines for first in timeline.first_days)
    return click.UsageError(
        f"{region.name} har inga regler {on}; de äldsta som är inlagda gäller från {first}"
    )


def _today() -> date:
    from cli.today import today_in_sweden

    return today_in_sweden()


def _print(lines: Iterable[str]) -> None:
    click.echo("\n".join(lines))
