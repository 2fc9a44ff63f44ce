"""Pre-assessments as decided: what an application approves, and for which days."""

from datetime import date
from typing import Annotated

import msgspec

from terms.vocabulary import Support

Count = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
LineNumber = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
WARNED_DAYS = 60
"""So many days before it ends an approval of which something is left is warned about."""

AmountOre = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class ApprovedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One approved action: so many times, on that tooth where one is named, at most that amount
    each where one is stated."""

    line: LineNumber
    code: str
    tooth: str | None = None
    count: Count | None = 1
    amount_ore: AmountOre | None = None


class Preassessment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decided application (förhandsbedömning); without lines it was refused. A changed decision
    names the one that it `replaces`, which then carries nothing more."""

    id: str
    patient: str
    region: str
    support: Support
    decided_on: date
    covers_from: date
    covers_to: date
    replaces: str | None = None
    lines: list[ApprovedLine]

    def ends_soon(self, on: date) -> bool:
        """Whether its last day is that day or within `WARNED_DAYS` of it."""
        return 0 <= (self.covers_to - on).days <= WARNED_DAYS

    def covers(self, support: Support, day: date) -> bool:
        """Whether care of the support on that day is within the application."""
        return self.support == support and self.covers_from <= day <= self.covers_to
