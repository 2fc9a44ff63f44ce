"""Decisions, ledger and files are held against each other: an öre more or less in any of them is
found, and said where."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from invoices.run import payments_of
from storage import tables
from storage.database import Database
from storage.proving import Proof, prove
from tests.paying import CLINICS, REGION, THROUGH, Office, care
from tests.storage.test_checking import unguard

PAYABLE = 90_000


def proof(office: Office, day: date = THROUGH) -> Proof:
    with office.database.reading() as connection:
        return prove(connection, REGION, day)


@pytest.fixture(scope="module")
def office(shared_database: Database) -> Office:
    """Two runs: a credit takes back what the first paid, a payment of the first came back, and
    later lines take the debt off."""
    found = Office(shared_database)
    keys = [found.submit(clinic=clinic) for clinic in CLINICS[:2]]
    first = found.settled().held
    returned = payments_of(first.run)[1].reference
    found.answer(first, "PART", {returned: "RJCT"})
    found.credit(keys[0])
    found.submit(care(), care(2, code="501", price_ore=410_500), clinic=CLINICS[0])
    found.settled()
    return found


def test_what_agrees(office: Office) -> None:
    found = proof(office)
    assert (found.runs, found.differences) == (2, [])
    one, other = found.clinics
    assert one.decided_ore == one.booked_ore == one.paid_ore
    assert (other.decided_ore, other.paid_ore, other.returned_ore, other.owed_ore) == (
        PAYABLE, 2 * PAYABLE, PAYABLE, 0,
    )  # fmt: skip


def test_a_day_before_any_run(office: Office) -> None:
    assert proof(office, date(2026, 1, 1)) == Proof(0, [], [])


def _longer_file(connection: Connection, kind: str, old: bytes, new: bytes) -> None:
    """Somebody changes a file, and the sum that tells of it."""
    table = tables.run_file
    rows = connection.execute(select(table).where(table.c.kind == kind, table.c.run_id == 1))
    (row,) = [one for one in rows if old in one.content]
    content = row.content.replace(old, new)
    connection.execute(
        update(table)
        .where(table.c.run_id == 1, table.c.name == row.name)
        .values(content=content, sha256=sha256(content).digest())
    )


BROKEN: dict[str, tuple[Callable[[Connection], object], str]] = {
    "a decided amount": (
        lambda c: c.execute(
            update(tables.line).where(tables.line.c.invoice_id == 1).values(allowed_ore=110_001)
        ),
        "besluten ger en annan summa",
    ),
    "what an invoice says": (
        lambda c: c.execute(
            update(tables.invoice).where(tables.invoice.c.id == 1).values(payable_ore=PAYABLE + 1)
        ),
        "huvudboken är inte besluten",
    ),
    "an entry of the ledger": (
        lambda c: c.execute(
            update(tables.ledger_entry)
            .where(tables.ledger_entry.c.number == 1, tables.ledger_entry.c.account == "claims")
            .values(amount_ore=110_001)
        ),
        "huvudboken avviker",
    ),
    "a lost transaction": (
        lambda c: c.execute(delete(tables.ledger_entry).where(tables.ledger_entry.c.number == 3)),
        "är inte vad huvudboken säger",
    ),
    "the bank's file": (
        lambda c: _longer_file(c, "payments", b">900.00<", b">900.01<"),
        "bankfilen avviker",
    ),
    "the vouchers": (
        lambda c: _longer_file(c, "vouchers", b" 1100.00 ", b" 1100.01 "),
        "är inte vad huvudboken säger",
    ),
    "a file alone": (
        lambda c: c.execute(update(tables.run_file).values(sha256=b"x")),
        "filen är inte den som skrevs",
    ),
    "an invoice that is settled and in no run": (
        lambda c: c.execute(delete(tables.run_invoice).where(tables.run_invoice.c.run_id == 1)),
        "det som ingår är inte det som är avräknat",
    ),
    "one in a run that is not settled": (
        lambda c: c.execute(delete(tables.settled_credit)),
        "det som ingår är inte det som är avräknat",
    ),
    "a credit that nobody made": (
        lambda c: c.execute(insert(tables.settled_credit), {"credit_id": 99, "run_id": 1}),
        "det som ingår är inte det som är avräknat",
    ),
    "the run itself": (
        lambda c: c.execute(update(tables.run).values(digest="0" * 32)),
        "är inte den som godkändes",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_ore_more_or_less_is_found(office: Office, what: str) -> None:
    breaking, told = BROKEN[what]
    with office.database.engine.connect() as connection:  # undone when it is closed
        unguard(connection)
        breaking(connection)
        found = prove(connection, REGION, THROUGH)
    assert told in {one.what for one in found.differences}
