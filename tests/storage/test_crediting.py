"""Crediting gives back what a line used, and nothing twice."""

from datetime import date

import msgspec

from adjudication.decision import Decision
from invoices.correction import Credit, CreditFault
from storage.database import Database
from storage.keeper import Keeper
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
        invoice, on = received(row, world.today)
        (first,) = keeper.submit([(invoice, on)])
        if first.is_refused or not first.is_new:
            continue
        before = msgspec.json.decode(first.answer, type=Decision)
        answer = keeper.credit(invoice.clinic, invoice.number, None, TODAY)
        if before.allowed_ore == 0 and not any(line.outcome == "approved" for line in before.lines):
            assert answer == [CreditFault("nothing_left")]
            continue
        assert isinstance(answer, Credit)
        assert (answer.allowed_ore, answer.patient_fee_ore, answer.payable_ore) == (
            before.allowed_ore,
            before.patient_fee_ore,
            before.payable_ore,
        )
        assert keeper.credit(invoice.clinic, invoice.number, None, TODAY) == [
            CreditFault("nothing_left")
        ]
        again = msgspec.structs.replace(invoice, number=f"again {place}")
        if place % 3 == 0:
            keeper = Keeper(database, desks.library(*FOLDERS), "jonkoping")
        (second,) = keeper.submit([(again, on)])
        after = msgspec.json.decode(second.answer, type=Decision)
        assert msgspec.structs.replace(after, number=invoice.number) == before
        credited += 1
    assert credited > 40


def test_of_an_invoice_that_is_not_there(database: Database) -> None:
    keeper = Keeper(database, desks.library(), "jonkoping")
    assert keeper.credit("SE2321000057-1A01", "1", None, TODAY) is None
