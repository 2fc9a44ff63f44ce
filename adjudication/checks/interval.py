"""Are approved actions of the codes far enough apart, counted both ways?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import IntervalNotElapsed
from adjudication.invoice import Line
from adjudication.measures import Spaced
from quotas.record import between, lines_of
from terms.period import FIRST_DAY, LAST_DAY, day_number, day_of, number_after_months

LONGEST_MONTH = 31
EVER = day_number(FIRST_DAY), day_number(LAST_DAY)


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
        reach = LONGEST_MONTH * months
        near = [
            other
            for other in self._days(case, day - reach, day + reach)
            if number_after_months(min(day, other), months) > max(day, other)
        ]
        if not near:
            return
        free = day
        for other in sorted(self._days(case, day - reach, case.latest)):
            if number_after_months(min(free, other), months) > max(free, other):
                free = number_after_months(other, months)
        case.findings.append(
            IntervalNotElapsed(
                rule=self.rule,
                months=months,
                previous_on=day_of(min(near, key=lambda other: (abs(other - day), other))),
                next_on=day_of(free),
            )
        )

    def measure(self, case: Case, line: Line) -> Spaced:
        """The nearest approved action, of two equally near the earlier."""
        day = case.day.number
        days = self._days(case, *EVER)
        nearest = min(days, key=lambda other: (abs(other - day), other), default=None)
        return Spaced(self._months, None if nearest is None else day_of(nearest))

    def _days(self, case: Case, first: int, last: int) -> list[int]:
        """The days from first through last with an approved action of these kinds."""
        kinds = self._kinds
        return [
            day
            for record in (between(case.patient.record, first, last), b"".join(case.record))
            for _, _, kind, day, _ in lines_of(record)
            if kind in kinds
        ]
