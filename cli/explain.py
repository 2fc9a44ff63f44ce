"""`partitur explain`: every question that was asked of one invoice, and the answers."""

from collections.abc import Iterator
from datetime import date

import click
import msgspec

from adjudication.explaining import ExplainingDesk, Explanation
from adjudication.findings import NumberReused
from adjudication.invoice import Invoice
from adjudication.refusal import refusal
from adjudication.wording.explanation import explanation
from adjudication.wording.page import wrapped
from cli.errors import UnusableFileError
from cli.ledger import content_of
from cli.referencedata import read_cards, read_preassessments
from cli.rulefiles import read_library
from cli.source import STREAM, Source, open_source
from cli.swedish import SwedishCommand
from cli.today import today_in_sweden
from intake.malformed import UNREADABLE, is_blank

_HELP = """Förklara hur fakturan NUMMER i filen FAKTUROR avgörs, fråga för fråga.

Allt som frågas visas, också det som det inte finns något att säga om: vad som sågs, vad som
hittades och på vilken regel det vilar. Fakturorna före i filen avgörs först, för de räknas.
Finns numret flera gånger i filen förklaras varje gång. Tecknet - betyder standard in.
"""
_EXAMPLES = """\b
Exempel:
  partitur explain fakturor.ndjson 1016 --cards kort.ndjson
  partitur explain fakturor.ndjson 1019 --cards kort.ndjson \\
      --preassessments ansokningar.ndjson | less
"""

_decode = msgspec.json.Decoder(Invoice).decode


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]", help=_HELP, epilog=_EXAMPLES)
@click.argument("invoices", metavar="FAKTUROR")
@click.argument("number", metavar="NUMMER")
@click.option("--cards", metavar="KORT", required=True, help="Patienternas kort.")
@click.option("--preassessments", metavar="ANSÖKNINGAR", help="Avgjorda ansökningar.")
@click.option(
    "--region",
    metavar="REGION",
    default="jonkoping",
    help="Region för en patient utan kort när fakturan inte nämner någon; annars jonkoping.",
)
@click.option(
    "--rules", metavar="MAPP", multiple=True, help="En mapp med fler regelfiler; får upprepas."
)
def command(
    invoices: str,
    number: str,
    cards: str,
    preassessments: str | None,
    region: str,
    rules: tuple[str, ...],
) -> None:
    """Explain each invoice of a number."""
    if [invoices, cards, preassessments].count(STREAM) > 1:
        raise click.UsageError("bara en fil kan läsas från standard in (-)")
    library = read_library(rules)
    if region not in library.regions:
        known = ", ".join(sorted(library.regions))
        raise click.UsageError(f"flaggan --region: {region!r} har inga regelfiler, men {known} har")
    desk = ExplainingDesk(library, region)
    read_cards(cards, desk.cards.add)
    if preassessments is not None:
        read_preassessments(preassessments, desk.library, desk.preassessments.add)
    is_found = False
    with open_source(invoices) as source:
        for lines in _Explaining(desk, number).run(source):
            click.echo("\n".join([*([""] if is_found else []), *lines]))
            is_found = True
    if not is_found:
        what = f"ingen faktura har nummer {number}; kontrollera numret"
        raise UnusableFileError(source.name, what)


class _Explaining:
    """Decides a file, and explains the invoices of one number on the way."""

    def __init__(self, desk: ExplainingDesk, number: str) -> None:
        self._desk = desk
        self._number = number
        self._used: dict[tuple[str, str], tuple[bytes, int]] = {}

    def run(self, source: Source) -> Iterator[list[str]]:
        """The explanation of each invoice of the number."""
        for place, invoice in _invoices(source):
            received_on = invoice.received_on or today_in_sweden()
            lines = self._again(invoice, place, received_on)
            if lines is None:
                if invoice.number == self._number:
                    explained = self._desk.explain(invoice, received_on)
                    yield explanation(explained, self._desk.library)
                if self._desk.decide(invoice, received_on).status != "invalid":
                    key = (invoice.clinic, invoice.number)
                    self._used[key] = content_of(invoice), place
            elif invoice.number == self._number:
                yield lines

    def _again(self, invoice: Invoice, place: int, received_on: date) -> list[str] | None:
        """What is said of an invoice whose number was used before; None where it was not."""
        used = self._used.get((invoice.clinic, invoice.number))
        if used is None or invoice.protected_identity:
            return None
        content, first = used
        if content == content_of(invoice):
            return wrapped(
                f"Faktura {invoice.number} från {invoice.clinic} på rad {place} är samma som på "
                f"rad {first}: det första svaret gäller oförändrat."
            )
        answer = refusal(invoice, [NumberReused(rule="contract/number_reused")])
        return explanation(Explanation(invoice, received_on, answer, []), self._desk.library)


def _invoices(source: Source) -> Iterator[tuple[int, Invoice]]:
    """Each invoice with its line; lines that are none are passed over, and it is told which."""
    for chunk in source.chunks():
        for place, line in enumerate(chunk.lines, chunk.first):
            try:
                yield place, _decode(line)
            except UNREADABLE:
                if not is_blank(line):
                    told = f"{source.name}, rad {place}: går inte att läsa och hoppas över"
                    click.echo(told, err=True)
    source.check_unchanged()
