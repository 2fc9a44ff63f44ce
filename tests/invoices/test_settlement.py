"""What a clinic is paid: everything is counted once, and every öre is somewhere."""

from datetime import date
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.run import payment_to, payments_of, shares_of
from invoices.settlement import Item, Settlement, Unpaid, settle
from terms.errors import SettlementError
from tests.settling import DAY, item, items, payee, run_with, settlements


@pytest.mark.parametrize(
    ("brought_forward", "amounts", "payment", "carried"),
    [
        (0, {"line": 100, "fee": 20}, 80, 0),
        (0, {"line": 100, "credited_line": 130}, 0, -30),
        (-30, {"line": 100}, 70, 0),
        (-130, {"line": 100}, 0, -30),
        (-100, {"line": 100}, 0, 0),
        (0, {"credited_line": 100, "returned_fee": 20}, 0, -80),
        (50, {}, 50, 0),  # a payment that came back is paid again
        (50, {"credited_line": 20}, 30, 0),
        (0, {}, 0, 0),
    ],
)
def test_what_is_brought_forward_and_owed_is_paid_or_carried_forward(
    brought_forward: int, amounts: dict[str, int], payment: int, carried: int
) -> None:
    found = settle(payee(), [item(k, ore, k) for k, ore in amounts.items()], [], brought_forward)
    assert found.balance.payment_ore == payment
    assert found.balance.carried_forward_ore == carried


@given(items(), st.integers(-(10**10), 10**10))
def test_every_ore_is_somewhere(things: list[Item], brought_forward: int) -> None:
    found = settle(payee(), things, [], brought_forward)
    by_hand = sum(
        one.amount_ore * {"line": 1, "fee": -1, "credited_line": -1, "returned_fee": 1}[one.kind]
        for one in things
    )
    balance = found.balance
    assert balance.payment_ore + balance.carried_forward_ore == brought_forward + by_hand
    assert balance.payment_ore >= 0 >= balance.carried_forward_ore
    assert 0 in {balance.payment_ore, balance.carried_forward_ore}
    assert balance.owed_ore == by_hand == sum(one.owed_ore for one in found.sums)
    assert sorted(one.id for one in found.items) == sorted(one.id for one in things)


@given(st.lists(items(), min_size=1, max_size=5))
def test_run_after_run_a_clinic_gets_what_it_is_owed(runs: list[list[Item]]) -> None:
    """Payments and the balance at the end are lines less fees and credits, of all runs."""
    found: list[Settlement] = []
    for place, things in enumerate(runs):
        own = [msgspec.structs.replace(one, id=f"{place}-{one.id}") for one in things]
        before = found[-1].balance.carried_forward_ore if found else 0
        found.append(settle(payee(), own, [], before))
    paid = sum(one.balance.payment_ore for one in found)
    owed = sum(one.owed_ore for things in runs for one in things)
    assert paid + found[-1].balance.carried_forward_ore == owed
    for earlier, later in pairwise(found):
        assert earlier.balance.carried_forward_ore == later.balance.brought_forward_ore


@given(items(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_come_does_not_matter(things: list[Item], rng: object) -> None:
    shuffled = list(things)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = settle(payee(), things, [], 0), settle(payee(), shuffled, [], 0)
    assert first == second
    assert first.digest == second.digest


def test_lines_stand_as_on_the_invoice_and_its_fees_after_them() -> None:
    lines = [Item(f"l{n}", "line", "B", DAY, "F", 1, n, "101") for n in (10, 2, 1)]
    fees = [Item(f"f{day}", "fee", "B", date(2026, 11, day), "F", 1) for day in (9, 3)]
    before = Item("a", "credited_line", "A", DAY, "F", 1, 1, "101")
    refused = [Unpaid(n, line, DAY, "1", "F", 1, "denied", ()) for n, line in (("B", 9), ("A", 2))]
    refused.append(Unpaid("B", 5, DAY, "1", "F", 1, "denied", ()))
    found = settle(payee(), [*fees, *lines, before], refused, 0)
    assert [one.id for one in found.items] == ["a", "l1", "l2", "l10", "f3", "f9"]
    assert [(one.invoice, one.line) for one in found.unpaid] == [("A", 2), ("B", 5), ("B", 9)]


def test_the_digest_is_of_all_that_is_in_it() -> None:
    """Changing any field changes it; only the words for it may be put otherwise."""
    line = Item("1", "line", "A-1", DAY, "F", 100, 1, "101", 120, ("Taxan.",))
    refused = Unpaid("A-1", 2, DAY, "303", "F", 50, "denied", ("Nej.",))
    whole = settle(payee(), [line], [refused], -5)
    changed: list[Settlement] = [settle(payee(name="Annan"), [line], [refused], -5)]
    changed.append(settle(payee(), [line], [], -5))
    changed.append(settle(payee(), [line], [refused], -6))
    for name, value in {
        "id": "2", "kind": "fee", "invoice": "A-2", "treated_on": date(2026, 1, 1), "support": "N",
        "amount_ore": 101, "line": 2, "code": "102", "claimed_ore": 121,
    }.items():  # fmt: skip
        other = msgspec.structs.replace(line, **{name: value})
        changed.append(settle(payee(), [other], [refused], -5))
    digests = {one.digest for one in changed}
    assert len(digests) == len(changed)
    assert whole.digest not in digests
    in_other_words = msgspec.structs.replace(line, reasons=("Taxan gäller.",))
    assert settle(payee(), [in_other_words], [refused], -5).digest == whole.digest


def test_a_broken_store_is_told() -> None:
    twice = [item("1", 100), item("1", 100)]
    for things, what in ((twice, "twice"), ([item("1", -1)], "negative")):
        with pytest.raises(SettlementError, match=what):
            settle(payee(), things, [], 0)
    with pytest.raises(SettlementError, match="name_missing"):
        settle(payee(name=" "), [item("1", 100)], [], 0)


# --- the run -----------------------------------------------------------------------------------


@given(settlements())
def test_the_preview_is_the_real_thing(found: list[Settlement]) -> None:
    run = run_with(found)
    assert run.shares == shares_of(reversed(found))
    assert run.payment_ore == sum(one.balance.payment_ore for one in found)
    assert run.digest == run_with(list(reversed(found))).digest


@given(settlements())
def test_each_clinic_is_paid_once_and_by_its_own_reference(found: list[Settlement]) -> None:
    run = run_with(found)
    payments = payments_of(run)
    assert len({one.reference for one in payments}) == len(payments)
    assert len({one.payee.clinic for one in payments}) == len(payments)
    for settlement in found:
        payment, amount = payment_to(run, settlement), settlement.balance.payment_ore
        assert (payment is None) == (amount == 0)
        assert payment is None or payment.amount_ore == amount
    assert all(one.amount_ore > 0 for one in payments)
    later = payments_of(run_with(found, number=8))
    assert not {one.reference for one in payments} & {one.reference for one in later}


def test_the_least_payment_is_an_ore() -> None:
    found = [settle(payee(f"SE1-{ore}"), [], [], ore) for ore in (-1, 0, 1)]
    payments = payments_of(run_with(found))
    assert [(one.reference, one.amount_ore) for one in payments] == [("000007-00001", 1)]


def test_a_clinic_comes_once() -> None:
    found = [settle(payee(), [item(key, 100)], [], 0) for key in "12"]
    with pytest.raises(SettlementError, match="twice"):
        shares_of(found)


def test_what_was_frozen_is_what_is_paid() -> None:
    """A settlement that was made again and came out differently is not the run's."""
    run = run_with([settle(payee(), [item("1", 100)], [], 0)])
    changed = settle(payee(), [item("2", 100)], [], 0)
    with pytest.raises(SettlementError, match="run 7"):
        payment_to(run, changed)


def test_the_digest_of_a_run_is_of_number_days_and_shares() -> None:
    run = run_with([settle(payee(), [item("1", 100)], [], 0)])
    changed = [
        msgspec.structs.replace(run, number=8),
        msgspec.structs.replace(run, region="dalarna"),
        msgspec.structs.replace(run, through_on=DAY),
        msgspec.structs.replace(run, pay_on=DAY),
        msgspec.structs.replace(run, frozen_at=run.frozen_at.replace(hour=9)),
        msgspec.structs.replace(run, shares=()),
    ]
    assert len({run.digest, *(one.digest for one in changed)}) == 7
