"""Crediting gives back what a line used, and nothing twice."""

from datetime import date

import msgspec

from adjudication.decision import Decision
from adjudication.invoice import Invoice, Line
from adjudication.standing import Standing, standing
from invoices.correction import Credit, CreditFault
from quotas.record import Clinics
from registry.cards import Card
from storage.crediting import credit_invoice
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.patients import Patients
from storage.reference import put_cards
from terms.person import without_dash
from tests import desks, test_reference
from tests.storage.test_keeper import FOLDERS, keeper_of, received

TODAY = date(2026, 11, 22)


def test_what_is_credited_can_be_billed_again(database: Database) -> None:
    """With everything about a line given back (count, ceiling, application, fee, the day itself)
    the same care is decided as it was."""
    world = test_reference.world(5, FOLDERS, test_reference.FOUR_REGIONS, 150)
    keeper = keeper_of(database, world)
    credited = 0
    for place, row in enumerate(world.invoices):
        sent = received(row, world.today)
        invoice, on = sent.invoice, sent.received_on
        (first,) = keeper.submit([Sent(invoice, on)])
        assert first is not None
        if first.is_refused or not first.is_new:
            continue
        before = msgspec.json.decode(first.answer, type=Decision)
        answer = credited_by(keeper, first.key)
        if before.allowed_ore == 0 and not any(line.outcome == "approved" for line in before.lines):
            assert answer == [CreditFault("nothing_left")]
            continue
        assert isinstance(answer, Credit)
        assert (answer.allowed_ore, answer.patient_fee_ore, answer.payable_ore) == (
            before.allowed_ore,
            before.patient_fee_ore,
            before.payable_ore,
        )
        assert credited_by(keeper, first.key) == [CreditFault("nothing_left")]
        again = msgspec.structs.replace(invoice, number=f"again {place}")
        if place % 3 == 0:
            keeper = Keeper(database, desks.library(*FOLDERS), "jonkoping")
        (second,) = keeper.submit([Sent(again, on)])
        assert second is not None
        after = msgspec.json.decode(second.answer, type=Decision)
        assert msgspec.structs.replace(after, number=invoice.number) == before
        credited += 1
    assert credited > 40


def test_what_is_credited_is_left_again(database: Database) -> None:
    """As before the invoice: counts, sums, the next free day and the application's line."""
    world = test_reference.world(6, FOLDERS, test_reference.FOUR_REGIONS, 80)
    library = desks.library(*FOLDERS)
    keeper = keeper_of(database, world)

    def stands(invoice: Invoice) -> Standing | None:
        """On the day of the first line, read from the rows anew."""
        number = without_dash(invoice.patient)
        with database.writing() as connection:
            found = Patients(library, Clinics()).read(connection, [number])
        if number not in found or not invoice.lines:
            return None
        patient, on = found[number][2], invoice.lines[0].treated_on
        return standing(library, patient, number, invoice.support, on, "jonkoping")

    changed = 0
    for place, row in enumerate(world.invoices):
        sent = received(row, world.today)
        invoice, on = sent.invoice, sent.received_on
        before = stands(invoice)
        (answer,) = keeper.submit([Sent(invoice, on)])
        assert answer is not None
        if before is None or answer.is_refused or not answer.is_new:
            continue
        changed += stands(invoice) != before
        credited_by(keeper, answer.key)
        assert stands(invoice) == before
        again = msgspec.structs.replace(invoice, number=f"again {place}")
        keeper.submit([Sent(again, on)])
    assert changed > 20


def test_of_an_invoice_that_is_not_there(database: Database) -> None:
    keeper = Keeper(database, desks.library(), "jonkoping")
    assert credited_by(keeper, 1) is None


def test_of_another_clinics_invoice(database: Database) -> None:
    keeper = keeper_of(database, test_reference.world(5, FOLDERS, test_reference.FOUR_REGIONS, 1))
    one = Invoice(clinic="A", number="1", patient="194805121011", support="F", lines=[])
    one = msgspec.structs.replace(one, lines=[_line()])
    (kept,) = keeper.submit([Sent(one, TODAY)])
    assert kept is not None
    assert kept.key is not None
    assert credited_by(keeper, kept.key, clinic="B") is None
    assert credited_by(keeper, kept.key, clinic="A") is not None


def test_a_fee_that_is_given_back_is_taken_anew(database: Database) -> None:
    """Also where a line of 0 öre is left of the visit."""
    keeper = keeper_of(database, test_reference.world(5, FOLDERS, test_reference.FOUR_REGIONS, 1))
    lines = [_line(), msgspec.structs.replace(_line(), line=2, code="121", price_ore=0)]
    sent = Invoice(
        clinic="A",
        number="1",
        patient=desks.person_number(date(1972, 8, 8)),
        support="F",
        lines=lines,
    )
    with database.writing() as connection:
        put_cards(connection, desks.library(*FOLDERS), [_card(sent.patient)])
    (first,) = keeper.submit([Sent(sent, TODAY)])
    assert first is not None
    credited = keeper.acts.do(
        lambda connection: credit_invoice(connection, first.key or 0, [1], TODAY)
    )
    assert isinstance(credited, Credit)
    again = msgspec.structs.replace(sent, number="2", lines=lines[:1])
    (second,) = keeper.submit([Sent(again, TODAY)])
    assert second is not None
    assert second.decision is not None
    assert second.decision.patient_fee_ore == credited.patient_fee_ore == 1000


def credited_by(
    keeper: Keeper, key: int | None, clinic: str | None = None
) -> Credit | list[CreditFault] | None:
    """All lines of an invoice."""
    assert key is not None
    return keeper.acts.do(
        lambda connection: credit_invoice(connection, key, None, TODAY, clinic=clinic)
    )


def _card(patient: str) -> Card:
    return Card(
        number="new",
        patient=patient,
        region="jonkoping",
        category="F2",
        valid_from=date(2020, 1, 1),
    )


def _line() -> Line:
    return Line(line=1, treated_on=TODAY, code="101", price_ore=1000, performer="dentist")
