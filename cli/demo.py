"""`partitur demo`: decides the examples that come with the program, and shows the answers."""

from collections.abc import Iterator
from importlib.resources import files
from typing import TypeVar

import click
import msgspec

from adjudication.desk import Desk
from adjudication.findings import NumberReused
from adjudication.invoice import Invoice
from adjudication.packaged import packaged_library
from adjudication.refusal import refusal
from adjudication.wording.answer import answer
from adjudication.wording.page import wrapped
from cli.ledger import content_of
from cli.swedish import SwedishCommand
from preassessments.decision import Preassessment
from registry.cards import Card

T = TypeVar("T")

_INTRODUCTION = """Trettio fakturor från påhittade patienter i Jönköpings län (F-tandvård, 2026),
avgjorda i den ordning de kom. Varje svar säger vad som ersätts, varför resten inte gör det, på
vilken regel det vilar och vad kliniken kan göra."""

_TITLES = (
    "Ett vanligt besök; patienten betalar avgiften",
    "Samma faktura skickas igen: samma svar, inget ersätts två gånger",
    "Samma nummer, men annat innehåll",
    "Samma besök på en faktura till: ingen ny avgift, och röntgenbilden är redan ersatt",
    "Dyrare än taxan; patienten fyller 85 mellan besöken",
    "Vård i januari ska ha kommit in senast den 30 april; denna kom en dag för sent",
    "Kortet räcker till och med den 28 februari",
    "Kortet makulerades en dag; dagen före gäller det",
    "Patienten har inget kort",
    "Kortet gäller inte ännu vid det första besöket",
    "En undersökning för tidigt, och en på första möjliga dag",
    "En undersökning som faktureras sent, mellan två andra",
    "Åtgärder utanför tandvårdsstödet, med villkor, och en som inte finns",
    "Fel behandlare, vård i morgondagen, en tand som inte finns, en zon som saknas",
    "Åtgärder som inte får kombineras, och sådana som får det med motivering",
    "En åtgärd med och utan daganteckning",
    "En andra omfattande undersökning samma år; en annan bärs av en godkänd ansökan",
    "Åtta förebyggande åtgärder på ett år: den nionde",
    "Tre av de långa behandlingarna: den fjärde",
    "Taket på 16 000 kronor: vad som ryms, vad som inte räknas, och när det är fullt",
    "En godkänd ansökan bär åtgärderna, tills den är förbrukad",
    "Fakturan hänvisar till en ansökan som avslogs",
    "Frikort: ingen avgift",
    "Specialistklinik: specialistens pris, och ingen ansökan behövs",
    "Koder som anvisningarna nämner men som ingen prislista har",
    "Ett besök som kostar mindre än avgiften",
    "Skyddad identitet: inget avgörs och inget sparas",
    "Personnumrets kontrollsiffra är fel",
    "Fakturan har inga rader",
    "Allt fel på en gång: sent, utan kort, utanför stödet och av fel behandlare",
)

_NEXT = """
Avgör egna filer:        partitur adjudicate --help
Se reglerna bakom:       partitur rules jonkoping"""


@click.command(
    cls=SwedishCommand,
    options_metavar="",
    help="Avgör exemplen som följer med, och visa varje svar i klartext med skäl och källor.",
)
def command() -> None:
    """Print the examples' answers."""
    desk = Desk(packaged_library(), "jonkoping")
    for card in _examples("cards", Card):
        desk.cards.add(card)
    for application in _examples("preassessments", Preassessment):
        desk.preassessments.add(application)
    invoices = _examples("invoices", Invoice)
    click.echo("\n".join(wrapped(" ".join(_INTRODUCTION.split()))))
    for place, (title, told) in enumerate(
        zip(_TITLES, _answers(desk, invoices), strict=True), start=1
    ):
        click.echo("\n".join(["", "", *wrapped(f"{place}. {title}"), "", *told]))
    click.echo(_NEXT)


def _examples(name: str, kind: type[T]) -> list[T]:
    content = (files("cli") / "examples" / f"{name}.ndjson").read_bytes()
    return msgspec.json.Decoder(kind).decode_lines(content)


def _answers(desk: Desk, invoices: list[Invoice]) -> Iterator[list[str]]:
    """The answer to each invoice in words. There are few: what they said is remembered whole."""
    used: dict[tuple[str, str], bytes] = {}
    for invoice in invoices:
        key = (invoice.clinic, invoice.number)
        content = content_of(invoice)
        if key in used and used[key] == content:
            yield wrapped(
                f"Faktura {invoice.number} från {invoice.clinic} är redan avgjord: "
                "det första svaret gäller oförändrat."
            )
            continue
        if key in used:
            decision = refusal(invoice, [NumberReused(rule="contract/number_reused")])
        else:
            assert invoice.received_on is not None
            decision = desk.decide(invoice, invoice.received_on)
        if decision.status != "invalid":
            used[key] = content
        yield answer(decision, desk.library)
