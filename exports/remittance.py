"""What a clinic is paid, for its journal system: JSON, line by line, with what was not paid."""

from datetime import date
from typing import Literal

import msgspec

from exports.payer import Payer
from invoices.run import Run, payment_to
from invoices.settlement import Balance, Item, Settlement, Sums, Unpaid

Version = Literal["partitur-remittance-1"]


class Remittance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One clinic's part of a run. `reference` is that of the payment, as the bank shows it, and
    `digest` that of the run, which the region's trace knows."""

    version: Version
    run: int
    digest: str
    region: str
    payer: str
    clinic: str
    payee: str
    through_on: date
    pay_on: date
    reference: str | None
    balance: Balance
    sums: tuple[Sums, ...]
    items: tuple[Item, ...]
    unpaid: tuple[Unpaid, ...]


def write_remittance(run: Run, settlement: Settlement, payer: Payer) -> bytes:
    """A clinic's part of a run as JSON. Raises SettlementError where it is not the frozen one."""
    payment = payment_to(run, settlement)
    return msgspec.json.encode(
        Remittance(
            version="partitur-remittance-1",
            run=run.number,
            digest=run.digest,
            region=run.region,
            payer=payer.name,
            clinic=settlement.payee.clinic,
            payee=settlement.payee.name,
            through_on=run.through_on,
            pay_on=run.pay_on,
            reference=None if payment is None else payment.reference,
            balance=settlement.balance,
            sums=settlement.sums,
            items=settlement.items,
            unpaid=settlement.unpaid,
        )
    )


def read_remittance(content: bytes) -> Remittance:
    """Read one again. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(content, type=Remittance)
