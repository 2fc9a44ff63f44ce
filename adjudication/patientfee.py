"""The patient fee of one visit: taken once a patient, clinic and day."""

from adjudication.case import Case
from adjudication.decision import FeeReason, Visit
from quotas.history import FEE_TAKEN
from tariffs.patientfee import FeeOfDay


def close_day(case: Case, visits: list[Visit], allowed_ore: int) -> int:
    """Close the day at hand: add its visit with the fee in öre that is taken of what is allowed
    for it and the reason, the first that holds; note clinic and fee on the last line approved
    that day.

    A visit cheaper than the fee is charged what it is allowed, and never more later.
    """
    day = case.day
    fee = day.fee
    reason: FeeReason
    amount = 0
    if allowed_ore == 0 or fee is None:
        reason = "nothing_approved"
    elif case.has_earlier and case.patient.history.is_fee_taken(day.number, case.clinic):
        reason = "already_charged"
    elif is_free_by_age(case, fee):
        reason = "age"
    elif case.invoice.free_card is not None and has_free_card(case):
        reason = "free_card"
    elif fee.exempt_categories and is_exempt(case, fee.exempt_categories):
        reason = "category"
    else:
        reason = "charged"
        amount = fee.amount_ore
        amount = min(amount, allowed_ore)
        case.words[-1] |= FEE_TAKEN | case.clinic
    visits.append(Visit(day.date, amount, reason))
    return amount


def is_free_by_age(case: Case, fee: FeeOfDay) -> bool:
    """Whether the patient is old or young enough to pay nothing. A number begins with the birth
    date, with a dash after it or not."""
    born = case.patient.born or case.invoice.patient
    return born <= fee.oldest or born >= fee.youngest


def has_free_card(case: Case) -> bool:
    """Whether the invoice's free card is in force on the day."""
    free_card = case.invoice.free_card
    return free_card is not None and free_card.valid_from <= case.day.date <= free_card.valid_to


def is_exempt(case: Case, categories: frozenset[str]) -> bool:
    """Whether the card in force is of a category that pays no fee."""
    return case.card is not None and case.card.category in categories
