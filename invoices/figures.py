"""Figures for the region's finance staff: what was spent on what, how much is right the first time,
and how long things have waited. Amounts are öre; nobody stands in them by name or number."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

FEWEST_SHOWN: Final = 5
"""Of fewer patients nothing is told apart in what is handed on."""

AGES: Final = (7, 30, 60, 90)
"""The last days of the ages that things are counted by; what is older is one age more."""

WaitingKind = Literal[
    "needs_document",
    "needs_preassessment",
    "needs_review",
    "application_assessor",
    "application_clinic",
    "application_consultant",
]
"""Lines by what they are held for; applications by who has to do something."""


class Spend(msgspec.Struct, frozen=True):
    """Approved lines that are not credited, of so many patients, and what was allowed for them;
    `fee_ore` is what patients paid of it, None where fees belong to no such part."""

    of: str
    lines: int
    patients: int
    allowed_ore: int
    fee_ore: int | None


class FirstPass(msgspec.Struct, frozen=True):
    """How many invoices were received, and of how many every line was approved at once."""

    of: str
    invoices: int
    passed: int


class Waiting(msgspec.Struct, frozen=True):
    """What waits: how many of each age (`AGES`, in days), and what is asked for lines."""

    kind: WaitingKind
    ages: tuple[int, ...]
    claimed_ore: int


class Figures(msgspec.Struct, frozen=True):
    """Care from a day to another, by its month, support, category (`region/name`, by the card that
    is in force now; without one `-`), clinic and code; the invoices received on the same days; and
    what waits on a day. Of fees, codes have none."""

    first_on: date
    last_on: date
    on: date
    total: Spend
    by_month: tuple[Spend, ...]
    by_support: tuple[Spend, ...]
    by_category: tuple[Spend, ...]
    by_clinic: tuple[Spend, ...]
    by_code: tuple[Spend, ...]
    first_pass: FirstPass
    first_pass_by_month: tuple[FirstPass, ...]
    first_pass_by_clinic: tuple[FirstPass, ...]
    waiting: tuple[Waiting, ...]


class Counts:
    """What adds up to one `Spend`."""

    __slots__ = ("_allowed_ore", "_fee_ore", "_lines", "_patients")

    def __init__(self) -> None:
        self._lines = self._allowed_ore = self._fee_ore = 0
        self._patients: set[int] = set()

    def add(self, patient: int, lines: int, allowed_ore: int) -> None:
        """Some lines of a patient's."""
        self._patients.add(patient)
        self._lines += lines
        self._allowed_ore += allowed_ore

    def charge(self, fee_ore: int) -> None:
        """What a patient paid, or got back where it is negative."""
        self._fee_ore += fee_ore

    def add_all(self, other: "Counts") -> None:
        """What another one counts, of other lines."""
        self._patients |= other._patients
        self._lines += other._lines
        self._allowed_ore += other._allowed_ore
        self._fee_ore += other._fee_ore

    def spend(self, of: str) -> Spend:
        """What it came to."""
        return Spend(of, self._lines, len(self._patients), self._allowed_ore, self._fee_ore)


def age_of(days: int) -> int:
    """The place of the age that so many days are."""
    return sum(days > last for last in AGES)


def concealed(rows: Sequence[Spend]) -> frozenset[str]:
    """The rows of a table that are not told apart: those of few patients, and where that is just
    one the next smallest beside it, since what all add up to would tell it."""
    few = {row.of for row in rows if 0 < row.patients < FEWEST_SHOWN}
    if len(few) == 1:
        others = [row for row in rows if row.of not in few and row.patients]
        few |= {min(others, key=_patients_and_name).of} if others else set()
    return frozenset(few)


def total_of(rows: Iterable[FirstPass], of: str) -> FirstPass:
    """What parts add up to."""
    parts = list(rows)
    return FirstPass(of, sum(one.invoices for one in parts), sum(one.passed for one in parts))


def _patients_and_name(row: Spend) -> tuple[int, str]:
    return row.patients, row.of
