"""The ledger: in balance whatever happens, and what stands on it is what is owed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.ledger import (
    Account,
    Entry,
    Transaction,
    balances,
    book_payout,
    book_return,
    book_settlement,
    brought_forward,
)
from invoices.run import payments_of, share_of
from invoices.settlement import Item, settle
from terms.errors import LedgerError
from tests.settling import DAY, item, items, payee, run_with

ON = date(2026, 12, 1)


def test_what_does_not_add_up_to_nothing_is_not_booked() -> None:
    entries = (Entry("claims", "A", "F", 100), Entry("payables", "A", None, -99))
    with pytest.raises(LedgerError, match="1 öre"):
        Transaction(1, "settlement", 1, ON, entries)
    with pytest.raises(LedgerError, match="nothing"):
        Transaction(1, "payout", 1, ON, (Entry("payouts", "A", None, 0),))


def test_a_settlement_line_by_line() -> None:
    things = [item("1", 1000), item("2", 200, "fee"), item("3", 500, "credited_line")]
    things += [item("4", 50, "returned_fee")]
    booked = book_settlement(3, 7, ON, share_of(settle(payee(), things, [], -30)))
    assert booked is not None
    assert [(one.account, one.support, one.amount_ore) for one in booked.entries] == [
        ("claims", "F", 1000),
        ("claims", "F", -500),
        ("patient_fees", "F", -200),
        ("patient_fees", "F", 50),
        ("recoveries", None, -30),
        ("payables", None, -320),
    ]


def test_nothing_is_booked_where_nothing_moves() -> None:
    assert book_settlement(1, 7, ON, share_of(settle(payee(), [], [], -30))) is None
    assert book_settlement(1, 7, ON, share_of(settle(payee(), [], [], 30))) is None


def test_what_is_paid_and_comes_back_is_owed_again() -> None:
    run = run_with([settle(payee(), [item("1", 100)], [], 0)])
    (payment,) = payments_of(run)
    paid, back = book_payout(2, 7, ON, payment), book_return(3, 7, ON, payment)
    settled = book_settlement(1, 7, ON, run.shares[0])
    assert settled is not None
    assert paid is not None
    assert back is not None
    found = balances([settled, paid])
    assert found == {("claims", "SE1-A"): 100, ("payables", "SE1-A"): 0, ("payouts", "SE1-A"): -100}
    assert balances([settled, paid, back])["payables", "SE1-A"] == -100
    assert balances([paid, back]) == {("payables", "SE1-A"): 0, ("payouts", "SE1-A"): 0}


@given(st.lists(st.tuples(items(), st.booleans()), min_size=1, max_size=6))
def test_histories_of_runs_with_payments_that_come_back(
    runs: list[tuple[list[Item], bool]],
) -> None:
    """After each run what is owed, recovered and paid is what the items say, to the öre."""
    clinic, booked, owed, paid = payee().clinic, [], 0, 0
    found: dict[tuple[Account, str], int] = {}
    for number, (things, comes_back) in enumerate(runs, 1):
        settlement = settle(payee(), things, [], brought_forward(found, clinic))
        run = run_with([settlement], number)
        payments = payments_of(run)
        booked += [book_settlement(number, number, DAY, run.shares[0])]
        booked += [book_payout(number, number, DAY, payment) for payment in payments]
        brought = settlement.balance.carried_forward_ore
        if comes_back:
            booked += [book_return(number, number, DAY, payment) for payment in payments]
            brought += settlement.balance.payment_ore
        else:
            paid += settlement.balance.payment_ore
        owed += sum(one.owed_ore for one in things)
        found = balances(one for one in booked if one is not None)
        assert sum(found.values()) == 0
        assert brought_forward(found, clinic) == brought
        assert paid + brought == owed
        assert -found.get(("payouts", clinic), 0) == paid
        assert -found.get(("payables", clinic), 0) == max(brought, 0)
        assert found.get(("recoveries", clinic), 0) == -min(brought, 0)
        cost = found.get(("claims", clinic), 0) + found.get(("patient_fees", clinic), 0)
        assert cost == owed
