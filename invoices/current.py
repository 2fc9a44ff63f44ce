"""A kept invoice as it stands: what was sent, what is decided of it now, what was taken back."""

from collections.abc import Mapping
from datetime import date

import msgspec

from adjudication.assessment import Assessed
from adjudication.decision import FeeReason
from adjudication.findings import HELD, Outcome
from adjudication.invoice import Invoice, Line
from preassessments.balance import ApprovedKey

Charged = tuple[int, FeeReason]
"""What a version charges for a day in öre, and why so."""


class CurrentLine(msgspec.Struct, frozen=True, gc=False):
    """A line as it was sent and is decided now; `row` is the key of the version that decided it,
    `since` that of the one from which on it has been approved, or else of the same; `carrier` is
    the line of an application that carries it."""

    sent: Line
    row: int
    since: int
    outcome: Outcome
    allowed_ore: int
    carrier: ApprovedKey | None
    is_credited: bool

    @property
    def is_standing(self) -> bool:
        """Whether it uses anything of the patient's."""
        return self.outcome == "approved" and not self.is_credited


class Current(msgspec.Struct, frozen=True):
    """A kept invoice as it stands.

    `key` is that of its first version, `row` that of the current one, which is number `version`.
    `visits` is what each version charges for the days of the lines that it decides, by its key;
    `given_back` what was given back of a day's fee. `assessed` is what an assessor has decided.
    """

    key: int
    row: int
    version: int
    invoice: Invoice
    received_on: date
    lines: Mapping[int, CurrentLine]
    visits: Mapping[tuple[int, date], Charged]
    given_back: Mapping[date, int]
    assessed: Assessed

    def fees_left(self) -> dict[date, int]:
        """What is left of each day's fee."""
        left: dict[date, int] = {}
        for (_, day), (fee, _) in self.visits.items():
            left[day] = left.get(day, 0) + fee
        for day, back in self.given_back.items():
            left[day] -= back
        return left

    def held(self) -> list[int]:
        """The numbers of the lines that wait for somebody."""
        return [number for number, line in self.lines.items() if line.outcome in HELD]
