"""The rows of a rulebook: what the rules say about each code."""

from typing import NamedTuple

from adjudication.checks.check import Check
from quotas.record import SITE_BITS
from terms.vocabulary import Performer


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
    asked or noted of it than of most. `sides` are bits for the sides of combinations that the code
    is on, `against` those for the sides that it is held against.
    """

    __slots__ = (
        "action",
        "against",
        "care",
        "coverage",
        "eligibility",
        "has_interval",
        "is_special",
        "looking_back",
        "number",
        "remaining",
        "rest",
        "sides",
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
        sides: tuple[int, int] = (0, 0),
    ) -> None:
        self.number = number
        self.action = number << SITE_BITS
        self.uses = uses
        self.structure, self.eligibility, self.coverage, self.care, self.remaining = stages
        self.rest = self.eligibility + self.coverage + self.care + self.remaining
        self.looking_back = tuple(check for check in self.care if check.looks_back)
        self.yields = yields
        self.has_interval = has_interval
        self.sides, self.against = sides
        self.is_special = has_interval or self.sides != 0


class Rows(dict[str, Row]):
    """The rows by code; any other code has the row of unknown ones."""

    __slots__ = ("_unknown",)

    def __init__(self, rows: dict[str, Row], unknown: Row) -> None:
        super().__init__(rows)
        self._unknown = unknown

    def __missing__(self, code: str) -> Row:
        return self._unknown
