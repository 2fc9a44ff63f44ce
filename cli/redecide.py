"""`partitur redecide`: kept invoices are decided again, first as a proposal."""

import sys
from datetime import date
from pathlib import Path
from typing import cast, get_args

import click
import msgspec

from cli.database import in_use
from cli.day import Day
from cli.errors import MistakenError, naming
from cli.plain import REGION
from cli.progress import ProgressBar
from cli.rulefiles import read_library
from cli.swedish import URL, SwedishCommand
from cli.today import day_in_sweden
from storage.approving import RedecisionFault, approve
from storage.causes import (
    CardChanged,
    Cause,
    FreeCardFound,
    PreassessmentChanged,
    RulesChanged,
)
from storage.database import Database
from storage.keeper import Keeper
from storage.proposals import Proposal, read_changes
from storage.proposing import propose
from terms.money import kronor
from terms.vocabulary import Support

_HELP = """Avgör bevarade fakturor på nytt, efter dagens kort, ansökningar och regler.

Först ett förslag: ingenting ändras. Det får ett nummer och en digest, och med --approve och
--digest genomförs just det förslaget, helt eller inte alls. Det som stod och nu avgörs annorlunda
tas tillbaka med en kredit som hör till den nya versionen.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur redecide sqlite:///partitur.db --card F-1
  partitur redecide sqlite:///partitur.db --corrected jonkoping/F --from 2026-01-01 --to 2026-12-31
  partitur redecide sqlite:///partitur.db --approve 7 --digest 3f0c…

\b
Slutstatus:
  0 förslaget är gjort eller genomfört    1 det går inte att genomföra    2 något är fel angivet
"""
_FAULTS = {
    "incomplete": "förslaget är inte färdigt; gör ett nytt",
    "already_approved": "förslaget är redan genomfört",
    "nothing_changes": "förslaget ändrar ingenting",
    "other_digest": "digest är inte förslagets; läs det igen",
    "outdated": "något har ändrats sedan förslaget visades; gör ett nytt",
}
_CHANGES_AT_ONCE = 200


@click.command(cls=SwedishCommand, help=_HELP, epilog=_EXAMPLES, options_metavar="[FLAGGOR]")
@URL
@click.option("--card", metavar="NUMMER", help="Ett kort är nytt, ändrat eller makulerat.")
@click.option("--preassessment", metavar="ID", help="En ansökan är beslutad i efterhand.")
@click.option("--free-card", metavar="NUMMER", help="Ett frikort som hittats i efterhand.")
@click.option("--corrected", metavar="REGION/STÖD", help="Rättade regler eller priser.")
@click.option("--from", "first", metavar="DAG", type=Day(), help="Vård från och med dagen.")
@click.option("--to", "last", metavar="DAG", type=Day(), help="Vård till och med dagen.")
@click.option("--approve", "approved", metavar="NR", type=int, help="Genomför ett förslag.")
@click.option("--digest", metavar="DIGEST", help="Förslagets digest, som den visades.")
@click.option(
    "-o",
    "--output",
    metavar="FIL",
    type=click.Path(path_type=Path),
    help="Skriv ändringarna, en faktura per rad.",
)
@click.option(
    "--region", metavar="REGION", default=REGION, help=f"För patienter utan kort. [{REGION}]"
)
@click.option("--rules", metavar="MAPP", multiple=True, help="Fler regelfiler; får upprepas.")
def command(
    url: str,
    card: str | None,
    preassessment: str | None,
    free_card: str | None,
    corrected: str | None,
    first: date | None,
    last: date | None,
    approved: int | None,
    digest: str | None,
    output: Path | None,
    region: str,
    rules: tuple[str, ...],
) -> None:
    """Propose, or carry out."""
    causes: list[Cause] = []
    if card is not None:
        causes.append(CardChanged(card))
    if preassessment is not None:
        causes.append(PreassessmentChanged(preassessment))
    if free_card is not None:
        causes.append(FreeCardFound(free_card))
    if corrected is not None:
        causes.append(_rules_changed(corrected, first, last))
    if len(causes) + (approved is not None) != 1:
        raise MistakenError(
            "ange en av flaggorna --card, --preassessment, --free-card, --corrected och --approve"
        )
    library = read_library(rules)
    with in_use(url) as database:
        keeper = Keeper(database, library, region)
        if approved is not None:
            _carry_out(keeper, approved, digest)
            return
        proposal = _proposed(keeper, causes[0])
        if output is not None:
            _write(database, proposal, output)
    _show(proposal)


def _rules_changed(corrected: str, first: date | None, last: date | None) -> RulesChanged:
    region, _, support = corrected.partition("/")
    if support not in get_args(Support):
        raise MistakenError("flaggan --corrected: skriv regionen och stödet, som jonkoping/F")
    if first is None or last is None or last < first:
        raise MistakenError("flaggan --corrected: ange --from och --to, i den ordningen")
    return RulesChanged(region, cast("Support", support), first, last)


class _Reached:
    """How far a proposal has come, counted in patients' keys."""

    def __init__(self) -> None:
        self.size: int | None = None
        self.bytes_read = 0


def _proposed(keeper: Keeper, cause: Cause) -> Proposal:
    reached = _Reached()
    with ProgressBar(reached, sys.stderr.isatty(), "patienter") as bar:

        def tell(done: int, of_all: int) -> None:
            reached.bytes_read, reached.size = done, of_all
            bar.tell(done)

        found = propose(keeper, cause, day_in_sweden(), tell=tell)
    if found is None:
        raise MistakenError("det finns inget kort, ingen ansökan och inget frikort som heter så")
    return found


def _carry_out(keeper: Keeper, key: int, digest: str | None) -> None:
    if digest is None:
        raise MistakenError("flaggan --approve: ange också --digest, som förslaget visade den")
    found = approve(keeper, key, digest, day_in_sweden())
    if found is None:
        raise MistakenError(f"det finns inget förslag {key}")
    if isinstance(found, RedecisionFault):
        click.echo(f"Ingenting är ändrat: {_FAULTS[found.code]}.")
        raise click.exceptions.Exit(1)
    click.echo(f"Förslag {key} är genomfört: {found.summary.invoices} fakturor har nya versioner.")


def _write(database: Database, proposal: Proposal, output: Path) -> None:
    """The changes, an invoice a line."""
    after, encode = 0, msgspec.json.Encoder().encode_lines
    with naming(str(output)), output.open("wb") as file:
        while True:
            with database.reading() as connection:
                page, _ = read_changes(connection, proposal.id, after, _CHANGES_AT_ONCE, None)
            assert page is not None
            for of_patient in page.patients:
                file.write(encode(msgspec.json.decode(of_patient, type=list[msgspec.Raw])))
            if page.next is None:
                return
            after = page.next


def _show(proposal: Proposal) -> None:
    summary = proposal.summary
    before, after = summary.before, summary.after
    click.echo(f"Förslag {proposal.id}: ingenting är ändrat än.")
    click.echo(f"Patienter {summary.patients}, fakturor {summary.invoices}, rader {summary.lines}")
    for name, one, other in (
        ("Godkänt", before.allowed_ore, after.allowed_ore),
        ("Patientavgift", before.patient_fee_ore, after.patient_fee_ore),
        ("Att betala", before.payable_ore, after.payable_ore),
    ):
        click.echo(f"{name}: {kronor(one)} → {kronor(other)} ({_signed(other - one)})")
    click.echo(f"Digest: {proposal.digest}")


def _signed(ore: int) -> str:
    return f"{'+' if ore >= 0 else '−'}{kronor(abs(ore))}"
