"""An approved line in 16 bytes.

A million patients are remembered at once, so their lines are bytes and no objects:

    what    allowed öre 32 bits | carried 1 | site 31 | code 12 | support 2 | performer 2
    when    day number 16 | clinic that took the fee for this visit, 0 where none did, 32

The *kind* of a line is its code, support and performer; *carried* is one by an application. Code,
site (tooth, zone and surfaces) and clinic are numbers, as in an `Index`. Lines stand one after
another in the order of days, those of one day in the order of approval.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator
from struct import Struct
from sys import byteorder
from typing import Final, cast

from terms.vocabulary import PERFORMERS, SUPPORTS, Performer, Support

BYTES_A_LINE: Final = 16
SITE_BITS: Final = 31
SITE_MASK: Final = (1 << SITE_BITS) - 1
CARRIED: Final = 1 << SITE_BITS
CODE_SHIFT: Final = 4
SUPPORT_SHIFT: Final = 2
SUPPORT_MASK: Final = 3

SUPPORT_NUMBERS: Final = {support: number for number, support in enumerate(SUPPORTS)}
PERFORMER_NUMBERS: Final = {performer: number for number, performer in enumerate(PERFORMERS)}

_WHAT = Struct("=IIH")
_WHEN = Struct("=HI")
_LINE = Struct("=IIHHI")
_PAID_BYTES: Final = 4
_CLINIC_BYTES: Final = 4
_DAY_BYTES: Final = 2
_DAY_PLACE: Final = 5
_DAY_STEP: Final = 8

Line = tuple[int, int, int, int, int]
"""Allowed öre, site with carried, kind, day number, clinic with fee."""


class Index(dict[Hashable, int]):
    """Numbers for things that are met again, from 1 in the order first met."""

    def __missing__(self, thing: Hashable) -> int:
        number = self[thing] = len(self) + 1
        return number


Site = tuple[str | None, str | None, str | None]
"""Tooth, zone and surfaces."""


class Sites(Index):
    """Numbers for sites. Surfaces are the same in whatever order and case they are written."""

    def __missing__(self, thing: Hashable) -> int:
        tooth, zone, surfaces = cast(Site, thing)
        same = (tooth, zone, "".join(sorted(set((surfaces or "").upper()))) or None)
        if same == thing:
            return super().__missing__(thing)
        number = self[thing] = self[same]
        return number


class Clinics(dict[str, bytes]):
    """The part of a record that says that a clinic took the fee, for each that was met."""

    def __missing__(self, clinic: str) -> bytes:
        found = self[clinic] = (len(self) + 1).to_bytes(_CLINIC_BYTES, byteorder)
        return found


def kind_of(code: int, support: Support, performer: Performer) -> int:
    """The kind of a line."""
    return (
        code << CODE_SHIFT
        | SUPPORT_NUMBERS[support] << SUPPORT_SHIFT
        | PERFORMER_NUMBERS[performer]
    )


def what(paid_ore: int, site: int, kind: int) -> bytes:
    """The first part of a line: what is paid for."""
    return _WHAT.pack(paid_ore, site, kind)


def paid_for(paid_ore: int, like: bytes, *, is_carried: bool = False) -> bytes:
    """What is paid for as in another first part, but with this amount, and maybe carried."""
    if is_carried:
        _, site, kind = _WHAT.unpack(like)
        return _WHAT.pack(paid_ore, site | CARRIED, kind)
    return paid_ore.to_bytes(_PAID_BYTES, byteorder) + like[_PAID_BYTES:]


def fee_taken(mark: bytes, clinic: bytes) -> bytes:
    """The second part of a line for whose visit a clinic (`Clinics`) took the fee."""
    return mark[:_DAY_BYTES] + clinic


def when(day: int) -> bytes:
    """The second part of a line for which no fee is taken."""
    return _WHEN.pack(day, 0)


def clinic_number(clinic: bytes) -> int:
    """What a line says in the end when the clinic took the fee."""
    return int.from_bytes(clinic, byteorder)


def lines_of(record: bytes) -> Iterator[Line]:
    """The lines, one after another."""
    return _LINE.iter_unpack(record)


def span(record: bytes) -> tuple[int, int]:
    """The day numbers of the first line and of the last, of a record that has any."""
    days = _days(record)
    return days[0], days[-1]


def between(record: bytes, first: int, last: int) -> bytes:
    """The part of a record from one day number through another."""
    days = _days(record)
    start = bisect_left(days, first)
    return record[BYTES_A_LINE * start : BYTES_A_LINE * bisect_right(days, last, start)]


def put_in(record: bytes, more: bytes, day: int) -> bytes:
    """A record with lines of one day put after those that are there of the same day and before."""
    place = BYTES_A_LINE * bisect_right(_days(record), day)
    return record[:place] + more + record[place:]


def without_fees(record: bytes, day: int) -> bytes:
    """A record whose lines of a day say that no fee is taken."""
    parts = []
    for place in range(0, len(record), BYTES_A_LINE):
        line = record[place : place + BYTES_A_LINE]
        parts.append(line[:-_CLINIC_BYTES] + bytes(_CLINIC_BYTES) if span(line)[0] == day else line)
    return b"".join(parts)


def _days(record: bytes) -> "memoryview[int]":
    """The day numbers of the lines."""
    return memoryview(record).cast("H")[_DAY_PLACE::_DAY_STEP]
