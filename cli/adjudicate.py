"""`partitur adjudicate`: decides a file of invoices."""

import gc
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from functools import cache

import click

from adjudication.desk import Desk
from adjudication.library import Library
from cli.answering import Answering
from cli.errors import UnusableFileError
from cli.output import STREAM, Output, open_output
from cli.progress import ProgressBar
from cli.referencedata import read_cards, read_preassessments
from cli.serial import SerialAnswering
from cli.source import Source, open_source
from cli.swedish import SwedishCommand

MOST_PROCESSES = 64

_HELP = """Avgör FAKTUROR och skriv ett svar för varje rad, i radernas ordning.

Alla filer har ett objekt i JSON på varje rad (NDJSON, UTF-8). Tecknet - betyder standard in eller
standard ut. Ett svar är ett beslut med alla skäl, eller säger varför raden inte kan läsas.
Fakturorna avgörs i filens ordning, och tidigare räknas mot senare.

Ett fel i kort eller ansökningar stoppar körningen före det första beslutet. Svarsfilen får sitt
namn först när den är hel; avbryts körningen är en äldre fil med det namnet orörd.
"""

_EXAMPLES = """\b
Exempel:
  partitur adjudicate fakturor.ndjson --cards kort.ndjson -o beslut.ndjson
  partitur adjudicate fakturor.ndjson --cards kort.ndjson \\
      --preassessments ansokningar.ndjson --processes 2 -o beslut.ndjson
  zcat fakturor.ndjson.gz | partitur adjudicate - --cards kort.ndjson | less

\b
Slutstatus:
  0 varje rad fick ett svar    2 kommandot eller en fil går inte att använda
  130 avbruten med Ctrl-C      141 ingen läste svaren till slut
"""


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]", help=_HELP, epilog=_EXAMPLES)
@click.argument("invoices", metavar="FAKTUROR")
@click.option("--cards", metavar="KORT", required=True, help="Patienternas kort.")
@click.option("--preassessments", metavar="ANSÖKNINGAR", help="Avgjorda ansökningar.")
@click.option(
    "-o", "--output", metavar="BESLUT", default=STREAM, help="Svarsfilen; annars standard ut."
)
@click.option(
    "--region",
    metavar="REGION",
    default="jonkoping",
    help="Region för en patient utan kort när fakturan inte nämner någon; annars jonkoping.",
)
@click.option(
    "--rules", metavar="MAPP", multiple=True, help="En mapp med fler regelfiler; får upprepas."
)
@click.option(
    "--processes",
    metavar="ANTAL",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    help="Så många processer delar på patienterna. Svaren blir desamma.",
)
@click.option("-q", "--quiet", is_flag=True, help="Visa varken förlopp eller sammanfattning.")
def command(
    invoices: str,
    cards: str,
    preassessments: str | None,
    output: str,
    region: str,
    rules: tuple[str, ...],
    processes: int,
    quiet: bool,
) -> None:
    """Decide a file of invoices."""
    _check_paths([invoices, cards, *([preassessments] if preassessments else [])], output)
    with ExitStack() as stack:
        source = stack.enter_context(open_source(invoices))
        answers = stack.enter_context(open_output(output))
        desk = _desk(rules, region)
        read_cards(cards, desk)
        if preassessments is not None:
            read_preassessments(preassessments, desk)
        is_watched = not quiet and _is_terminal(2) and not (output == STREAM and _is_terminal(1))
        progress = stack.enter_context(ProgressBar(source, is_watched))
        answering = _answering(desk, source, answers, processes)
        gc.freeze()  # what is loaded stays: nothing to collect among it
        gc.enable()
        began = time.perf_counter()
        answering.run(progress.tell)
        seconds = time.perf_counter() - began
    if not quiet:
        click.echo(answering.tally.summary(seconds), err=True, nl=False)


def _answering(desk: Desk, source: Source, answers: Output, processes: int) -> Answering:
    if processes == 1:
        return SerialAnswering(desk, source, answers, today_in_sweden)
    from cli.parallel import ParallelAnswering

    return ParallelAnswering(desk, source, answers, today_in_sweden, processes)


def _desk(rules: Sequence[str], region: str) -> Desk:
    library = _library(rules)
    if region not in library.regions:
        known = ", ".join(sorted(library.regions))
        raise click.UsageError(f"flaggan --region: {region!r} har inga regelfiler, men {known} har")
    return Desk(library, region)


def _library(rules: Sequence[str]) -> Library:
    if rules:
        from cli.rulefiles import read_library

        return read_library(rules)
    from adjudication.packaged import packaged_library

    return packaged_library()


def _check_paths(inputs: Sequence[str], output: str) -> None:
    if list(inputs).count(STREAM) > 1:
        raise click.UsageError("bara en fil kan läsas från standard in (-)")
    for path in inputs:
        if os.path.isfile(path) and os.path.isfile(output) and os.path.samefile(path, output):
            raise UnusableFileError(output, "svaren kan inte skrivas över en fil som läses")


def _is_terminal(fd: int) -> bool:
    return os.isatty(fd)


@cache
def today_in_sweden() -> date:
    """The day it is in Sweden when the run first asks; the run keeps to it."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/Stockholm")).date()
