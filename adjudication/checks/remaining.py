"""Is there anything left of the limits and the ceilings? Asked only of lines that no application
carries."""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import CeilingReached, LimitReached
from adjudication.invoice import Line
from adjudication.measures import Counted, Summed
from quotas.counting import COUNT_MASK, SUM_MASK, Tally, guard_of_count, guard_of_sum


class WithinLimit(Check):
    """Fewer than the limit are approved; where it names a performer, only that one's lines are
    asked (and counted)."""

    looks_back = True
    __slots__ = ("_count", "_guard", "_performer", "_shift")

    def __init__(self, rule: str, count: int, performer: str | None, shift: int) -> None:
        super().__init__(rule)
        self._count = count
        self._guard = guard_of_count(count)
        self._performer = performer
        self._shift = shift

    def ask(self, case: Case, line: Line) -> None:
        """`_shift` is where the limit's field begins in the tally."""
        used = self.used(case.tally)
        if used >= self._count and self._performer in (None, line.performer):
            case.findings.append(LimitReached(rule=self.rule, limit=self._count, used=used))

    def measure(self, case: Case, line: Line) -> Counted:
        """The limit and what is used of it."""
        return Counted(self._count, self.used(case.tally), self._performer)

    def used(self, tally: Tally) -> int:
        """How many are approved, by a tally of a period."""
        used: int = tally >> self._shift & COUNT_MASK
        return used - self._guard


class WithinCeiling(Check):
    """With this line the sum does not exceed the ceiling; exactly the ceiling is within."""

    looks_back = True
    __slots__ = ("_guard", "_limit_ore", "_shift")

    def __init__(self, rule: str, limit_ore: int, shift: int) -> None:
        super().__init__(rule)
        self._limit_ore = limit_ore
        self._guard = guard_of_sum(limit_ore)
        self._shift = shift

    def ask(self, case: Case, line: Line) -> None:
        """A line without a price is not asked."""
        used = self.used_ore(case.tally)
        asked = case.allowed_ore
        if used + asked > self._limit_ore and asked >= 0:
            case.findings.append(
                CeilingReached(rule=self.rule, limit_ore=self._limit_ore, used_ore=used)
            )

    def measure(self, case: Case, line: Line) -> Summed:
        """The ceiling, what is used of it and what the line adds."""
        return Summed(self._limit_ore, self.used_ore(case.tally), case.allowed_ore)

    def used_ore(self, tally: Tally) -> int:
        """How much is approved, by a tally of a period."""
        used: int = tally >> self._shift & SUM_MASK
        return used - self._guard
