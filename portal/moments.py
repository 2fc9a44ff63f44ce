"""Moments as a Swedish reader writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_SWEDEN = ZoneInfo("Europe/Stockholm")


def moment(microseconds: int) -> str:
    """Microseconds since 1970 as day and time of day in Sweden: `2026-02-20 14:05`."""
    at = datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(_SWEDEN)
    return at.strftime("%Y-%m-%d %H:%M")
