"""A rulebook: everything that decides lines of one region and support while no file changes.

It is compiled from the rule files (adjudication/compiling.py), which stay the only form that
people edit.
"""

from dataclasses import dataclass
from datetime import date

from adjudication.checks.check import Check
from quotas.counting import Counting, Period
from registry.categories import Support
from tariffs.patientfee import FreeAges, PatientFee
from terms.citation import Citation
from terms.editions import Edition


class Row:
    """What the rules say about one code: the checks that can speak of it, stage by stage.

    `structure` is asked first and alone; then `eligibility` and `coverage`; of a covered line also
    `care`, and `remaining` where no application carries it. `kind` is the code and support of
    quotas/history.py, `yields` says that the code gives way within an invoice.
    """

    __slots__ = (
        "care",
        "coverage",
        "eligibility",
        "has_interval",
        "kind",
        "number",
        "remaining",
        "structure",
        "yields",
    )

    def __init__(
        self,
        number: int,
        kind: int,
        structure: tuple[Check, ...],
        eligibility: tuple[Check, ...] = (),
        coverage: tuple[Check, ...] = (),
        care: tuple[Check, ...] = (),
        remaining: tuple[Check, ...] = (),
        yields: bool = False,
        has_interval: bool = False,
    ) -> None:
        self.number = number
        self.kind = kind
        self.structure = structure
        self.eligibility = eligibility
        self.coverage = coverage
        self.care = care
        self.remaining = remaining
        self.yields = yields
        self.has_interval = has_interval


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The compiled rules. Without an edition there are none: every line goes to a person.

    `of_day` is asked once a day of an invoice: first its structure, then its eligibility.
    `renewing` are the supports whose approved applications renew a ceiling. `carrying` and
    `tariff` are the ids of the rules that an application and a cut price rest on.
    """

    edition: Edition | None
    rows: dict[str, Row]
    unknown: Row
    day_structure: tuple[Check, ...]
    day_eligibility: tuple[Check, ...]
    counting: Counting
    renewing: frozenset[Support]
    patient_fee: PatientFee | None
    exempt_categories: frozenset[str]
    carrying: str
    tariff: str
    citations: dict[str, Citation]


class TreatmentDay:
    """A day with everything that depends only on region, support and day."""

    __slots__ = ("book", "date", "free_ages", "last_day_to_bill", "number", "period")

    def __init__(
        self,
        day: date,
        number: int,
        book: Rulebook,
        period: Period,
        last_day_to_bill: date | None,
        free_ages: FreeAges | None,
    ) -> None:
        self.date = day
        self.number = number
        self.book = book
        self.period = period
        self.last_day_to_bill = last_day_to_bill
        self.free_ages = free_ages
