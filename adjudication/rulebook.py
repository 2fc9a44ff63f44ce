"""A rulebook: everything that decides lines of one region and support while no file changes.

It is compiled from the rule files (adjudication/compiling.py), which stay the only form that
people edit.
"""

from dataclasses import dataclass
from datetime import date

from adjudication.checks.check import Check
from adjudication.checks.interval import IntervalElapsed
from adjudication.checks.remaining import WithinCeiling, WithinLimit
from adjudication.plain import Plains
from adjudication.rows import Rows
from quotas.counting import Counting, Period, Tally
from quotas.limits import Ceiling, Interval, Limit
from tariffs.feeofday import FeeOfDay
from terms.citation import Citation
from terms.editions import Edition
from terms.vocabulary import CareLevel, Support


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """The compiled rules. Without an edition there are none: every line goes to a person.

    `plains` is what is known of lines alike, by care level. One of `flags` is set in a tally where
    some limit or ceiling is passed (quotas/counting.py). `of_day` is asked once a day of an
    invoice, of all its lines alike. `renewing` are the supports whose approved applications renew a
    ceiling. `longest_interval` is in months. `carrying` and `tariff` are the ids of the rules that
    an application and a cut price rest on. `limits`, `ceilings` and `intervals` are the rules
    on what a patient has used, each with the check that asks it of all its codes.
    """

    edition: Edition | None
    rows: Rows
    plains: dict[CareLevel, Plains]
    flags: Tally
    of_day: tuple[Check, ...]
    counting: Counting
    renewing: frozenset[Support]
    longest_interval: int
    carrying: str
    tariff: str
    limits: tuple[tuple[Limit, WithinLimit], ...]
    ceilings: tuple[tuple[Ceiling, WithinCeiling], ...]
    intervals: tuple[tuple[Interval, IntervalElapsed], ...]
    citations: dict[str, Citation]


class TreatmentDay:
    """A day with everything that depends only on region, support and day. `fee` is None without
    rules, `last_day_to_bill` where no deadline is known."""

    __slots__ = ("book", "date", "fee", "last_day_to_bill", "number", "period")

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
        self.book = book
        self.period = period
        self.last_day_to_bill = last_day_to_bill
        self.fee = fee
