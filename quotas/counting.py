"""How a rulebook counts what a patient has used.

Each limit and each ceiling has a field of its own in one whole number, the *tally*: 20 bits a
count, 48 bits a sum of öre. A line adds its step to all fields at once, so an approved line costs
one addition however many rules count it. A tally belongs to a `Period`: a calendar year, and
within it the window that a renewed ceiling counts in.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from terms.period import day_number

DAY_SHIFT: Final = 48
KIND_SHIFT: Final = 31
KIND_MASK: Final = 0x1FFFF
AMOUNT_SHIFT: Final = 32

COUNT_BITS: Final = 20
COUNT_MASK: Final = (1 << COUNT_BITS) - 1
COUNT_FLAG: Final = 1 << COUNT_BITS - 1
SUM_BITS: Final = 48
SUM_MASK: Final = (1 << SUM_BITS) - 1
SUM_FLAG: Final = 1 << SUM_BITS - 1

Step = tuple[int, int, int]
"""What a line adds to the limits, per öre to ceilings of the year, and per öre to those of a
window."""

NO_STEP: Final[Step] = (0, 0, 0)


class Period:
    """A calendar year of one rulebook's counting, and the window of it that a day falls in.

    First and last days are day numbers and belong to it. Two periods are the same only if they
    are the same object: `Counting` makes each one once.
    """

    __slots__ = ("first", "last", "steps", "window_first", "window_last")

    def __init__(
        self,
        steps: Mapping[int, Step],
        year: tuple[int, int],
        window: tuple[int, int],
    ) -> None:
        self.steps = steps
        self.first, self.last = year
        self.window_first, self.window_last = window

    def tally(self, words: Sequence[int]) -> int:
        """Count words that stand in the order of days (quotas/history.py) anew."""
        if not words:
            return 0
        heads = words[::2]
        tally = 0
        first = bisect_left(heads, self.first << DAY_SHIFT)
        for place in range(first, bisect_right(heads, (self.last + 1 << DAY_SHIFT) - 1)):
            head = heads[place]
            step = self.steps.get(head >> KIND_SHIFT & KIND_MASK)
            if step is None:
                continue
            amount = words[2 * place + 1] >> AMOUNT_SHIFT
            tally += step[0] + amount * step[1]
            if self.window_first <= head >> DAY_SHIFT <= self.window_last:
                tally += amount * step[2]
        return tally


class Counting:
    """The fields of a rulebook's tally, and the periods it counts in.

    `steps` gives for each kind of line (code, support, performer; not carried) what it adds.
    """

    __slots__ = ("_periods", "steps")

    def __init__(self, steps: Mapping[int, Step]) -> None:
        self.steps = steps
        self._periods: dict[tuple[int, int], Period] = {}

    def period(self, day: date, openings: Sequence[date]) -> Period:
        """The period of a day for a patient whose renewed ceilings start anew on `openings`."""
        first, last = day_number(date(day.year, 1, 1)), day_number(date(day.year, 12, 31))
        window_first, window_last = first, last
        number = day_number(day)
        for opening in map(day_number, openings):
            if first < opening <= number:
                window_first = max(window_first, opening)
            elif number < opening <= last:
                window_last = min(window_last, opening - 1)
        key = (window_first, window_last)
        period = self._periods.get(key)
        if period is None:
            period = Period(self.steps, (first, last), key)
            self._periods[key] = period
        return period
