"""How a rulebook counts what a patient has used.

Each limit and each ceiling has a field of its own in one whole number, the *tally*: 18 bits a
count, 48 bits a sum of öre. A line adds its step to all fields at once, so an approved line costs
one addition however many rules count it. A tally belongs to a `Period`: a calendar year, and
within it the window that a renewed ceiling counts in.

What is used of a field stands on top of its *guard*, so that the field's highest bit, its flag, is
set as soon as more is used than there is: one mask asks all limits and ceilings at once.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from quotas.record import BYTES_A_LINE, CARRIED, between, lines_of
from terms.period import day_number

COUNT_BITS: Final = 18
COUNT_MASK: Final = (1 << COUNT_BITS) - 1
COUNT_FLAG: Final = 1 << COUNT_BITS - 1
SUM_BITS: Final = 48
SUM_MASK: Final = (1 << SUM_BITS) - 1
SUM_FLAG: Final = 1 << SUM_BITS - 1
ODD: Final = 1
"""The lowest bit is no field's: it flags a line that cannot simply be added."""

FIELDS_FROM: Final = ODD.bit_length()


def guard_of_count(most: int) -> int:
    """What a field holds before anything of so many is used."""
    return COUNT_FLAG - 1 - most


def guard_of_sum(most_ore: int) -> int:
    """What a field holds before any öre of so many is used."""
    return SUM_FLAG - 1 - most_ore


MOST_LINES: Final = COUNT_FLAG - 1
"""A patient with more lines than a count can hold is an error in the input."""

Tally = Any
"""A tally: a whole number. Compiled, it is to stay Python's own, being wider than a machine's."""

Step = tuple[int, int, int]
"""What a line adds to the limits, per öre to ceilings of the year, and per öre to those of a
window."""


class Period:
    """A calendar year of one rulebook's counting, and the window of it that a day falls in.

    First and last days are day numbers and belong to it. Two periods are the same only if they
    are the same object: `Counting` makes each one once. `guard` is the tally of no line.
    """

    __slots__ = ("first", "guard", "last", "steps", "window_first", "window_last")

    def __init__(
        self,
        steps: Mapping[int, Step],
        guard: Tally,
        year: tuple[int, int],
        window: tuple[int, int],
    ) -> None:
        self.steps = steps
        self.guard = guard
        self.first, self.last = year
        self.window_first, self.window_last = window

    def tally(self, record: bytes) -> Tally:
        """Count a record (quotas/record.py) anew. Raises OverflowError where there are more lines
        than can be counted."""
        if len(record) > MOST_LINES * BYTES_A_LINE:
            raise OverflowError(f"mer än {MOST_LINES} godkända rader för en patient")
        tally: Tally = self.guard
        for paid, site, kind, day, _ in lines_of(between(record, self.first, self.last)):
            step = self.steps.get(kind)
            if step is None or site & CARRIED:
                continue
            tally += step[0] + paid * step[1]
            if self.window_first <= day <= self.window_last:
                tally += paid * step[2]
        return tally


class Counting:
    """The fields of a rulebook's tally, and the periods it counts in.

    `steps` gives for each kind of line (code, support, performer) what it adds; carried ones add
    nothing. `guard` is what stands in the fields before any line.
    """

    __slots__ = ("_guard", "_periods", "_steps")

    def __init__(self, steps: Mapping[int, Step], guard: Tally = 0) -> None:
        self._steps = steps
        self._guard = guard
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
            period = Period(self._steps, self._guard, (first, last), key)
            self._periods[key] = period
        return period
