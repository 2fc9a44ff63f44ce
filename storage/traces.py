"""What a trace shows: a line with what became of it, a run with what it was made of."""

from datetime import date
from typing import Literal

import msgspec

from invoices.ledger import Account
from invoices.payments import PaymentState
from invoices.runsteps import State
from invoices.settlement import Item, Kind
from storage.exporting import RunFile
from terms.vocabulary import Support


class TracedEntry(msgspec.Struct, frozen=True):
    """An entry of the ledger; debit is positive."""

    account: Account
    support: Support | None
    amount_ore: int


class TracedTransaction(msgspec.Struct, frozen=True):
    """What was booked together for a clinic, and the file that has it as a voucher of that
    number."""

    number: int
    kind: Literal["settlement", "payout", "return"]
    booked_on: date
    file: str | None
    entries: list[TracedEntry]


class TracedPayment(msgspec.Struct, frozen=True):
    """What a clinic was paid in a run, and what the bank last said of it."""

    reference: str
    amount_ore: int
    state: PaymentState


class TracedRun(msgspec.Struct, frozen=True):
    """A clinic's part in a run: what it came to, its payment, what was booked, and the files."""

    number: int
    region: str
    state: State
    digest: str
    clinic: str
    owed_ore: int
    payment: TracedPayment | None
    transactions: list[TracedTransaction]
    files: list[RunFile]


class TracedPart(msgspec.Struct, frozen=True):
    """A line as a version decided it, or it or a clinic took it back (`credit` is its key); or the
    fee of its day. `run` is the number of the run that holds it; settled it is when that is
    exported. `owed_ore` is what the clinic gets for it, negative where it gives."""

    kind: Kind | Literal["not_approved"]
    version: int | None
    credit: int | None
    owed_ore: int
    run: int | None
    is_settled: bool


class LineTrace(msgspec.Struct, frozen=True):
    """A line of a kept invoice, and what became of it."""

    invoice: int
    clinic: str
    number: str
    line: int
    treated_on: date
    code: str
    parts: list[TracedPart]
    runs: list[TracedRun]


class RunTrace(msgspec.Struct, frozen=True):
    """A clinic's part in a run, and some of what it was made of; `next` is `after` of the next
    page, null after the last."""

    run: TracedRun
    items: list[Item]
    next: int | None
