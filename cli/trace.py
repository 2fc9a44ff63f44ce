"""`partitur settle trace` and `statement`: what became of a line, and what a clinic is sent."""

from typing import cast, get_args

import click
import msgspec

from cli.database import in_use
from cli.errors import MistakenError
from cli.output import open_output
from cli.plain import REGION
from cli.rulefiles import read_library
from cli.swedish import URL, SwedishCommand
from storage.acts import Acts
from storage.database import Database
from storage.runs import find_run
from storage.statements import Form, read_settlement, write_form
from storage.tracedlines import invoice_key
from storage.tracing import run_of_payment, run_of_voucher, trace_back, trace_line

_AT_ONCE = 1_000_000

_TRACE = """Visa som JSON vad en rad blev: besluten, avräkningen, posterna i huvudboken, betalningen
och verifikationen; eller åt andra hållet, från en betalning eller en verifikation till raderna.
"""
_REGION = click.option("--region", metavar="REGION", default=REGION, help=f"Regionen. [{REGION}]")


@click.command(
    "trace",
    cls=SwedishCommand,
    help=_TRACE,
    options_metavar="[FLAGGOR]",
    short_help="Följ en rad till banken, eller tillbaka.",
)
@URL
@click.option("--clinic", metavar="HSA-ID", help="Kliniken som skickade fakturan.")
@click.option("--number", metavar="NUMMER", help="Fakturans nummer hos kliniken.")
@click.option("--line", metavar="RAD", type=click.IntRange(1), help="Radens nummer.")
@click.option("--payment", metavar="REFERENS", help="En betalnings referens.")
@click.option("--voucher", metavar="NR", type=click.IntRange(1), help="En verifikations nummer.")
@_REGION
def trace_command(
    url: str,
    clinic: str | None,
    number: str | None,
    line: int | None,
    payment: str | None,
    voucher: int | None,
    region: str,
) -> None:
    """Trace a line, a payment or a voucher."""
    asked = [None not in (clinic, number, line), payment is not None, voucher is not None]
    if sum(asked) != 1:
        raise MistakenError("ange --clinic, --number och --line, eller --payment, eller --voucher")
    found: object
    with in_use(url) as database:
        if line is not None:
            key = _key(database, clinic or "", number or "")
            found = Acts(database).do(lambda c: trace_line(c, region, key, line, None))
        else:
            with database.reading() as connection:
                run = (
                    run_of_payment(connection, payment)
                    if payment is not None
                    else run_of_voucher(connection, voucher or 0)
                )
                found = None if run is None else trace_back(connection, region, *run, 0, _AT_ONCE)
    if found is None:
        raise MistakenError("det finns ingen sådan rad, betalning eller verifikation")
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


@click.command(
    "statement",
    cls=SwedishCommand,
    help="Skriv det besked som en klinik får om en avräkning: som PDF, kalkylark eller data.",
    options_metavar="[FLAGGOR]",
    short_help="Skriv en kliniks besked.",
)
@URL
@click.argument("number", metavar="NR", type=click.IntRange(1))
@click.argument("clinic", metavar="HSA-ID")
@click.option(
    "--form", type=click.Choice(get_args(Form)), default="statement.pdf", help="[statement.pdf]"
)
@click.option("-o", "--output", metavar="FIL", required=True, help="Filen; - är standard ut.")
@_REGION
@click.option("--rules", metavar="MAPP", multiple=True, help="Fler regelfiler; får upprepas.")
def statement_command(
    url: str, number: int, clinic: str, form: str, output: str, region: str, rules: tuple[str, ...]
) -> None:
    """Write a clinic's statement."""
    library = read_library(rules)
    with in_use(url) as database, database.reading() as connection:
        held = find_run(connection, region, number)
        found = None if held is None else read_settlement(connection, held, clinic, library)
    if held is None or found is None:
        raise MistakenError(f"kliniken {clinic} är inte med i någon avräkning {number}")
    content = write_form(held, found, cast("Form", form))
    with open_output(output) as file:
        file.write(content)


def _key(database: Database, clinic: str, number: str) -> int:
    """The key of an invoice by its clinic and number."""
    with database.reading() as connection:
        key = invoice_key(connection, clinic, number)
    if key is None:
        raise MistakenError(f"kliniken {clinic} har ingen faktura {number}")
    return key
