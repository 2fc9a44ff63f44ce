"""The patient fee of one visit: taken once a patient, clinic and day."""

from adjudication.case import Case
from adjudication.decision import FeeReason, Visit
from adjudication.invoice import Invoice
from adjudication.patient import Patient
from adjudication.rulebook import TreatmentDay
from quotas.record import clinic_number, fee_taken, lines_of
from registry.holding import CardInForce


def close_day(case: Case, allowed_ore: int) -> Visit:
    """Close the day at hand of a case: its visit, with the fee that is taken of what is allowed.
    Clinic and fee are noted on the last line approved that day."""
    day = case.day
    if allowed_ore and is_fee_taken(case):
        return Visit(day.date, 0, "already_charged")
    visit = visit_of(case.invoice, case.patient, case.card, day, allowed_ore)
    if visit.reason == "charged":
        case.record[-1] = fee_taken(case.record[-1], case.clinic)
    return visit


def is_fee_taken(case: Case) -> bool:
    """Whether a fee was taken on an earlier invoice for the visit at the clinic that day."""
    taken = clinic_number(case.clinic)
    return any(visit == taken for *_, visit in lines_of(case.patient.on(case.day.number)))


def visit_of(
    invoice: Invoice,
    patient: Patient,
    card: CardInForce | None,
    day: TreatmentDay,
    allowed_ore: int,
) -> Visit:
    """A visit for which nothing was charged before, with the fee in öre that is taken of what is
    allowed for it, or the first reason that holds why none is.

    A visit cheaper than the fee is charged what it is allowed, and never more later. A person
    number begins with the birth date, with a dash after it or not.
    """
    fee = day.fee
    reason: FeeReason
    if fee is None or not allowed_ore:
        reason = "nothing_approved"
    elif fee.oldest < (patient.born or invoice.patient) < fee.youngest:
        free_card = invoice.free_card
        if free_card is not None and free_card.valid_from <= day.date <= free_card.valid_to:
            reason = "free_card"
        elif card is not None and card.category in fee.exempt_categories:
            reason = "category"
        else:
            amount = fee.amount_ore
            return Visit(day.date, amount if amount < allowed_ore else allowed_ore, "charged")
    else:
        reason = "age"
    return Visit(day.date, 0, reason)
