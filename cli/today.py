"""The one clock."""

from datetime import date
from functools import cache


def day_in_sweden() -> date:
    """The day it is in Sweden."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/Stockholm")).date()


@cache
def today_in_sweden() -> date:
    """The day it is in Sweden when a run first asks; the run keeps to it."""
    return day_in_sweden()
