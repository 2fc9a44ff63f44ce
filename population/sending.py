"""What clinics send: the patients' invoices, with the mistakes in them, as they arrive.

Some four invoices a patient and year, one to six lines each. Nine in ten are right the first time.
A patient's are drawn from the seed and the patient's serial alone, so that more patients change
nothing for those who are there.
"""

import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count
from random import Random

from adjudication.packaged import packaged_files
from population.mistakes import Draft, spoil
from population.people import Person, Setting, is_specialist, person
from population.visits import Row, Visits
from tariffs.pricelist import Action, read_prices

_MISTAKES = 0.08
_MEAN_LAG = 25
_LONGEST_LAG = 85
_MOST_LINES = 6


def each_patient(seed: int, setting: Setting) -> Iterator[tuple[Person, list[Row]]]:
    """One patient after another, without end, each with the invoices that are sent for them: not
    in order, and without their numbers, which `arrived` sees to."""
    prices = _prices()
    for serial in count():
        rng = Random(seed * 100_000_007 + serial)
        patient = person(serial, setting, rng)
        yield patient, list(_invoices(patient, setting, prices, rng))


def arrived(invoices: Iterable[Row]) -> list[Row]:
    """The invoices in the order in which they arrive, each with its clinic's next number."""
    found = sorted(invoices, key=_arrival)
    given: Counter[str] = Counter()
    for invoice in found:
        clinic = invoice["clinic"]
        given[clinic] += 1
        invoice["number"] = str(100_000 + given[clinic])
        if "replaces" in invoice:
            invoice["replaces"] = invoice["replaces"]["number"]
    return found


@cache
def _prices() -> dict[str, Action]:
    """The reference prices that come with the program."""
    ((name, content),) = (
        (name, content) for name, content in packaged_files().items() if name.endswith(".csv")
    )
    return read_prices(name, content)


def _invoices(
    patient: Person, setting: Setting, prices: dict[str, Action], rng: Random
) -> Iterator[Row]:
    """A patient's invoices; one that replaces another has that one for its number."""
    before: list[Row] = []
    dash = patient.clinic[-1] in "02468ACE"
    for clinic, lines in _bills(patient, setting, prices, rng):
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
    patient: Person, setting: Setting, prices: dict[str, Action], rng: Random
) -> Iterator[tuple[str, list[Row]]]:
    """What a patient's clinics bill together: mostly one visit, one time in twenty two."""
    visits = Visits(patient, prices, rng)
    application = patient.application
    days_between = 365 / patient.visits_a_year
    day = setting.first_on + timedelta(days=int(rng.uniform(0, days_between)))
    examined_from = setting.first_on + timedelta(days=rng.randrange(200))
    while day <= setting.last_on:
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


def _arrival(invoice: Row) -> tuple[date, str]:
    return invoice["received_on"], invoice["patient"]
