"""Editions: which text is in force on a day. A day without one has none; never the nearest."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Edition(msgspec.Struct, frozen=True, gc=False):
    """Which rules made a decision: region, support, the directions' first day, and a short digest
    of every file in force that day (directions, tariff, patient fee, cards)."""

    region: str
    support: str
    valid_from: date
    digest: str


class Timeline(Generic[T]):
    """Editions of one text in the order of their first days, each in force until the next."""

    def __init__(self, editions: Iterable[tuple[date, T]] = ()) -> None:
        ordered = sorted(editions, key=lambda edition: edition[0])
        self.first_days = [first for first, _ in ordered]
        self._editions = [edition for _, edition in ordered]

    def on(self, day: date) -> T | None:
        """The edition in force on the day, or None before the first."""
        place = bisect_right(self.first_days, day)
        return self._editions[place - 1] if place else None

    def __iter__(self) -> Iterator[T]:
        """The editions, oldest first."""
        return iter(self._editions)

    def __len__(self) -> int:
        return len(self._editions)
