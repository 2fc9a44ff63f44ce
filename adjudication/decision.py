"""A decision: the answer to one invoice, never edited afterwards. Shapes are those of
docs/contract.md; amounts are öre."""

from datetime import date
from typing import Literal

import msgspec

from adjudication.findings import AnyFinding, Outcome
from terms.editions import Edition

Status = Literal["approved", "partly_approved", "pending", "denied", "invalid"]
FeeReason = Literal[
    "nothing_approved",
    "already_charged",
    "rules_missing",
    "age",
    "free_card",
    "category",
    "charged",
]


class LineDecision(msgspec.Struct, frozen=True, gc=False):
    """The answer to one line; `preassessment` is the application that carries it."""

    line: int
    treated_on: date
    code: str
    outcome: Outcome
    claimed_ore: int
    allowed_ore: int
    preassessment: str | None
    edition: Edition | None
    findings: tuple[AnyFinding, ...]


class Visit(msgspec.Struct, frozen=True, gc=False):
    """One day with lines, and the patient fee that was taken for it, or why none was."""

    treated_on: date
    fee_ore: int
    reason: FeeReason


class Decision(msgspec.Struct, frozen=True, gc=False):
    """The answer to one invoice. Fee and payable add up to what is allowed."""

    clinic: str
    number: str
    status: Status
    claimed_ore: int
    allowed_ore: int
    patient_fee_ore: int
    payable_ore: int
    findings: tuple[AnyFinding, ...]
    visits: list[Visit]
    lines: list[LineDecision]
