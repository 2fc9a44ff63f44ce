"""A settlement run: what many clinics are paid together, frozen under a number.

The lines stay with the clinics' settlements, which come one by one and are not held together; the
run keeps of each its sums, its balance and a digest. All files are made of these and nothing else,
so they can be made again.
"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from invoices.payees import Payee
from invoices.settlement import Balance, Settlement, Sums, digest_of
from terms.errors import SettlementError


class Share(msgspec.Struct, frozen=True, gc=False):
    """What a run keeps of one clinic's settlement; `digest` is the whole settlement's."""

    payee: Payee
    sums: tuple[Sums, ...]
    balance: Balance
    items: int
    unpaid: int
    digest: str

    @property
    def clinic(self) -> str:
        """Whose share it is."""
        return self.payee.clinic


class Run(msgspec.Struct, frozen=True, gc=False):
    """A run of a region: everything up to `through_on`, to be paid on `pay_on`. Its number and the
    moment when it was frozen are given to it; numbers have no gaps."""

    number: int
    region: str
    through_on: date
    pay_on: date
    frozen_at: datetime
    shares: tuple[Share, ...]

    @property
    def payment_ore(self) -> int:
        """What is paid in all."""
        return sum(share.balance.payment_ore for share in self.shares)

    @property
    def digest(self) -> str:
        """Of everything in it: what is approved is this and nothing else."""
        return digest_of(self)


class Payment(msgspec.Struct, frozen=True, gc=False):
    """One payment of a run. The bank answers by its reference, which no other payment has."""

    reference: str
    payee: Payee
    amount_ore: int


def share_of(settlement: Settlement) -> Share:
    """What a run keeps of a settlement."""
    return Share(
        payee=settlement.payee,
        sums=settlement.sums,
        balance=settlement.balance,
        items=len(settlement.items),
        unpaid=len(settlement.unpaid),
        digest=settlement.digest,
    )


def shares_of(settlements: Iterable[Settlement]) -> tuple[Share, ...]:
    """The shares of a run by clinic. This is the preview: the run adds number and days.

    Raises SettlementError for a clinic that comes twice.
    """
    shares: dict[str, Share] = {}
    for settlement in settlements:
        share = share_of(settlement)
        if share.clinic in shares:
            raise SettlementError(share.clinic, "the clinic stands in the run twice")
        shares[share.clinic] = share
    return tuple(share for _, share in sorted(shares.items()))


def payments_of(run: Run) -> list[Payment]:
    """The payments of a run: one for each clinic with something to get."""
    paid = [share for share in run.shares if share.balance.payment_ore > 0]
    return [
        Payment(f"{run.number:06d}-{place:05d}", share.payee, share.balance.payment_ore)
        for place, share in enumerate(paid, 1)
    ]


def payment_to(run: Run, settlement: Settlement) -> Payment | None:
    """The payment of a clinic's settlement, None where it gets nothing now.

    Raises SettlementError for a settlement that is not the one that was frozen in the run.
    """
    clinic = settlement.payee.clinic
    if share_of(settlement) not in run.shares:
        raise SettlementError(clinic, f"is not the one of run {run.number}")
    return next((one for one in payments_of(run) if one.payee.clinic == clinic), None)
