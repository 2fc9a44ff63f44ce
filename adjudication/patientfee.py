"""The patient fee of one visit: taken once a patient, clinic and day."""

from adjudication.case import Case
from adjudication.decision import Visit


def visit_of(case: Case, clinic: int, allowed_ore: int) -> Visit:
    """The visit of the day at hand, with the fee in öre taken of what is allowed for it, and its
    reason; the first reason that holds is given. A visit cheaper than the fee is charged what it
    is allowed, and never more later."""
    day = case.day
    on, fee = day.date, day.fee
    if allowed_ore == 0 or fee is None:
        return Visit(on, 0, "nothing_approved")
    patient, card = case.patient, case.card
    words = patient.history.words
    if words and words[-2] >= day.word and patient.history.is_fee_taken(day.number, clinic):
        return Visit(on, 0, "already_charged")
    if fee.is_free_by_age(patient.number):
        return Visit(on, 0, "age")
    free_card = case.invoice.free_card
    if free_card is not None and free_card.valid_from <= on <= free_card.valid_to:
        return Visit(on, 0, "free_card")
    if card is not None and card.category in fee.exempt_categories:
        return Visit(on, 0, "category")
    amount = fee.amount_ore
    return Visit(on, amount if amount < allowed_ore else allowed_ore, "charged")
