"""What earlier invoices have used, and what an approved line uses of it."""

from adjudication.case import Case
from adjudication.rows import Row
from adjudication.rulebook import TreatmentDay
from preassessments.balance import Balance, Carrying
from quotas.counting import Period
from quotas.record import (
    CODE_SHIFT,
    SITE_BITS,
    SITE_MASK,
    SUPPORT_MASK,
    SUPPORT_NUMBERS,
    SUPPORT_SHIFT,
    lines_of,
)


def meet_earlier(case: Case) -> None:
    """Take in the lines that are approved that day on earlier invoices."""
    support = SUPPORT_NUMBERS[case.invoice.support]
    for _, site, kind, _, _ in lines_of(case.patient.on(case.day.number)):
        code = kind >> CODE_SHIFT
        case.actions_met.append(code << SITE_BITS | site & SITE_MASK)
        if kind >> SUPPORT_SHIFT & SUPPORT_MASK == support:
            case.codes_approved.append(code)


def codes_on(record: list[bytes], day: int) -> list[int]:
    """The codes of a record's lines of a day, in their order."""
    return [kind >> CODE_SHIFT for _, _, kind, on, _ in lines_of(b"".join(record)) if on == day]


def period_of(balance: Balance, day: TreatmentDay) -> Period:
    """The period that a day counts in for a patient with applications: an approval renews."""
    if day.book.renewing:
        openings = balance.openings(day.book.renewing)
        if openings:
            return day.book.counting.period(day.date, openings)
    return day.period


def move_to_period(case: Case, period: Period) -> None:
    """Count what is used in another period: by the history, and by the invoice so far."""
    more = period.tally(b"".join(case.record)) - period.guard
    case.tally = case.patient.tally_in(period) + more
    case.period = period


def note(case: Case, row: Row) -> None:
    """Note an approved line: what combinations and intervals look back at."""
    case.codes_approved.append(row.number)
    if row.has_interval:
        case.latest = max(case.latest, case.day.number)


def draw(case: Case, number: int, carrying: Carrying) -> None:
    """Draw an approved line, by its number, from the application that carries it."""
    case.drawn[number] = carrying.preassessment.id, carrying.line.line
