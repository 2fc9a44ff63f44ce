"""Days, and spans of days whose first and last day both belong to them.

A day number counts days from 2000-01-01, which is 0; the hot path compares numbers, everything
that people or files see is a `datetime.date`.
"""

from calendar import monthrange
from datetime import date
from functools import cache, lru_cache

from dateutil.relativedelta import relativedelta

DAY_ZERO = date(2000, 1, 1).toordinal()
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = FIRST_DAY.fromordinal(DAY_ZERO + 0xFFFF)


def day_number(day: date) -> int:
    """Days since 2000-01-01; negative before it."""
    return day.toordinal() - DAY_ZERO


def day_of(number: int) -> date:
    """The day that has this number."""
    return date.fromordinal(number + DAY_ZERO)


def day_written(text: str) -> date:
    """A day written `2026-05-01`, and in no other way. Raises ValueError."""
    if len(text) != len("2026-05-01") or text[4] != "-" or text[7] != "-":
        raise ValueError(text)
    return date.fromisoformat(text)


def add_months(day: date, months: int) -> date:
    """The same number of the month so many months on, or that month's last day.

    >>> add_months(date(2026, 4, 30), 10)
    datetime.date(2027, 2, 28)
    """
    last = _last_day(day.year, day.month, months)
    return last if day.day >= last.day else last.replace(day=day.day)


@cache
def number_after_months(number: int, months: int) -> int:
    """`add_months` on day numbers, each worked out once."""
    return day_number(add_months(day_of(number), months))


def latest_before(number: int, months: int) -> int:
    """The latest day number from which so many months have passed by day `number`.

    >>> latest_before(day_number(date(2027, 2, 28)), 10) == day_number(date(2026, 4, 30))
    True
    """
    if months == 0:
        return number
    latest = day_number(add_months(day_of(number), -months))
    while number_after_months(latest + 1, months) <= number:
        latest += 1
    return latest


@lru_cache(maxsize=1 << 14)
def add_years(day: date, years: int) -> date:
    """The same date so many years on; a 29 February becomes 28 February in a common year. Past
    the last year that a date can have, the last day there is."""
    if day.year + years > date.max.year:
        return date.max
    later: date = day + relativedelta(years=years)
    return later


def last_day_of_month(day: date, months_on: int = 0) -> date:
    """The last day of the day's month, or of the month so many months later."""
    return _last_day(day.year, day.month, months_on)


@lru_cache(maxsize=1 << 14)
def _last_day(year: int, month: int, months_on: int) -> date:
    """The last day of the month so many months after one."""
    on: date = date(year, month, 1) + relativedelta(months=months_on)
    return on.replace(day=monthrange(on.year, on.month)[1])
