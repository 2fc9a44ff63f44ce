"""What deciding again would change, as it is shown to whoever approves it."""

from collections.abc import Iterable
from datetime import date

import msgspec

from adjudication.decision import Decision, LineDecision
from invoices.current import Current


class LineChange(msgspec.Struct, frozen=True):
    """A line as it is decided now, and as it would be."""

    before: LineDecision
    after: LineDecision


class FeeChange(msgspec.Struct, frozen=True):
    """A visit's fee in öre as it is now, and as it would be."""

    treated_on: date
    before_ore: int
    after_ore: int


class Amounts(msgspec.Struct, frozen=True):
    """Sums of whole decisions in öre."""

    allowed_ore: int = 0
    patient_fee_ore: int = 0
    payable_ore: int = 0

    def plus(self, other: "Amounts") -> "Amounts":
        """Both together."""
        return Amounts(
            self.allowed_ore + other.allowed_ore,
            self.patient_fee_ore + other.patient_fee_ore,
            self.payable_ore + other.payable_ore,
        )


class InvoiceChange(msgspec.Struct, frozen=True):
    """What would change of an invoice, whose number `version` is the current one."""

    invoice: int
    clinic: str
    number: str
    version: int
    before: Amounts
    after: Amounts
    lines: list[LineChange]
    fees: list[FeeChange]


class Summary(msgspec.Struct, frozen=True):
    """What the changes add up to: how many patients, invoices and lines, and their sums."""

    patients: int = 0
    invoices: int = 0
    lines: int = 0
    before: Amounts = Amounts()
    after: Amounts = Amounts()

    def plus(self, changes: Iterable[InvoiceChange]) -> "Summary":
        """With the changes of one more patient."""
        found = msgspec.structs.replace(self, patients=self.patients + 1)
        for one in changes:
            found = Summary(
                found.patients,
                found.invoices + 1,
                found.lines + len(one.lines),
                found.before.plus(one.before),
                found.after.plus(one.after),
            )
        return found


def difference(before: Decision, after: Decision) -> tuple[list[LineChange], list[FeeChange]]:
    """The lines and the fees in which two decisions of one invoice differ."""
    lines = [
        LineChange(one, other)
        for one, other in zip(before.lines, after.lines, strict=True)
        if one != other
    ]
    fees = [
        FeeChange(one.treated_on, one.fee_ore, other.fee_ore)
        for one, other in zip(before.visits, after.visits, strict=True)
        if one.fee_ore != other.fee_ore
    ]
    return lines, fees


def change_of(current: Current, before: Decision, after: Decision) -> InvoiceChange:
    """What a later version would change of an invoice."""
    lines, fees = difference(before, after)
    return InvoiceChange(
        current.key,
        before.clinic,
        before.number,
        current.version,
        amounts_of(before),
        amounts_of(after),
        lines,
        fees,
    )


def amounts_of(decision: Decision) -> Amounts:
    """The sums of a decision."""
    return Amounts(decision.allowed_ore, decision.patient_fee_ore, decision.payable_ore)
