"""`partitur reconcile`: what a journal system holds as billed, beside what the region has."""

import sys
from datetime import date
from pathlib import Path

import click

from cli.database import in_use
from cli.day import Day
from cli.errors import MistakenError, naming
from cli.output import STREAM, open_output
from cli.plain import REGION
from cli.rulefiles import read_library
from cli.swedish import SwedishCommand
from cli.tally import whole
from cli.today import day_in_sweden
from exports.reconciliation import KINDS, NEAR, TOO_LATE, csv_pieces, write_reconciliation
from intake.journal import KNOWN, JournalRow, read_journal
from intake.table import LARGEST_TABLE
from intake.tablefile import table_rows
from invoices.reconciliation import ClinicSum
from storage.acts import Acts
from storage.reconciling import Asked, Rules, reconcile_journal
from terms.money import kronor

_HELP = f"""Stäm av journalsystemet mot regionen: vad det har som intäkt, mot vad som kom fram och
vad det blev av det. Ingenting av filen bevaras.

FIL är CSV eller ett kalkylblad (.xlsx), med rubriker i första raden: {KNOWN}. Varje rad anger
patient, eller både faktura och rad; klinik behövs inte med --clinic. Standard in skrivs -.

Raderna skrivs som CSV, det mest brådskande först, och summorna på standard fel.
"""
_EXAMPLES = """\b
Exempel:
  partitur reconcile t4.csv --clinic SE2321000057-4F2A --db sqlite:///partitur.db > rader.csv
  partitur reconcile alla.xlsx --db sqlite:///partitur.db --from 2026-01-01 -o avstamning.xlsx

\b
Slutstatus:
  0 avstämt, vad som än kom fram    2 filen eller databasen går inte att använda
"""
_SPREADSHEET = ".xlsx"


@click.command(cls=SwedishCommand, help=_HELP, epilog=_EXAMPLES, options_metavar="[FLAGGOR]")
@click.argument("file", metavar="FIL")
@click.option("--db", metavar="URL", required=True, help="Databasen.")
@click.option("--clinic", metavar="HSA-ID", help="Klinikens, när alla rader är en kliniks.")
@click.option(
    "--from", "first", metavar="DAG", type=Day(), help="Regionens vård från. [filens första dag]"
)
@click.option(
    "--to", "last", metavar="DAG", type=Day(), help="Regionens vård till. [filens sista dag]"
)
@click.option(
    "-o", "--output", metavar="FIL", default=STREAM,
    help="CSV, eller ett kalkylblad där namnet slutar på .xlsx. [-]",
)  # fmt: skip
@click.option(
    "--region", metavar="REGION", default=REGION, help=f"För patienter utan kort. [{REGION}]"
)
@click.option("--rules", metavar="MAPP", multiple=True, help="Fler regelfiler; får upprepas.")
def command(
    file: str,
    db: str,
    clinic: str | None,
    first: date | None,
    last: date | None,
    output: str,
    region: str,
    rules: tuple[str, ...],
) -> None:
    """Read, lay beside, write."""
    if first is not None and last is not None and last < first:
        raise MistakenError("flaggan --to: dagen är före --from")
    asked = Asked(_journal(file, clinic), day_in_sweden(), first, last)
    known = Rules(read_library(rules), region)
    with in_use(db) as database:
        found = Acts(database).do(
            lambda connection: reconcile_journal(connection, known, asked, None)
        )
    with open_output(output) as written:
        if output.endswith(_SPREADSHEET):
            written.write(write_reconciliation(found))
        else:
            for piece in csv_pieces(found):
                written.write(piece)
    for of_clinic in found.clinics:
        click.echo(_summary(of_clinic), err=True)


def _journal(file: str, clinic: str | None) -> list[JournalRow]:
    """The file's rows. What is wrong with them is told, each fault in a line of its own."""
    name = "standard in" if file == STREAM else file
    with naming(name):
        if file == STREAM:
            content = sys.stdin.buffer.read(LARGEST_TABLE + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(LARGEST_TABLE + 1)
    read = read_journal(table_rows(content), clinic)
    for fault in read.faults:
        click.echo(f"{name}: {fault.path}: {fault.message}", err=True)
    if read.faults:
        raise MistakenError(f"{name}: rätta det ovan; ingenting är avstämt")
    return read.rows


def _summary(of: ClinicSum) -> str:
    """A clinic's sums; what there is nothing of is left out."""
    told = []
    for one in of.kinds:
        ore = one.allowed_ore if one.kind == "only_here" else one.journal_ore
        told.append((KINDS[one.kind], one.rows, ore))
        if one.kind == "never_arrived":
            told += [
                (f"  {text}", part.rows, part.journal_ore)
                for text, part in ((TOO_LATE, of.too_late), (NEAR, of.near_last_day))
            ]
    lines = [
        f"  {text:<34}{whole(rows):>8} {'rad' if rows == 1 else 'rader':<5} {kronor(ore):>18}"
        for text, rows, ore in told
        if rows
    ]
    return "\n".join([of.clinic, *lines])
