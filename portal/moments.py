"""Moments as a Swedish reader writes them."""

from storage.moments import in_sweden


def moment(microseconds: int) -> str:
    """Microseconds since 1970 as day and time of day in Sweden: `2026-02-20 14:05`."""
    return f"{in_sweden(microseconds):%Y-%m-%d %H:%M}"
