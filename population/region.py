"""A year of a made-up region: what it has on paper beforehand, and what clinics then send it."""

from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

import msgspec

from adjudication.invoice import Invoice
from population.numbers import number_of_nobody
from population.people import Setting
from population.sending import arrived, each_patient
from population.visits import Row
from preassessments.decision import Preassessment
from registry.cards import Card
from terms.period import add_years


class Year(NamedTuple):
    """Cards and decided applications, and the invoices in the order of receipt, each with its
    day."""

    cards: list[Card]
    preassessments: list[Preassessment]
    invoices: list[tuple[Invoice, date]]


def year(seed: int, patients: int, first_on: date) -> Year:
    """What is received for so many patients in the year from a day on; none of the care is older.
    All have test numbers. Seven in ten are in Jönköping, the others in Dalarna and Västerbotten."""
    last_on = add_years(first_on, 1) - timedelta(days=1)
    setting = Setting(first_on, last_on, number_of_nobody, coordination_share=0)
    cards: list[Card] = []
    preassessments: list[Preassessment] = []
    sent: list[Row] = []
    for patient, of_patient in islice(each_patient(seed, setting), patients):
        cards += patient.cards
        if patient.application is not None:
            preassessments.append(patient.application)
        sent += (row for row in of_patient if first_on <= row["received_on"] <= last_on)
    invoices = [msgspec.convert(invoice, Invoice) for invoice in arrived(sent)]
    return Year(cards, preassessments, [(one, one.received_on or last_on) for one in invoices])
