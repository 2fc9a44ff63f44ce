"""A run from its preview to the bank's answer: what is in it, who may move it, and that nothing is
ever settled twice."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from adjudication.packaged import packaged_files
from invoices.approval import ApprovalFault, read_approval
from invoices.payees import Payee
from invoices.run import payments_of
from invoices.runsteps import StepFault
from storage import runs, tables
from storage.approving import approve
from storage.audit import Break, verify
from storage.booking import balances_before, transactions_of
from storage.causes import CardChanged, Cause, FreeCardFound
from storage.checking import faults
from storage.database import Database
from storage.freecards import put_free_card
from storage.preparing import Preview, RunFault, preview
from storage.proposals import Proposal
from storage.proposing import propose
from storage.proving import prove
from storage.reference import void_card
from storage.runs import Held
from storage.runsteps import PersonFault
from storage.selecting import RunAsked
from terms.citation import Source, as_rules, read_toml
from terms.errors import BankAnswerError
from tests.paying import (
    ACCOUNTS,
    ASKED,
    CLINICS,
    PATIENTS,
    PAY_ON,
    REGION,
    THROUGH,
    TODAY,
    Office,
    care,
    issued,
)
from tests.storage.test_checking import unguard

ASKED_LATER = RunAsked(date(2030, 1, 1), date(2030, 1, 1))
"""Later versions count by the day on which they were made, which is the clock's."""
EXAMINATION = 110_000
FEE = 20_000


def shown(office: Office, asked: RunAsked = ASKED) -> Any:
    return preview(office.database, REGION, asked, TODAY)


def need_whole(database: Database) -> None:
    with database.reading() as connection:
        assert list(faults(connection)) == []
        assert not any(isinstance(one, Break) for one in verify(connection))


def test_a_preview_equals_the_real_thing_and_keeps_nothing(database: Database) -> None:
    office = Office(database)
    for _ in range(4):
        office.submit()
    office.credit(office.submit())
    found = shown(office)
    assert isinstance(found, Preview)
    assert office.count("run") == office.count("run_invoice") == 0
    held = office.prepared()
    assert held.run.shares == found.shares
    assert held.run.payment_ore == found.payment_ore > 0
    need_whole(database)


def test_what_is_in_a_run(database: Database) -> None:
    """What was received up to its day, less fees; what was credited before it was settled comes as
    both. Later things wait."""
    office = Office(database)
    office.submit(care(), clinic=CLINICS[0])
    office.credit(office.submit(care(), clinic=CLINICS[0]))
    office.submit(care(code="103", price_ore=1, treated_on="2026-10-21"), clinic=CLINICS[1])
    later = office.submit(care(), clinic=CLINICS[2], received_on="2026-11-16")
    held = office.prepared()
    share, other = held.run.shares
    (sums,) = share.sums
    assert (share.items, sums.lines_ore, sums.credited_ore) == (6, 2 * EXAMINATION, EXAMINATION)
    assert (sums.fees_ore, sums.returned_fees_ore) == (2 * FEE, FEE)
    assert share.balance.payment_ore == EXAMINATION - FEE
    assert (other.clinic, other.balance.payment_ore) == (CLINICS[1], 0)
    office.export(office.approved(held))
    (after,) = office.prepared(RunAsked(date(2026, 11, 16), PAY_ON)).run.shares
    assert (after.clinic, after.balance.payment_ore) == (CLINICS[2], EXAMINATION - FEE)
    with database.reading() as connection:
        settled = set(connection.scalars(select(tables.settled_invoice.c.invoice_id)))
    assert later not in settled
    need_whole(database)


def test_a_clinic_without_an_account_waits(database: Database) -> None:
    office = Office(database, CLINICS[:1])
    office.submit(clinic=CLINICS[0])
    office.submit(clinic=CLINICS[1])
    found = shown(office)
    assert [one.clinic for one in found.shares] == [CLINICS[0]]
    assert found.without_payee == [CLINICS[1]]
    office.settled()
    assert [one.without_payee for one in [shown(office)]] == [[CLINICS[1]]]


def test_a_debt_is_carried_until_lines_cover_it(database: Database) -> None:
    office = Office(database)
    key = office.submit(clinic=CLINICS[0])
    office.settled()
    office.credit(key)
    paid = office.settled().held.run.shares[0].balance
    assert (paid.payment_ore, paid.carried_forward_ore) == (0, FEE - EXAMINATION)
    office.submit(clinic=CLINICS[1])
    assert [one.clinic for one in office.settled().held.run.shares] == [CLINICS[1]]
    office.submit(clinic=CLINICS[0])
    balance = office.settled().held.run.shares[0].balance
    assert (balance.brought_forward_ore, balance.payment_ore) == (FEE - EXAMINATION, 0)
    with database.reading() as connection:
        assert balances_before(connection) == {}
    need_whole(database)


def test_numbers_have_no_gaps_and_one_run_is_open(database: Database) -> None:
    office = Office(database)
    office.submit()
    first = office.prepared()
    again = office.prepare()
    assert (again.is_new, again.held.digest) == (False, first.digest)
    other = RunAsked(THROUGH - timedelta(1), PAY_ON)
    assert office.prepare(other) == [RunFault("run_open", 1)]
    discarded = office.move(first, "discard", office.persons.approver)
    assert discarded.state == "discarded"
    second = office.prepared()
    assert second.run.number == 2
    assert second.run.shares == first.run.shares
    office.export(office.approved(second))
    assert office.prepare() == [RunFault("nothing_to_settle")]
    table = tables.run
    row = {
        "region": REGION, "through_on": THROUGH, "pay_on": PAY_ON, "frozen_at": 0,
        "payment_ore": 0, "payer": "{}", "content": b"", "digest": "",
    }  # fmt: skip
    for number, before in ((1, None), (2, 1), (3, 1), (4, 3), (3, None)):
        with pytest.raises(IntegrityError), database.writing() as connection:
            connection.execute(insert(table), {**row, "number": number, "before": before})


def test_nothing_is_settled_twice_whatever_is_written(database: Database) -> None:
    """The last line of defence is the database's own."""
    office = Office(database)
    office.submit()
    office.settled()
    with database.reading() as connection:
        (row,) = connection.execute(select(tables.settled_invoice)).all()
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(
            insert(tables.settled_invoice), {"invoice_id": row.invoice_id, "run_id": 2}
        )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (RunAsked(TODAY + timedelta(1), PAY_ON), "through_on_ahead"),
        (RunAsked(THROUGH, TODAY - timedelta(1)), "pay_on_passed"),
        (RunAsked(date(2025, 12, 1), date(2026, 12, 1)), "nothing_to_settle"),
    ],
)
def test_a_run_that_cannot_be(database: Database, asked: RunAsked, code: str) -> None:
    office = Office(database)
    office.submit()
    assert [one.code for one in office.prepare(asked)] == [code]
    assert office.count("run") == 0


# --- four eyes ---------------------------------------------------------------------------------


def test_who_prepared_a_run_does_not_approve_it_by_any_account(database: Database) -> None:
    office = Office(database)
    office.submit()
    held = office.prepared()
    for token in (office.persons.preparer, office.persons.same):
        codes = {one.code for one in office.move(held, "approve", token)}
        assert "prepared_by_same_person" in codes
    assert office.export(held) == [StepFault("not_in_this_state", "prepared")]
    assert office.count("run_step") == 1
    assert office.approved(held).state == "approved"


def test_nobody_approves_where_they_are_paid_themselves(database: Database) -> None:
    """By whichever of their accounts it is known where they work."""
    office = Office(database)
    office.submit(clinic=CLINICS[0])
    held = office.prepared()
    owner = issued(office.acts, "owner", "payout_approver", "P-9")
    issued(office.acts, "owner at work", "reader", "P-9", [CLINICS[0]])
    (fault,) = office.move(held, "approve", owner)
    assert isinstance(fault, ApprovalFault)
    assert fault.code == "own_clinic"


def test_who_is_no_person_does_nothing(database: Database) -> None:
    office = Office(database)
    office.submit()
    nobody = issued(office.acts, "nobody", "payout_chief", None)
    held = office.prepared()
    for move in ("approve", "discard"):
        assert office.move(held, move, nobody) == [PersonFault()]
    assert office.export(held, nobody) == [PersonFault()]


SMALL = (("above_ore = 200_000_000", "above_ore = 100_000"), ("= 500_000_000", "= 200_000"))


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The region's order of approval, with amounts that a few examinations exceed."""
    files = packaged_files((("terms", ""), ("invoices", "/rules")))
    sources = as_rules("", read_toml("", files.pop("terms/sources.toml")), dict[str, Source])
    (name,) = files
    text = files[name].decode()
    for old, new in SMALL:
        assert old in text
        text = text.replace(old, new)
    rules = read_approval({name: text.encode()}, sources)
    monkeypatch.setattr(runs, "_approval", lambda: rules)


@pytest.mark.usefixtures("small_limits")
def test_large_runs_need_two_persons_and_no_role_goes_beyond_its_limit(database: Database) -> None:
    office = Office(database)
    for _ in range(2):
        office.submit(clinic=CLINICS[0])
    held, persons = office.prepared(), office.persons
    once = office.move(held, "approve", persons.approver)
    assert once.state == "approved_once"
    assert office.export(held) == [StepFault("not_in_this_state", "approved_once")]
    (again,) = office.move(held, "approve", persons.approver)
    assert again.code == "approved_by_same_person"
    assert office.move(held, "approve", persons.second).state == "approved"
    office.export(held)
    for _ in range(3):
        office.submit(clinic=CLINICS[0])
    larger = office.prepared()
    (above,) = office.move(larger, "approve", persons.approver)
    assert (above.code, above.limit_ore) == ("above_limit_of_role", 200_000)
    assert office.move(larger, "approve", persons.chief).state == "approved_once"


def test_what_was_changed_since_it_was_seen_is_not_approved(database: Database) -> None:
    office = Office(database)
    office.submit()
    held = office.prepared()
    found = office.move(held, "approve", office.persons.approver, "0" * 32)
    assert found == [StepFault("run_differs", "prepared")]
    approved = office.approved(held)
    tamper(database, held)
    for found in (
        office.move(approved, "approve", office.persons.second),
        office.export(approved),
    ):
        assert StepFault("run_differs", "approved") in found
    assert office.count("run_file") == 0


def tamper(database: Database, held: Held) -> None:
    """Whoever owns the database pays a clinic more than was approved."""
    share = held.run.shares[0]
    balance = msgspec.structs.replace(share.balance, payment_ore=share.balance.payment_ore + 1)
    shares = (msgspec.structs.replace(share, balance=balance), *held.run.shares[1:])
    run = msgspec.structs.replace(held.run, shares=shares)
    with database.writing() as connection:
        unguard(connection)
        connection.execute(update(tables.run).values(content=msgspec.json.encode(run)))


def test_what_is_booked_adds_up(database: Database) -> None:
    office = Office(database)
    for _ in range(4):
        office.submit()
    exported = office.settled()
    with database.reading() as connection:
        found = transactions_of(connection, exported.held.key)
        assert balances_before(connection) == {}
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert sum(one.kind == "payout" for one in found) == 3
    need_whole(database)


SETTLEMENT = (
    "payer", "payee", "person_clinic", "run_closed", "run", "run_invoice", "run_credit",
    "settled_invoice", "settled_credit", "run_step", "run_file", "payment", "payment_answer",
    "ledger_transaction", "ledger_entry",
)  # fmt: skip


def test_the_database_itself_refuses_to_change_what_was_settled(database: Database) -> None:
    office = Office(database)
    office.credit(office.submit())
    office.submit(clinic=CLINICS[0])
    exported = office.settled()
    office.answer(exported.held, "RJCT")
    issued(office.acts, "at work", "payout_approver", "P-9", CLINICS[:1])
    for name in SETTLEMENT:
        table = tables.metadata.tables[name]
        assert office.count(name) > 0, name
        column = next(iter(table.columns))
        for statement in (update(table).values({column: column}), delete(table)):
            with pytest.raises(DBAPIError, match="never changed"), database.writing() as connection:
                connection.execute(statement)


def test_a_ledger_that_does_not_add_up_is_found(database: Database) -> None:
    office = Office(database)
    office.submit()
    office.settled()
    entry = tables.ledger_entry
    with database.writing() as connection:
        unguard(connection)
        connection.execute(
            update(entry)
            .where(entry.c.number == 1, entry.c.place == 1)
            .values(amount_ore=entry.c.amount_ore + 1)
        )
    with database.reading() as connection:
        told = [(one.where, one.what) for one in faults(connection)]
    assert told == [("transaktion 1", "posterna tar inte ut varandra")]


# --- the bank ----------------------------------------------------------------------------------


def test_what_the_bank_confirms_is_done_and_what_comes_back_is_paid_again(
    database: Database,
) -> None:
    office = Office(database)
    for clinic in CLINICS[:2]:
        office.submit(clinic=clinic)
    held = office.settled().held
    first, second = payments_of(held.run)
    assert office.answer(held, "ACCP").changed == {
        first.reference: "accepted", second.reference: "accepted",
    }  # fmt: skip
    found = office.answer(held, "PART", {first.reference: "ACSC", second.reference: "RJCT"})
    assert found.changed == {first.reference: "confirmed", second.reference: "returned"}
    (name,) = [one for one in office.contents() if "returns" in one]
    assert found.vouchers == name
    assert office.answer(held, "PART", {second.reference: "RJCT"}).changed == {}
    (fault,) = office.answer(held, "PART", {second.reference: "ACSC"})
    assert fault.code == "returned_before"
    office.submit(clinic=CLINICS[2])
    again = office.settled().held
    assert [(one.clinic, one.balance.payment_ore) for one in again.run.shares] == [
        (CLINICS[1], EXAMINATION - FEE), (CLINICS[2], EXAMINATION - FEE),
    ]  # fmt: skip
    assert again.run.shares[0].items == 0
    need_whole(database)


def test_an_answer_is_taken_whole_or_not_at_all(database: Database) -> None:
    office = Office(database)
    for clinic in CLINICS[:2]:
        office.submit(clinic=clinic)
    held = office.prepared()
    assert office.answer(held, "ACSC") == [StepFault("not_in_this_state", "prepared")]
    office.export(office.approved(held))
    first, _ = payments_of(held.run)
    faults = office.answer(held, "PART", {first.reference: "ACSC", "000009-00001": "ACSC"})
    assert [one.code for one in faults] == ["payment_unknown"]
    assert office.count("payment_answer") == 0
    with pytest.raises(BankAnswerError):
        office.answer(held, "ACSC", about="another file")


def test_an_account_that_nobody_was_paid_to_is_shown_to_who_approves(database: Database) -> None:
    office = Office(database)

    def new(held: Held) -> list[str]:
        with database.reading() as connection:
            return runs.shown_of(connection, held).new_accounts

    office.submit(clinic=CLINICS[0])
    first = office.prepared()
    assert new(first) == [CLINICS[0]]
    exported = office.export(office.approved(first)).held
    assert new(exported) == []
    for clinic in CLINICS[:2]:
        office.submit(clinic=clinic)
    second = office.prepared()
    assert new(second) == [CLINICS[1]]
    office.move(second, "discard", office.persons.chief)
    office.pay_to(Payee(CLINICS[0], "Kliniken 0", ACCOUNTS[2]), date(2026, 11, 1))
    assert new(office.prepared()) == list(CLINICS[:2])


# --- what is decided again ---------------------------------------------------------------------


def redecide(office: Office, cause: Cause) -> None:
    proposal = propose(office.keeper, cause, TODAY)
    assert proposal is not None
    found = approve(office.keeper, proposal.id, proposal.digest, TODAY)
    assert isinstance(found, Proposal), found


def test_what_a_later_version_takes_back_is_settled_with_it(database: Database) -> None:
    """A free card that is found gives the fee back, a card that is voided takes the line back: each
    is a part of the next run, though the clinic credited nothing."""
    office = Office(database)
    office.submit(clinic=CLINICS[0])
    patient, number = PATIENTS[1], "F-1"
    assert office.settled().held.run.payment_ore == EXAMINATION - FEE
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    put = put_free_card
    office.acts.do(lambda c: (None, put(c, patient, "E-1", first, last) or []))
    redecide(office, FreeCardFound("E-1"))
    (returned,) = office.settled(ASKED_LATER).held.run.shares
    assert (returned.sums[0].returned_fees_ore, returned.balance.payment_ore) == (FEE, FEE)
    voided_on = date(2026, 2, 1)
    office.acts.do(lambda c: (None, void_card(c, number, voided_on) or []))
    redecide(office, CardChanged(number))
    (taken,) = office.settled(ASKED_LATER).held.run.shares
    assert taken.sums[0].credited_ore == EXAMINATION
    assert taken.balance.carried_forward_ore == -EXAMINATION
    with database.reading() as connection:
        proof = prove(connection, REGION, ASKED_LATER.through_on)
    assert proof.differences == []
    assert proof.clinics[0].decided_ore == 0
    need_whole(database)
