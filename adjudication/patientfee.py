"""The patient fee of one visit: taken once a patient, clinic and day."""

from adjudication.case import Case
from adjudication.decision import FeeReason, Visit
from quotas.history import FEE_TAKEN


def close_day(case: Case, visits: list[Visit], allowed_ore: int) -> int:
    """Close the day at hand: add its visit with the fee in öre that is taken of what is allowed
    for it and the reason, the first that holds; note the fee on the last line approved that day.

    A visit cheaper than the fee is charged what it is allowed, and never more later.
    """
    day, fee, patient, card = case.day, case.day.fee, case.patient, case.card
    free_card = case.invoice.free_card
    amount = 0
    reason: FeeReason = "charged"
    if allowed_ore == 0 or fee is None:
        reason = "nothing_approved"
    elif case.has_earlier and patient.history.is_fee_taken(day.number, case.clinic):
        reason = "already_charged"
    elif patient.born <= fee.oldest or patient.born >= fee.youngest:
        reason = "age"
    elif free_card is not None and free_card.valid_from <= day.date <= free_card.valid_to:
        reason = "free_card"
    elif fee.exempt_categories and card is not None and card.category in fee.exempt_categories:
        reason = "category"
    else:
        amount = fee.amount_ore if fee.amount_ore < allowed_ore else allowed_ore
        case.words[-1] |= FEE_TAKEN
    visits.append(Visit(day.date, amount, reason))
    return amount
