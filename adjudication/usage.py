"""What earlier invoices have used, and what an approved line uses of it."""

from adjudication.case import Case
from adjudication.patient import Patient
from adjudication.rulebook import Row, TreatmentDay
from preassessments.balance import Carrying
from quotas.counting import Period
from quotas.history import (
    CODE_MASK,
    CODE_SHIFT,
    SITE_BITS,
    SITE_MASK,
    SUPPORT_MASK,
    SUPPORT_NUMBERS,
    SUPPORT_SHIFT,
)


def meet_earlier(case: Case, day: TreatmentDay) -> None:
    """Take in the lines that are approved that day on earlier invoices."""
    support = SUPPORT_NUMBERS[case.invoice.support]
    for head in case.patient.history.heads_between(day.number, day.number):
        code = head >> CODE_SHIFT & CODE_MASK
        case.actions_met.append(code << SITE_BITS | head & SITE_MASK)
        if head >> SUPPORT_SHIFT & SUPPORT_MASK == support:
            case.codes_approved.append(code)


def period_of(patient: Patient, day: TreatmentDay) -> Period:
    """The period that a day counts in for a patient with applications: an approval renews."""
    if day.book.renewing and patient.balance is not None:
        openings = patient.balance.openings(day.book.renewing)
        if openings:
            return day.book.counting.period(day.date, openings)
    return day.period


def move_to_period(case: Case, period: Period) -> None:
    """Count what is used in another period: by the history, and by the invoice so far."""
    history = case.patient.history
    case.tally = period.tally(history.words) + period.tally(case.words)
    case.period = period


def note(case: Case, row: Row) -> None:
    """Note an approved line whose code combinations or intervals speak of."""
    case.codes_approved.append(row.number)
    if row.has_interval:
        case.latest = max(case.latest, case.day.number)


def draw(case: Case, carrying: Carrying) -> None:
    """Draw an approved line from the application that carries it."""
    key = (carrying.preassessment.id, carrying.line.line)
    case.drawn[key] = case.drawn.get(key, 0) + 1
