"""`partitur figures`: what was spent on what, what is right at once, what waits."""

from datetime import date

import click

from cli.database import in_use
from cli.day import Day
from cli.errors import MistakenError
from cli.output import STREAM, open_output
from cli.rulefiles import read_library
from cli.swedish import SwedishCommand
from cli.today import day_in_sweden
from exports.figures import tables, write_figures
from storage.acts import Acts
from storage.figures import read_figures

_HELP = """Visa nyckeltal: godkänd vård per månad, stöd, kategori, klinik och åtgärd, avgifter,
andelen fakturor som är rätt direkt, och åldern på det som väntar.

Vården är given, och fakturorna inkomna, från --from till --to. Vad som gäller färre än fem
patienter visas inte för sig. Tabellerna skrivs med tabbar mellan kolumnerna och en tom rad emellan.
"""
_EXAMPLES = """\b
Exempel:
  partitur figures --db sqlite:///partitur.db --from 2026-01-01 --to 2026-12-31
  partitur figures --db sqlite:///partitur.db --from 2026-01-01 --to 2026-12-31 -o nyckeltal.xlsx

\b
Slutstatus:
  0 visade eller skrivna    2 databasen eller filen går inte att använda
"""


@click.command(cls=SwedishCommand, help=_HELP, epilog=_EXAMPLES, options_metavar="[FLAGGOR]")
@click.option("--db", metavar="URL", required=True, help="Databasen.")
@click.option("--from", "first", metavar="DAG", type=Day(), required=True, help="Första dagen.")
@click.option("--to", "last", metavar="DAG", type=Day(), required=True, help="Sista dagen.")
@click.option("-o", "--output", metavar="FIL", help="Skriv ett kalkylblad (.xlsx).")
@click.option("--rules", metavar="MAPP", multiple=True, help="Fler regelfiler; får upprepas.")
def command(db: str, first: date, last: date, output: str | None, rules: tuple[str, ...]) -> None:
    """Read, and show or write."""
    if last < first:
        raise MistakenError("flaggan --to: dagen är före --from")
    library = read_library(rules)
    with in_use(db) as database:
        found = read_figures(Acts(database), database, library, (first, last), day_in_sweden())
    with open_output(output or STREAM) as written:
        if output is not None:
            written.write(write_figures(found))
            return
        for name, headings, rows in tables(found):
            lines = [name, *("\t".join(row) for row in (headings, *rows)), ""]
            written.write("".join(f"{line}\n" for line in lines).encode())
