"""What a run is made of, as a store reads it: decided invoices and what was taken back of them; and
what that makes to settle.

A later version of an invoice is a part of its own. What it took back of those before belongs to it,
and what it decides anew comes beside: so the parts of an invoice add up to its current decision.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from adjudication.findings import Outcome
from invoices.correction import Credit
from invoices.settlement import Item, Unpaid
from terms.vocabulary import Support

Reasons = Mapping[tuple[int, int], tuple[str, ...]]
"""By the key of a version and the number of a line, why the line is not paid, or not in full."""

_NO_WORDS: Reasons = {}


class DecidedLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line as a version decides it."""

    line: int
    treated_on: date
    code: str
    claimed_ore: int
    outcome: Outcome
    allowed_ore: int


class InvoicePart(NamedTuple):
    """A version of an invoice by its key: the lines that it decides, the fees that it charges, and
    the invoice's number and support."""

    key: int
    number: str
    support: Support
    lines: list[DecidedLine]
    fees: list[tuple[date, int]]


class CreditPart(NamedTuple):
    """A credit by its key: a clinic's own, or what a later version took back."""

    key: int
    number: str
    support: Support
    credit: Credit


class Parts(NamedTuple):
    """A clinic's: versions in the order in which they were made, credits in any."""

    invoices: list[InvoicePart]
    credits: list[CreditPart]


def items_of(parts: Parts, reasons: Reasons = _NO_WORDS) -> Iterator[Item]:
    """What there is to settle. A line that was approved and taken back again comes as both."""
    for part in parts.invoices:
        key, number, support = part.key, part.number, part.support
        for line in part.lines:
            if line.outcome == "approved":
                yield Item(
                    f"{key}/{line.line}",
                    "line",
                    number,
                    line.treated_on,
                    support,
                    line.allowed_ore,
                    line.line,
                    line.code,
                    line.claimed_ore,
                    reasons.get((key, line.line), ()),
                )
        for day, fee_ore in part.fees:
            yield Item(f"{key}/{day}", "fee", number, day, support, fee_ore)
    for taken in parts.credits:
        key, number, support = taken.key, taken.number, taken.support
        for one in taken.credit.lines:
            yield Item(
                f"-{key}/{one.line}",
                "credited_line",
                number,
                one.treated_on,
                support,
                one.allowed_ore,
                one.line,
                one.code,
            )
        for visit in taken.credit.visits:
            yield Item(
                f"-{key}/{visit.treated_on}",
                "returned_fee",
                number,
                visit.treated_on,
                support,
                visit.fee_ore,
            )


def unpaid_of(parts: Iterable[InvoicePart], reasons: Reasons = _NO_WORDS) -> Iterator[Unpaid]:
    """The lines that are not paid, as the last of the versions decides them."""
    last: dict[tuple[str, int], tuple[InvoicePart, DecidedLine]] = {}
    for part in parts:
        for line in part.lines:
            last[part.number, line.line] = part, line
    for part, line in last.values():
        if line.outcome != "approved":
            yield Unpaid(
                part.number,
                line.line,
                line.treated_on,
                line.code,
                part.support,
                line.claimed_ore,
                line.outcome,
                reasons.get((part.key, line.line), ()),
            )
