"""A rulebook: everything that decides lines of one region and support while no file changes.

It is compiled from the rule files (adjudication/compiling.py), which stay the only form that
people edit.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from adjudication.checks.check import Check
from quotas.counting import DAY_SHIFT, Counting, Period
from quotas.history import SITE_BITS
from tariffs.patientfee import FeeOfDay
from terms.citation import Citation
from terms.editions import Edition
from terms.vocabulary import Performer, Support


class Stages(NamedTuple):
    """The checks that can speak of a code. `structure` is asked first and alone; then `eligibility`
    and `coverage`; of a covered line also `care`, and `remaining` where no application carries it.
    """

    structure: tuple[Check, ...]
    eligibility: tuple[Check, ...] = ()
    coverage: tuple[Check, ...] = ()
    care: tuple[Check, ...] = ()
    remaining: tuple[Check, ...] = ()


class Row:
    """What the rules say about one code.

    `rest` is every stage but structure, `looking_back` what `care` asks of other lines. `action` is
    the code's number as part of what a duplicate repeats; `uses` says by performer what an approved
    line uses: its kind, its counts in the tally, and what each öre adds there (quotas/). `yields`
    says that the code gives way to another of the same invoice, `is_special` that more is to be
    asked or noted of it than of most.
    """

    __slots__ = (
        "action",
        "care",
        "coverage",
        "eligibility",
        "has_interval",
        "is_special",
        "looking_back",
        "number",
        "remaining",
        "rest",
        "structure",
        "uses",
        "yields",
    )

    def __init__(
        self,
        number: int,
        uses: dict[Performer, tuple[int, int, int]],
        stages: Stages,
        yields: bool = False,
        has_interval: bool = False,
        is_combined: bool = False,
    ) -> None:
        self.number = number
        self.action = number << SITE_BITS
        self.uses = uses
        self.structure, self.eligibility, self.coverage, self.care, self.remaining = stages
        self.rest = self.eligibility + self.coverage + self.care + self.remaining
        self.looking_back = tuple(check for check in self.care if check.looks_back)
        self.yields = yields
        self.has_interval = has_interval
        self.is_special = is_combined or has_interval or yields


class Plain(NamedTuple):
    """What can be said of a line without knowing the patient, worked out once for lines alike in
    code, performer and site.

    `cap_ore` is the most that is paid for it, or -1 where something of the line itself speaks
    against it; else only the checks that look back are left to ask. `head` is the head of its
    words but for the day; `counts` and `per_ore` are what it adds to the tally.
    """

    action: int
    head: int
    cap_ore: int
    counts: int
    per_ore: int
    is_special: bool
    row: Row


Plains = dict[tuple[str | None, ...], Plain]


class Rows(dict[str, Row]):
    """The rows by code; any other code has the row of unknown ones."""

    __slots__ = ("_unknown",)

    def __init__(self, rows: dict[str, Row], unknown: Row) -> None:
        super().__init__(rows)
        self._unknown = unknown

    def __missing__(self, code: str) -> Row:
        return self._unknown


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """The compiled rules. Without an edition there are none: every line goes to a person.

    Added to a tally, `guard` sets one of `flags` where some limit or ceiling is passed. `of_day` is
    asked once a day of an invoice, of all its lines alike. `renewing` are the supports whose
    approved applications renew a ceiling. `carrying` and `tariff` are the ids of the rules that an
    application and a cut price rest on.
    """

    edition: Edition | None
    rows: Rows
    guard: int
    flags: int
    of_day: tuple[Check, ...]
    counting: Counting
    renewing: frozenset[Support]
    carrying: str
    tariff: str
    citations: dict[str, Citation]


class TreatmentDay:
    """A day with everything that depends only on region, support and day.

    Received by `clear_through` for a patient with a card in force, nothing of `book.of_day` speaks
    against it. `fee` is None without rules.
    """

    __slots__ = (
        "book",
        "clear_through",
        "date",
        "fee",
        "last_day_to_bill",
        "number",
        "often",
        "period",
        "word",
    )

    def __init__(
        self,
        day: date,
        number: int,
        book: Rulebook,
        period: Period,
        last_day_to_bill: date | None,
        fee: FeeOfDay | None,
    ) -> None:
        self.date = day
        self.number = number
        self.word = number << DAY_SHIFT
        self.book = book
        self.period = period
        self.last_day_to_bill = last_day_to_bill
        self.clear_through = last_day_to_bill or date.max
        self.fee = fee
        self.often = (self.word, book.edition, book.guard, book.flags)
