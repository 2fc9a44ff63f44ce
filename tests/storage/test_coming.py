"""What a clinic is told of its money is what runs come to."""

from datetime import date

from sqlalchemy import func, select

from invoices.parts import items_of
from invoices.payees import Payee
from storage import tables
from storage.accounts import accounts_of, list_accounts
from storage.coming import coming_to
from storage.database import Database
from storage.parts import (
    Chosen,
    owed_ore,
    read_parts,
    unsettled_credits,
    unsettled_invoices,
    until,
)
from storage.payouts import list_payouts
from storage.preparing import Preview, preview
from storage.runs import last_exported
from storage.selecting import RunAsked
from tests.paying import ACCOUNTS, CLINICS, PAY_ON, REGION, TODAY, Office, care
from tests.storage.lived import lived

NOW = RunAsked(TODAY, PAY_ON)


def agree(office: Office) -> None:
    """What comes to each clinic is what a run of today would pay it, and a debt what it would
    carry forward; what was paid is what exported runs hold."""
    with office.database.reading() as connection:
        coming = {one: coming_to(connection, REGION, one, TODAY) for one in CLINICS}
        payouts = {one: list_payouts(connection, REGION, one, None, 1) for one in CLINICS}
        last = last_exported(connection, REGION)
    found = preview(office.database, REGION, NOW, TODAY)
    shares = found.shares if isinstance(found, Preview) else ()
    sums = {one.clinic: one.balance for one in shares}
    for clinic, one in coming.items():
        assert one.has_account
        balance = sums.get(clinic)
        if balance is None:
            assert one.sum_ore <= 0
        else:
            assert one.sum_ore == balance.payment_ore + balance.carried_forward_ore
        paid = [] if last is None else [s for s in last.run.shares if s.clinic == clinic]
        shown = payouts[clinic].payouts
        assert [each.balance for each in shown] == [share.balance for share in paid]


def test_what_comes_and_what_came_agree_with_runs(database: Database) -> None:
    office = Office(database)
    agree(office)
    keys = [office.submit() for _ in range(6)]
    agree(office)
    settled = office.settled()
    agree(office)
    office.credit(keys[0])
    office.submit(care(treated_on="2026-10-21", code="301", price_ore=50_000))
    agree(office)
    office.answer(settled.held, "ACSC", {"000001-00001": "RJCT"})
    agree(office)
    held = office.prepared(RunAsked(TODAY, PAY_ON))
    with database.reading() as connection:
        for share in held.run.shares:
            part = coming_to(connection, REGION, share.clinic, TODAY).open
            assert part is not None
            assert part.payment_ore == share.balance.payment_ore
        states = {one: list_payouts(connection, REGION, one, None, 9).payouts for one in CLINICS}
    assert sorted(str(one[0].state) for one in states.values()) == ["confirmed"] * 2 + ["returned"]
    agree(office)


def test_what_is_owed_is_what_the_parts_of_a_run_come_to(database: Database) -> None:
    """Sums that are asked for at once, and the same one by one, after all that can happen."""
    lived(database, 5)
    invoice, keys, credits_ = tables.invoice.c, set[int](), 0
    with database.reading() as connection:
        days = connection.scalars(select(invoice.received_on).distinct()).all()
        for day in (min(days), sorted(days)[len(days) // 2], date.max):
            last = until(day)
            own = unsettled_credits(connection, last)
            for clinic in connection.scalars(select(tables.clinic.c.id)).all():
                chosen = Chosen(unsettled_invoices(connection, clinic, last), own.get(clinic, ()))
                parts = read_parts(connection, chosen)
                found = sum(one.owed_ore for one in items_of(parts))
                assert owed_ore(connection, clinic, last) == found
                keys |= set(chosen.invoices)
                credits_ += len(chosen.credits)
        latest = connection.scalar(select(func.max(invoice.version)).where(invoice.id.in_(keys)))
    assert latest is not None
    assert (latest > 2, credits_ > 0) == (True, True)


def test_payouts_come_a_page_at_a_time(database: Database) -> None:
    office = Office(database)
    for number in range(3):
        office.submit(
            clinic=CLINICS[0], lines=[care(treated_on=f"2026-1{number % 2}-0{number + 1}")]
        )
        office.settled()
    with database.reading() as connection:
        first = list_payouts(connection, REGION, CLINICS[0], None, 2)
        rest = list_payouts(connection, REGION, CLINICS[0], first.next, 2)
        assert list_payouts(connection, REGION, CLINICS[1], None, 2).payouts == []
    assert [one.run for one in (*first.payouts, *rest.payouts)] == [3, 2, 1]
    assert (first.next, rest.next) == (2, None)


def test_accounts_are_told_by_clinic_and_day(database: Database) -> None:
    office = Office(database)
    later = PAY_ON.replace(month=12)
    with database.reading() as connection:
        page = list_accounts(connection, TODAY, None, 2)
        rest = list_accounts(connection, TODAY, page.next, 2)
    assert [one.clinic for one in (*page.clinics, *rest.clinics)] == sorted(CLINICS)
    assert (page.next, rest.next) == (sorted(CLINICS)[1], None)
    (one,) = [each for each in page.clinics if each.clinic == CLINICS[0]]
    assert one.now is not None
    office.pay_to(Payee(CLINICS[0], "Nytt", ACCOUNTS[1]), later)
    with database.reading() as connection:
        (before,) = accounts_of(connection, [CLINICS[0]], TODAY)
        (after,) = accounts_of(connection, [CLINICS[0]], later)
    assert before.now == one.now
    assert [each.payee.name for each in before.later] == ["Nytt"]
    assert after.now is not None
    assert (after.now.payee.name, after.later, len(after.given)) == ("Nytt", [], 2)
