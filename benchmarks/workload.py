"""Three years of invoices as clinics send them: made from a seed and the packaged price list alone.

Some eleven invoices a patient, in the order in which they arrive. The same seed makes the same
bytes, and a longer stream begins with the same patients as a shorter one.
"""

from datetime import date
from typing import NamedTuple

import msgspec

from population.numbers import person_number
from population.people import Setting
from population.sending import arrived, each_patient
from population.visits import Row
from preassessments.decision import Preassessment
from registry.cards import Card

SEED = 2026
THREE_YEARS = Setting(date(2026, 1, 1), date(2028, 12, 31), person_number, coordination_share=0.01)


class Workload(NamedTuple):
    """What the region has on paper beforehand, and what then arrives: invoices in JSON, in order,
    each with its day of receipt."""

    cards: list[Card]
    preassessments: list[Preassessment]
    invoices: list[bytes]


def workload(invoices: int, seed: int = SEED) -> Workload:
    """About so many invoices, never fewer: those of as many patients as that takes."""
    cards: list[Card] = []
    preassessments: list[Preassessment] = []
    sent: list[Row] = []
    for patient, of_patient in each_patient(seed, THREE_YEARS):
        cards += patient.cards
        if patient.application is not None:
            preassessments.append(patient.application)
        sent += of_patient
        if len(sent) >= invoices:
            break
    return Workload(cards, preassessments, list(map(msgspec.json.encode, arrived(sent))))
