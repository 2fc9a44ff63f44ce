"""What one clinic is paid in a run: what was approved and not settled before, less fees and
credits, with the balance of the runs before it. The same function makes the preview and the real
thing.

No patient stands in it: a clinic finds its lines by the numbers of its own invoices.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b
from typing import Literal, TypeVar

import msgspec
from msgspec.structs import replace

from adjudication.findings import Outcome
from adjudication.wording.words import OUTCOMES
from invoices.payees import Payee, faults_of
from terms.errors import SettlementError
from terms.vocabulary import Support

Kind = Literal["line", "fee", "credited_line", "returned_fee"]
KINDS: tuple[Kind, ...] = ("line", "fee", "credited_line", "returned_fee")
"""An approved line and the fee of a visit that the patient paid to the clinic; a line that is
taken back, and the part of a fee that the patient gets back with it."""


class Item(msgspec.Struct, frozen=True, gc=False):
    """One thing that is settled, once. `id` is the store's, `amount_ore` never negative: the kind
    says which way it goes. `reasons` say why a line was paid less than `claimed_ore`."""

    id: str
    kind: Kind
    invoice: str
    treated_on: date
    support: Support
    amount_ore: int
    line: int | None = None
    code: str | None = None
    claimed_ore: int | None = None
    reasons: tuple[str, ...] = ()

    @property
    def owed_ore(self) -> int:
        """What the clinic gets for it; negative where it gives."""
        return self.amount_ore if self.kind in {"line", "returned_fee"} else -self.amount_ore


class Unpaid(msgspec.Struct, frozen=True, gc=False):
    """A line that was decided since the last run and is not paid, with the reasons as the clinic
    reads them."""

    invoice: str
    line: int
    treated_on: date
    code: str
    support: Support
    claimed_ore: int
    outcome: Outcome
    reasons: tuple[str, ...]

    @property
    def outcome_in_words(self) -> str:
        """What became of it, in Swedish."""
        return OUTCOMES[self.outcome]


Said = TypeVar("Said", Item, Unpaid)


class Sums(msgspec.Struct, frozen=True, gc=False):
    """What the items of one support add up to, kind by kind; nothing here is negative."""

    support: Support
    lines_ore: int
    fees_ore: int
    credited_ore: int
    returned_fees_ore: int

    @property
    def owed_ore(self) -> int:
        """What the clinic gets for them."""
        return self.lines_ore - self.fees_ore - self.credited_ore + self.returned_fees_ore


class Balance(msgspec.Struct, frozen=True, gc=False):
    """What becomes of the sums: brought forward + owed = payment + carried forward.

    Brought forward is negative where the clinic owes, positive where a payment came back. A
    payment is never negative; what is carried forward never positive.
    """

    brought_forward_ore: int
    owed_ore: int
    payment_ore: int
    carried_forward_ore: int


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """One clinic's part of a run, line by line."""

    payee: Payee
    items: tuple[Item, ...]
    unpaid: tuple[Unpaid, ...]
    sums: tuple[Sums, ...]
    balance: Balance

    @property
    def digest(self) -> str:
        """Of everything in it, the order too, but the reasons: they are words for what stands there
        already, which a later edition of the program may put better."""
        return digest_of(
            replace(self, items=_without_words(self.items), unpaid=_without_words(self.unpaid))
        )


def settle(
    payee: Payee, items: Iterable[Item], unpaid: Iterable[Unpaid], brought_forward_ore: int
) -> Settlement:
    """One clinic's part of a run. The order in which things come does not matter.

    Raises SettlementError for what a store must never give: an item twice, a negative amount, a
    payee without name or account.
    """
    ordered = tuple(sorted(items, key=_place))
    _check(payee, ordered)
    sums = _sums(ordered)
    owed = sum(one.owed_ore for one in sums)
    balance = brought_forward_ore + owed
    return Settlement(
        payee=payee,
        items=ordered,
        unpaid=tuple(sorted(unpaid, key=_place_of_unpaid)),
        sums=sums,
        balance=Balance(brought_forward_ore, owed, max(balance, 0), min(balance, 0)),
    )


def digest_of(value: object) -> str:
    """A digest of a value, of all it holds."""
    return blake2b(msgspec.json.encode(value), digest_size=16).hexdigest()


def _without_words(some: tuple[Said, ...]) -> tuple[Said, ...]:
    return tuple(replace(one, reasons=()) if one.reasons else one for one in some)


def _sums(items: Sequence[Item]) -> tuple[Sums, ...]:
    amounts: dict[tuple[Support, Kind], int] = {}
    for item in items:
        key = item.support, item.kind
        amounts[key] = amounts.get(key, 0) + item.amount_ore
    return tuple(
        Sums(support, *(amounts.get((support, kind), 0) for kind in KINDS))
        for support in sorted({support for support, _ in amounts})
    )


def _check(payee: Payee, items: Sequence[Item]) -> None:
    faults = faults_of(payee)
    if faults:
        raise SettlementError(payee.clinic, ", ".join(fault.code for fault in faults))
    if len({item.id for item in items}) != len(items):
        raise SettlementError(payee.clinic, "an item stands in it twice")
    if any(item.amount_ore < 0 for item in items):
        raise SettlementError(payee.clinic, "an amount is negative")


_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def _place(item: Item) -> tuple[str, int, int, date, str]:
    return item.invoice, _ORDER[item.kind], item.line or 0, item.treated_on, item.id


def _place_of_unpaid(line: Unpaid) -> tuple[str, int]:
    return line.invoice, line.line
