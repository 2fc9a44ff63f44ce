"""What words need to know of the line that they are about."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple


class Words(NamedTuple):
    """What happened, and what would cure it; None where nothing needs a cure."""

    what: str
    cure: str | None


class About(NamedTuple):
    """The line that a finding is of, as far as words need it.

    `last_day` is the last day to bill it, None where there is none or it has passed. `stands_in`
    says that other prices stand in for the region's own; `issuers` are who issues cards, nobody
    where that differs; `carrying` is the rule that an application's amount rests on; `limited` has
    the codes of each limit by its rule, as they are written.
    """

    code: str
    treated_on: date
    claimed_ore: int
    last_day: date | None = None
    stands_in: bool = False
    issuers: Sequence[str] = ()
    carrying: str = ""
    limited: Mapping[str, Sequence[str]] = {}

    @property
    def resend(self) -> str:
        """How a line is sent once more: what is not approved is no duplicate."""
        limit = "" if self.last_day is None else f" senast {self.last_day}"
        return f"skicka raden på en ny faktura{limit}"

    @property
    def next_year(self) -> date:
        """The day on which what is counted by calendar year starts anew."""
        return date(self.treated_on.year + 1, 1, 1)


NO_LINE = About("", date.min, 0)
"""Stands for the line where a finding is of the whole invoice."""
