"""Moments, which rows keep as microseconds since 1970, and the days in Sweden that they are of."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MICROSECONDS: Final = 1_000_000
"""In a second."""

_SWEDEN: Final = ZoneInfo("Europe/Stockholm")


def utc(at: int) -> datetime:
    """A moment to the second."""
    return datetime.fromtimestamp(at // MICROSECONDS, UTC)


def in_sweden(at: int) -> datetime:
    """The same as clocks in Sweden show it."""
    return utc(at).astimezone(_SWEDEN)


def beginning_of(day: date) -> int:
    """The moment at which a day begins in Sweden."""
    return int(datetime.combine(day, time.min, _SWEDEN).timestamp()) * MICROSECONDS


def ending_of(day: date) -> int:
    """The first moment in Sweden that no longer belongs to a day, which may be the last there is:
    somebody may ask for all there ever will be."""
    if day == date.max:
        return beginning_of(day) + 24 * 60 * 60 * MICROSECONDS
    return beginning_of(day + timedelta(days=1))
