"""The patient fee of one visit: taken once a patient, clinic and day."""

from typing import Final

from adjudication.case import Case
from adjudication.decision import FeeReason

NO_FEE: Final[tuple[int, FeeReason]] = (0, "nothing_approved")


def fee_of_visit(case: Case, clinic: int, allowed_ore: int) -> tuple[int, FeeReason]:
    """The fee in öre for the day at hand, of what is allowed for it, and its reason; the first
    reason that holds is given. A visit cheaper than the fee is charged what it is allowed, and
    never more later."""
    day, patient, card = case.day, case.patient, case.card
    fee = day.fee
    if fee is None:
        return NO_FEE
    if case.has_earlier and patient.history.is_fee_taken(day.number, clinic):
        return 0, "already_charged"
    born = patient.born
    if born <= fee.oldest or born >= fee.youngest:
        return 0, "age"
    free_card = case.invoice.free_card
    if free_card is not None and free_card.valid_from <= day.date <= free_card.valid_to:
        return 0, "free_card"
    if fee.exempt_categories and card is not None and card.category in fee.exempt_categories:
        return 0, "category"
    amount = fee.amount_ore
    return (amount if amount < allowed_ore else allowed_ore), "charged"
