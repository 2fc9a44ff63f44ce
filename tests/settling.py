"""Clinics and settlements for tests, by chance and by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from invoices.payees import BankAccount, Bankgiro, Payee
from invoices.run import Run, shares_of
from invoices.settlement import KINDS, Item, Settlement, settle
from terms.vocabulary import SUPPORTS

DAY = date(2026, 11, 9)
FROZEN_AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
ACCOUNTS = (Bankgiro("99999997"), Bankgiro("9999996"), BankAccount("5022", "1234567"))

NAMES = st.text(min_size=1, max_size=140).filter(lambda name: name.strip() and name.isprintable())
"""Every name that can be printed, hostile ones too."""
FREE = st.text(max_size=60)


def payee(clinic: str = "SE1-A", name: str = "Kliniken AB", account: int = 0) -> Payee:
    """A clinic that can be paid."""
    return Payee(clinic, name, ACCOUNTS[account])


def item(key: str, ore: int, kind: str = "line") -> Item:
    """Something to settle."""
    found = next(one for one in KINDS if one == kind)
    return Item(key, found, f"A-{key}", DAY, "F", ore, 1, "101", ore)


@st.composite
def items(draw: st.DrawFn, prefix: str = "") -> list[Item]:
    """Things to settle, each with its own id."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(KINDS), st.integers(0, 10**9), st.sampled_from(SUPPORTS)),
            max_size=8,
        )
    )
    return [
        Item(f"{prefix}{place}", kind, f"A-{place // 3}", DAY, support, ore, place % 3, "101", ore)
        for place, (kind, ore, support) in enumerate(drawn)
    ]


@st.composite
def settlements(draw: st.DrawFn) -> list[Settlement]:
    """Those of a few clinics, with balances of before."""
    clinics = draw(st.lists(st.tuples(NAMES, st.integers(0, 2)), min_size=1, max_size=4))
    return [
        settle(
            payee(f"SE1-{place}", name, account),
            draw(items(f"{place}-")),
            [],
            draw(st.integers(-(10**9), 10**9)),
        )
        for place, (name, account) in enumerate(clinics)
    ]


def run_with(found: Sequence[Settlement], number: int = 7) -> Run:
    """A run of these."""
    days = date(2026, 11, 30), date(2026, 12, 4)
    return Run(number, "jonkoping", *days, FROZEN_AT, shares_of(found))


def run_of_size(ore: int, clinic: str = "SE1-A") -> Run:
    """A run that pays so much to one clinic."""
    return run_with([settle(payee(clinic), [item("1", ore)], [], 0)])
