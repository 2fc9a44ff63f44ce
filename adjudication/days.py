"""Days that were met, with everything at hand that an invoice asks of them."""

from collections.abc import Callable
from datetime import date

from adjudication.plain import Plains
from adjudication.rulebook import TreatmentDay
from quotas.counting import Period, Tally
from quotas.record import when
from terms.editions import Edition
from terms.period import latest_before
from terms.vocabulary import CareLevel, Support

MOST_DAYS_REMEMBERED = 20_000

DayKey = tuple[str, Support, CareLevel | None, date]
"""Region, support, care level and day."""

KnownDay = tuple[TreatmentDay, Plains, date, int, bytes, Edition | None, Tally, Period, int]
"""A day and what is known of lines alike by its rules; then, at hand without a further step, what
is asked of every day: last day to bill, number, its part of a record (quotas/record.py), edition
and flags of its rulebook, its period, and the latest day number from which all its least intervals
have passed."""


class KnownDays(dict[DayKey, KnownDay]):
    """The days that were met; `find` works out one that was not."""

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[str, Support, date], TreatmentDay]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: DayKey) -> KnownDay:
        if len(self) >= MOST_DAYS_REMEMBERED:
            self.clear()
        region, support, care_level, on = key
        day = self._find(region, support, on)
        book = day.book
        known = self[key] = (
            day,
            book.plains[care_level or "general"],
            day.last_day_to_bill or date.max,
            day.number,
            when(day.number) if book.edition else b"",
            book.edition,
            book.flags,
            day.period,
            latest_before(day.number, book.longest_interval),
        )
        return known
