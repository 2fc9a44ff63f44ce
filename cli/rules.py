"""`partitur rules`: a region's rules in sentences, and what differs between two editions."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import click

from adjudication.wording.asked import (
    AskedError,
    book_asked,
    books_asked,
    region_asked,
    side_asked,
    support_asked,
)
from adjudication.wording.changes import changes
from adjudication.wording.rulebook import as_text
from adjudication.wording.sourcelist import source_list
from cli.day import Day
from cli.rulefiles import read_library
from cli.swedish import SwedishCommand, SwedishContext

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
    with _asking(region):
        found = region_asked(library, region)
    with _asking(support):
        chosen = None if support is None else support_asked(found, support)
    with _asking():
        books = books_asked(library, found, chosen, on or _today())
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
    day = on or _today()
    with _asking(before):
        first = side_asked(library, before, day)
    with _asking(after):
        second = side_asked(library, after, day)
    with _asking():
        books = book_asked(library, first, second), book_asked(library, second, first)
    _print(changes(*books))


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


@contextmanager
def _asking(said: str | None = None) -> Iterator[None]:
    """What is asked for and not found is a mistake in the command line, where this was said."""
    try:
        yield
    except AskedError as error:
        where = "" if said is None else f"{said!r}: "
        raise click.UsageError(f"{where}{error}") from error


def _today() -> date:
    from cli.today import today_in_sweden

    return today_in_sweden()


def _print(lines: Iterable[str]) -> None:
    click.echo("\n".join(lines))
