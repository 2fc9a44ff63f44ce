"""Are approved actions of the codes far enough apart, counted both ways?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import IntervalNotElapsed
from adjudication.invoice import Line
from adjudication.measures import Spaced
from quotas.record import between, lines_of
from terms.period import day_of, number_after_months

LONGEST_MONTH = 31


class IntervalElapsed(Check):
    """Any two approved actions of these kinds (quotas/record.py) are at least so many months
    apart."""

    looks_back = True
    __slots__ = ("_kinds", "_months")

    def __init__(self, rule: str, kinds: frozenset[int], months: int) -> None:
        super().__init__(rule)
        self._kinds = kinds
        self._months = months

    def ask(self, case: Case, line: Line) -> None:
        """Months are counted from the earlier of two days, whichever came to us first."""
        day, months = case.day.number, self._months
        if number_after_months(case.latest, months) <= day:  # -1, the day before the first, if none
            return
        since = day - LONGEST_MONTH * months
        days = self.days(between(case.patient.record, since, case.latest) + b"".join(case.record))
        previous, free = self.around(day, days)
        if previous is not None:
            case.findings.append(
                IntervalNotElapsed(
                    rule=self.rule,
                    months=months,
                    previous_on=day_of(previous),
                    next_on=day_of(free),
                )
            )

    def measure(self, case: Case, line: Line) -> Spaced:
        """The nearest approved action, of two equally near the earlier."""
        day = case.day.number
        nearest = _nearest(day, self.days(case.patient.record + b"".join(case.record)))
        return Spaced(self._months, None if nearest is None else day_of(nearest))

    def days(self, record: bytes) -> list[int]:
        """The day numbers with an approved action of these kinds."""
        kinds = self._kinds
        return [day for _, _, kind, day, _ in lines_of(record) if kind in kinds]

    def around(self, day: int, days: list[int]) -> tuple[int | None, int]:
        """Of days with an approved action, the nearest that stands in the way of one on this day,
        None where none does; and the first day from this one on that is free."""
        near = [other for other in days if self._is_too_near(day, other)]
        free = day
        for other in sorted(days):
            if self._is_too_near(free, other):
                free = number_after_months(other, self._months)
        return _nearest(day, near), free

    def _is_too_near(self, day: int, other: int) -> bool:
        return number_after_months(min(day, other), self._months) > max(day, other)


def _nearest(day: int, days: list[int]) -> int | None:
    """Of two equally near the earlier."""
    return min(days, key=lambda other: (abs(other - day), other), default=None)
