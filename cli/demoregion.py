"""A made-up region in a database, for trying the API."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import get_args

import click
from sqlalchemy import Connection, func, select

from adjudication.library import Library
from cli.demoapplications import apply
from cli.demopeople import ASSESSOR, COLLEAGUE, CONSULTANT, settle_in, token_of
from cli.demoqueue import Crew, fill_queue, journal_systems
from cli.demosettlement import settle
from cli.errors import MistakenError
from cli.plain import REGION
from cli.tally import whole
from cli.today import day_in_sweden
from exports.payer import Payer
from invoices.payees import Bankgiro, Payee
from population.region import year
from registry.roles import Role
from storage.access import issue
from storage.acts import Acts, Done
from storage.audit import Entry
from storage.causes import FreeCardFound
from storage.database import Database
from storage.freecards import put_free_card
from storage.keeper import Keeper, Sent
from storage.payees import PaidFrom, put_payee, put_payer
from storage.people import in_force
from storage.proposing import propose
from storage.reference import put_reference_data
from storage.schema import upgrade
from storage.tables import audit, clinic, invoice, patient, token, visit

PATIENTS = 5_000
FIRST_ON = date(2026, 1, 1)
"""The day from which there are prices."""

_IBAN, _BANKGIRO = "SE3550000000054910000003", "99999997"
_SEED = 1
_FREE_CARD = "FK-FUNNET"
_AT_ONCE = 1_000
_ROLES: tuple[Role, ...] = get_args(Role)


def fill(database: Database, library: Library, folder: Path) -> None:
    """Make the tables and fill them with what came in until today, with files in a folder. What was
    stopped goes on, what is done is left alone. Raises MistakenError where something else is
    there."""
    upgrade(database)
    keeper = Keeper(database, library, REGION)
    if keeper.acts.do(_is_done):
        return
    made = year(_SEED, PATIENTS, FIRST_ON)
    today = day_in_sweden()
    sent = [Sent(one, received_on) for one, received_on in made.invoices if received_on <= today]
    batches = [sent[start : start + _AT_ONCE] for start in range(0, len(sent), _AT_ONCE)]
    keeper.acts.do(
        lambda connection: (
            None,
            put_reference_data(connection, library, made.cards, made.preassessments),
        )
    )
    label = f"Fyller med {whole(PATIENTS)} påhittade patienter"
    with click.progressbar(batches, label=label, file=sys.stderr) as bar:
        for batch in bar:
            keeper.submit(batch)
    keeper.acts.do(lambda connection: (None, _accounts(connection)))
    clinics = keeper.acts.do(lambda connection: (_busiest(connection), []))
    keeper.acts.do(lambda connection: settle_in(connection, clinics, FIRST_ON))
    settle(database, clinics[-1], today)
    keeper.acts.do(
        lambda connection: apply(
            connection,
            library,
            token_of(connection, "clinic", today),
            token_of(connection, "assessor", today),
            today,
        )
    )
    if not keeper.acts.do(_has_queue):
        crew = keeper.acts.do(lambda connection: _crew(connection, today))
        keeper.acts.do(_find_free_card)
        propose(keeper, FreeCardFound(_FREE_CARD), today, crew.assessor.id)
        fill_queue(keeper.acts, library, made, crew, folder, today)
    keeper.acts.do(lambda _: (None, [Entry("fill_demo", subject="done")]))


def _accounts(connection: Connection) -> list[Entry]:
    """Made-up accounts of the region and its clinics, so that a settlement can be tried."""
    paid_from = PaidFrom(
        Payer("Påhittade regionen", "2321000057", _IBAN, "ESSESESS", "232100005701"), "common-3"
    )
    entries = put_payer(connection, REGION, paid_from, FIRST_ON, None)
    for hsa_id in connection.scalars(select(clinic.c.hsa_id).order_by(clinic.c.hsa_id)).all():
        payee = Payee(hsa_id, f"Påhittade kliniken {hsa_id}", Bankgiro(_BANKGIRO))
        entries += put_payee(connection, payee, FIRST_ON, None)[1]
    return entries


def show(database: Database, address: str) -> None:
    """Issue tokens for this run and say how to use them."""
    acts = Acts(database)
    hsa_id, secrets = acts.do(_issue)
    acts.do(lambda connection: settle_in(connection, _busiest(connection), FIRST_ON))
    shown = "\n".join(
        f"  {role:<15} {secret}" for role, secret in zip(_ROLES, secrets, strict=True)
    )
    click.echo(
        f"{address} har en påhittad region. Token för den här körningen:\n\n{shown}\n\n"
        f"Prova, som kliniken {hsa_id}:\n\n"
        f"  curl -H 'Authorization: Bearer {secrets[0]}' '{address}/invoices?limit=3'\n\n"
        f"Portalen, med påhittade personer att logga in som: {address}/portal\n"
    )


def _is_done(connection: Connection) -> Done[bool]:
    """Whether the region is there whole; where nothing is there, that it is begun is noted."""
    found = set(connection.scalars(select(audit.c.subject).where(audit.c.act == "fill_demo")))
    if "done" in found:
        return True, []
    if "begun" in found:
        return False, []
    if connection.scalar(select(patient.c.id).limit(1)) is not None:
        raise MistakenError("flaggan --demo: databasen är inte tom; ange en ny med --db")
    return False, [Entry("fill_demo", subject="begun")]


def _issue(connection: Connection) -> Done[tuple[str, Sequence[str]]]:
    """A clinic with many invoices, and a token of each role."""
    hsa_id, *_ = _busiest(connection)
    number = connection.scalar(select(func.count()).select_from(token)) or 0
    secrets, entries = [], []
    for role in _ROLES:
        name = f"demo {number} {role}"
        whose = hsa_id if role == "clinic" else None
        secret, entry = issue(connection, name, role, whose, person=f"DEMO-{role}")
        secrets.append(secret)
        entries.append(entry)
    return (hsa_id, secrets), entries


def _has_queue(connection: Connection) -> Done[bool]:
    """Whether they are there: they come all at once."""
    found = select(audit.c.place).where(audit.c.act == "fill_demo", audit.c.subject == "queue")
    return connection.scalar(found) is not None, []


def _find_free_card(connection: Connection) -> Done[None]:
    """A free card that was found after its patient had paid fees; that it is decided anew by it is
    proposed."""
    number = connection.scalar(
        select(patient.c.number)
        .join(invoice, invoice.c.patient_id == patient.c.id)
        .join(visit, visit.c.invoice_id == invoice.c.id)
        .where(visit.c.fee_ore > 0)
        .order_by(invoice.c.id)
        .limit(1)
    )
    last_on = FIRST_ON.replace(month=12, day=31)
    entries = put_free_card(connection, number or "", _FREE_CARD, FIRST_ON, last_on)
    return None, entries or []


def _crew(connection: Connection, today: date) -> Done[Crew]:
    """Those who handle applications."""
    hsa_ids = connection.scalars(select(clinic.c.hsa_id).order_by(clinic.c.hsa_id)).all()
    number = connection.scalar(select(func.count()).select_from(token)) or 0
    systems, entries = journal_systems(connection, hsa_ids, number)
    assessor, colleague, consultant = (
        in_force(connection, hsa_id, today)[0].token for hsa_id in (ASSESSOR, COLLEAGUE, CONSULTANT)
    )
    return Crew(assessor, colleague, consultant, systems), entries


def _busiest(connection: Connection) -> list[str]:
    """The two clinics that sent most."""
    return list(
        connection.scalars(
            select(clinic.c.hsa_id)
            .join(invoice, invoice.c.clinic_id == clinic.c.id)
            .group_by(clinic.c.hsa_id)
            .order_by(func.count().desc(), clinic.c.hsa_id)
            .limit(2)
        )
    )
