"""The clinics of a run as rows: what each gets, what is held back, what it got last."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from exports.wording import account
from invoices.payees import Payee
from invoices.payments import PaymentState
from invoices.run import Share
from storage.payments import ListedPayment
from storage.runs import Held

SHOWN: Final = 100
_LAST_DIGITS: Final = 4


class Row(NamedTuple):
    """A clinic's part. Amounts are öre; `last_ore` is what the run before paid, `state` what the
    bank says of the payment."""

    clinic: str
    name: str
    account: str
    is_new_account: bool
    lines: int
    unpaid: int
    brought_forward_ore: int
    owed_ore: int
    payment_ore: int
    debt_ore: int
    last_ore: int
    state: PaymentState | None
    reasons: list[str]

    @property
    def difference_ore(self) -> int:
        """By how much more is paid than in the run before."""
        return self.payment_ore - self.last_ore


class Totals(NamedTuple):
    """What all clinics come to, and what of it is held back: lines that are not paid, and what
    clinics owe after it."""

    clinics: int
    payment_ore: int
    last_ore: int
    unpaid: int
    debtors: int
    debt_ore: int


def rows(
    shares: Iterable[Share],
    before: Held | None,
    new_accounts: Iterable[str] = (),
    payments: Mapping[str, ListedPayment] | None = None,
) -> list[Row]:
    """A row a clinic."""
    last, new = _paid(before), set(new_accounts)
    return [_row(one, last.get(one.clinic, 0), new, payments or {}) for one in shares]


def totals(some: list[Row], before: Held | None) -> Totals:
    """The sums of all rows, not only of those that a page shows."""
    return Totals(
        len(some),
        sum(one.payment_ore for one in some),
        sum(_paid(before).values()),
        sum(one.unpaid for one in some),
        sum(one.debt_ore > 0 for one in some),
        sum(one.debt_ore for one in some),
    )


def page_of(some: list[Row], after: str | None) -> tuple[list[Row], str | None]:
    """Some rows, and `after` of the next page, None after the last."""
    found = [one for one in some if after is None or one.clinic > after]
    return found[:SHOWN], found[SHOWN - 1].clinic if len(found) > SHOWN else None


def masked(payee: Payee) -> str:
    """An account by its last four digits: enough to tell it from another, not to pay to it."""
    text = account(payee)
    hidden = sum(sign.isdigit() for sign in text) - _LAST_DIGITS
    signs = []
    for sign in text:
        hidden -= sign.isdigit()
        signs.append("•" if sign.isdigit() and hidden >= 0 else sign)
    return "".join(signs)


def _paid(before: Held | None) -> dict[str, int]:
    shares = () if before is None else before.run.shares
    return {one.clinic: one.balance.payment_ore for one in shares}


def _row(share: Share, last_ore: int, new: set[str], payments: Mapping[str, ListedPayment]) -> Row:
    balance, payment = share.balance, payments.get(share.clinic)
    return Row(
        share.clinic,
        share.payee.name,
        masked(share.payee),
        share.clinic in new,
        share.items,
        share.unpaid,
        balance.brought_forward_ore,
        balance.owed_ore,
        balance.payment_ore,
        -balance.carried_forward_ore,
        last_ore,
        None if payment is None else payment.state,
        [] if payment is None else payment.reasons,
    )
