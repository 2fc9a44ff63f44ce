"""The ledger: double entry in whole öre. Debit is positive, credit negative; what is booked adds up
to nothing, and is never changed: what was wrong is booked back.

What is settled is a cost of care, less what patients paid; it is owed until it is paid out. A
clinic with more taken back than approved owes us: a recovery, until later lines cover it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from invoices.run import Payment, Share
from terms.errors import LedgerError
from terms.vocabulary import Support

Account = Literal["claims", "patient_fees", "payables", "recoveries", "payouts"]
"""Cost of care; what patients paid of it; what is owed to clinics; what they owe; what went to the
bank."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An amount on an account, of a clinic, and of a support where it is a cost."""

    account: Account
    clinic: str
    support: Support | None
    amount_ore: int


class Transaction(msgspec.Struct, frozen=True, gc=False):
    """What is booked together. Numbers are given from outside and have no gaps.

    Raises LedgerError where the entries do not add up to nothing.
    """

    number: int
    kind: Literal["settlement", "payout", "return"]
    run: int
    booked_on: date
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        difference = sum(entry.amount_ore for entry in self.entries)
        if difference != 0:
            raise LedgerError(self.number, f"is out of balance by {difference} öre")
        if any(entry.amount_ore == 0 for entry in self.entries):
            raise LedgerError(self.number, "has an entry of nothing")


def book_settlement(number: int, run: int, booked_on: date, share: Share) -> Transaction | None:
    """What a clinic's settlement means for the ledger; None where it moves nothing."""
    clinic, balance = share.clinic, share.balance
    entries = []
    for sums in share.sums:
        entries += [
            Entry("claims", clinic, sums.support, sums.lines_ore),
            Entry("claims", clinic, sums.support, -sums.credited_ore),
            Entry("patient_fees", clinic, sums.support, -sums.fees_ore),
            Entry("patient_fees", clinic, sums.support, sums.returned_fees_ore),
        ]
    # A debt of before is a recovery that is now taken off; money that came back is owed already.
    recovered = -min(balance.brought_forward_ore, 0)
    owing = -balance.carried_forward_ore
    entries += [
        Entry("recoveries", clinic, None, owing - recovered),
        Entry("payables", clinic, None, recovered - owing - balance.owed_ore),
    ]
    return _booked(number, "settlement", run, booked_on, entries)


def book_payout(number: int, run: int, booked_on: date, payment: Payment) -> Transaction | None:
    """A payment goes to the bank."""
    clinic, amount = payment.payee.clinic, payment.amount_ore
    entries = [
        Entry("payables", clinic, None, amount),
        Entry("payouts", clinic, None, -amount),
    ]
    return _booked(number, "payout", run, booked_on, entries)


def book_return(number: int, run: int, booked_on: date, payment: Payment) -> Transaction | None:
    """A payment came back, and is owed again."""
    clinic, amount = payment.payee.clinic, payment.amount_ore
    entries = [
        Entry("payouts", clinic, None, amount),
        Entry("payables", clinic, None, -amount),
    ]
    return _booked(number, "return", run, booked_on, entries)


def balances(transactions: Iterable[Transaction]) -> dict[tuple[Account, str], int]:
    """What stands on each account of each clinic; all of it adds up to nothing."""
    found: dict[tuple[Account, str], int] = {}
    for transaction in transactions:
        for entry in transaction.entries:
            key = entry.account, entry.clinic
            found[key] = found.get(key, 0) + entry.amount_ore
    return found


def brought_forward(found: Mapping[tuple[Account, str], int], clinic: str) -> int:
    """What a clinic's next settlement begins with, by what stands in the ledger: what came back is
    owed to it, what it owes is taken off."""
    return -found.get(("payables", clinic), 0) - found.get(("recoveries", clinic), 0)


def _booked(
    number: int,
    kind: Literal["settlement", "payout", "return"],
    run: int,
    booked_on: date,
    entries: Iterable[Entry],
) -> Transaction | None:
    moved = tuple(entry for entry in entries if entry.amount_ore != 0)
    return Transaction(number, kind, run, booked_on, moved) if moved else None
