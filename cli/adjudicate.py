"""`partitur adjudicate`, where click reads its command line."""

import click

from cli.output import STREAM
from cli.plain import MOST_PROCESSES, REGION, Asked
from cli.running import run
from cli.swedish import SwedishCommand

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
  partitur adjudicate fakturor.ndjson --db sqlite:///partitur.db -o beslut.ndjson
  zcat fakturor.ndjson.gz | partitur adjudicate - --cards kort.ndjson | less

\b
Slutstatus:
  0 varje rad fick ett svar    2 kommandot eller en fil går inte att använda
  130 avbruten med Ctrl-C      141 ingen läste svaren till slut
"""


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]", help=_HELP, epilog=_EXAMPLES)
@click.argument("invoices", metavar="FAKTUROR")
@click.option("--cards", metavar="KORT", help="Patienternas kort; krävs utan --db.")
@click.option("--preassessments", metavar="ANSÖKNINGAR", help="Avgjorda ansökningar.")
@click.option(
    "-o", "--output", metavar="BESLUT", default=STREAM, help="Svarsfilen; annars standard ut."
)
@click.option(
    "--region",
    metavar="REGION",
    default=REGION,
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
@click.option(
    "--db",
    metavar="URL",
    help="Bevara besluten i en databas (partitur db upgrade gör den). Kort och ansökningar läggs "
    "till dem som finns där. En avbruten körning körs om som den är.",
)
@click.option("-q", "--quiet", is_flag=True, help="Visa varken förlopp eller sammanfattning.")
def command(
    invoices: str,
    cards: str | None,
    preassessments: str | None,
    output: str,
    region: str,
    rules: tuple[str, ...],
    processes: int,
    db: str | None,
    quiet: bool,
) -> None:
    """Decide a file of invoices."""
    if cards is None and db is None:
        context = click.get_current_context()
        missing = next(one for one in context.command.params if one.name == "cards")
        raise click.MissingParameter(ctx=context, param=missing)
    if db is not None and processes > 1:
        raise click.UsageError("--processes går inte ihop med --db")
    run(Asked(invoices, cards, preassessments, output, region, rules, processes, quiet, db))
