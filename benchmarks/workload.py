"""Three years of invoices as clinics send them: made from a seed and the packaged price list alone.

Some eleven invoices a patient, one to six lines each, in the order in which they arrive. Nine in
ten are right the first time. The same seed makes the same bytes, and a longer stream begins with
the same patients as a shorter one.
"""

import copy
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

import msgspec

from adjudication.packaged import packaged_files
from benchmarks.mistakes import Draft, spoil
from benchmarks.people import FIRST_DAY, LAST_DAY, Person, is_specialist, person
from benchmarks.visits import Visits
from preassessments.decision import Preassessment
from registry.cards import Card
from tariffs.pricelist import Action, read_prices

Row = dict[str, Any]

SEED = 2026
_MISTAKES = 0.08
_MEAN_LAG = 25
_LONGEST_LAG = 85
_MOST_LINES = 6


class Workload(NamedTuple):
    """What the region has on paper beforehand, and what then arrives: invoices in JSON, in order,
    each with its day of receipt."""

    cards: list[Card]
    preassessments: list[Preassessment]
    invoices: list[bytes]


def workload(invoices: int, seed: int = SEED) -> Workload:
    """About so many invoices, never fewer: those of as many patients as that takes."""
    prices = _prices()
    cards: list[Card] = []
    preassessments: list[Preassessment] = []
    rows: list[Row] = []
    serial = 0
    while len(rows) < invoices:
        rng = Random(seed * 100_000_007 + serial)
        patient = person(serial, rng)
        serial += 1
        cards += patient.cards
        if patient.application is not None:
            preassessments.append(patient.application)
        rows += _invoices(patient, prices, rng)
    rows.sort(key=_arrival)
    _number(rows)
    return Workload(cards, preassessments, list(map(msgspec.json.encode, rows)))


@cache
def _prices() -> dict[str, Action]:
    """The reference prices that come with the program."""
    ((name, content),) = (
        (name, content) for name, content in packaged_files().items() if name.endswith(".csv")
    )
    return read_prices(name, content)


def _invoices(patient: Person, prices: dict[str, Action], rng: Random) -> Iterator[Row]:
    """A patient's invoices over the years, without their numbers."""
    before: list[Row] = []
    dash = patient.clinic[-1] in "02468ACE"
    for clinic, lines in _bills(patient, prices, rng):
        lag = min(int(rng.gammavariate(2, _MEAN_LAG / 2)), _LONGEST_LAG)
        invoice: Row = {
            "clinic": clinic,
            "number": "",
            "patient": f"{patient.number[:8]}-{patient.number[8:]}" if dash else patient.number,
            "support": patient.support,
            "care_level": "specialist" if is_specialist(clinic) else "general",
            "received_on": lines[-1]["treated_on"] + timedelta(days=lag),
        }
        if patient.free_card is not None:
            invoice["free_card"] = patient.free_card
        invoice["lines"] = [{"line": number} | line for number, line in enumerate(lines, start=1)]
        if rng.random() < _MISTAKES:
            right = copy.deepcopy(invoice)
            if spoil(Draft(invoice, before, prices, rng)):
                right["received_on"] += timedelta(days=14)
                right["replaces"] = invoice
                yield right
        before = invoice["lines"]
        yield invoice


def _bills(
    patient: Person, prices: dict[str, Action], rng: Random
) -> Iterator[tuple[str, list[Row]]]:
    """What a patient's clinics bill together: mostly one visit, one time in twenty two."""
    visits = Visits(patient, prices, rng)
    application = patient.application
    days_between = 365 / patient.visits_a_year
    day = FIRST_DAY + timedelta(days=int(rng.uniform(0, days_between)))
    examined_from = FIRST_DAY + timedelta(days=rng.randrange(200))
    while day <= LAST_DAY:
        clinic = patient.clinic
        if application and application.covers_from <= day <= application.covers_to:
            lines, application = visits.applied_for(day), None
        elif day >= examined_from:
            lines = visits.examination(day)
            examined_from = day + timedelta(days=rng.randrange(310, 420))
        elif rng.random() < 0.03:
            clinic, lines = patient.specialist, visits.specialist(day)
        else:
            lines = visits.other(day)
        if rng.random() < 0.05:
            day = _workday(day + timedelta(days=rng.randrange(1, 12)))
            lines += visits.other(day)
        if lines:
            yield clinic, lines[:_MOST_LINES]
        day = _workday(day + timedelta(days=4 + int(rng.expovariate(1 / (days_between - 4)))))


def _workday(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= 5 else 0)


def _number(invoices: list[Row]) -> None:
    """Give each invoice its clinic's next number, in the order of arrival."""
    given: Counter[str] = Counter()
    for invoice in invoices:
        clinic = invoice["clinic"]
        given[clinic] += 1
        invoice["number"] = str(100_000 + given[clinic])
        if "replaces" in invoice:
            invoice["replaces"] = invoice["replaces"]["number"]


def _arrival(invoice: Row) -> tuple[date, str]:
    return invoice["received_on"], invoice["patient"]
