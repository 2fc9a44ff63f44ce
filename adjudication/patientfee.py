"""The patient fee of one visit: taken once a patient, clinic and day."""

from adjudication.case import Case
from adjudication.decision import FeeReason


def fee_of_visit(case: Case, allowed_ore: int) -> tuple[int, FeeReason]:
    """The fee in öre for the day at hand, of what is allowed for it, and its reason; the first
    reason that holds is given. A visit cheaper than the fee is charged what it is allowed."""
    day, book = case.day, case.day.book
    if allowed_ore == 0 or book.patient_fee is None or day.free_ages is None:
        return 0, "nothing_approved"
    if case.history.is_fee_taken(day.number, case.clinic):
        return 0, "already_charged"
    if day.free_ages.include(case.patient.number):
        return 0, "age"
    free_card = case.invoice.free_card
    if free_card is not None and free_card.valid_from <= day.date <= free_card.valid_to:
        return 0, "free_card"
    if case.card is not None and case.card.category in book.exempt_categories:
        return 0, "category"
    return min(book.patient_fee.fee.amount_ore, allowed_ore), "charged"
