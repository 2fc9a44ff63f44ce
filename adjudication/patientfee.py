"""The patient fee of one visit: taken once a patient, clinic and day."""

from adjudication.case import Case
from adjudication.decision import FeeReason, Visit
from adjudication.invoice import FreeCard
from adjudication.rulebook import TreatmentDay
from quotas.record import clinic_number, fee_taken, lines_of
from registry.holding import CardInForce


def close_day(case: Case, allowed_ore: int) -> Visit:
    """Close the day at hand of a case: its visit, with the fee that is taken of what is allowed.
    Clinic and fee are noted on the last line approved that day."""
    day = case.day
    if allowed_ore and is_fee_taken(case):
        return Visit(day.date, 0, "already_charged")
    born = case.patient.born or case.invoice.patient
    fee_ore, reason = fee_of(day, born, case.invoice.free_card, case.card, allowed_ore)
    if reason == "charged":
        case.record[-1] = fee_taken(case.record[-1], case.clinic)
    return Visit(day.date, fee_ore, reason)


def is_fee_taken(case: Case) -> bool:
    """Whether a fee was taken on an earlier invoice for the visit at the clinic that day."""
    taken = clinic_number(case.clinic)
    return any(visit == taken for *_, visit in lines_of(case.patient.on(case.day.number)))


def fee_of(
    day: TreatmentDay,
    born: str,
    free_card: FreeCard | None,
    card: CardInForce | None,
    allowed_ore: int,
) -> tuple[int, FeeReason]:
    """The fee in öre that is taken of what is allowed for a visit for which nothing was charged
    before, or 0 with the first reason that holds why none is.

    A visit cheaper than the fee is charged what it is allowed, and never more later. `born` is a
    birth number (terms/person.py), with a dash after the date or not.
    """
    fee = day.fee
    if not allowed_ore:
        return 0, "nothing_approved"
    if fee is None:
        return 0, "rules_missing"
    if not fee.oldest < born < fee.youngest:
        return 0, "age"
    if free_card is not None and free_card.valid_from <= day.date <= free_card.valid_to:
        return 0, "free_card"
    if card is not None and card.category in fee.exempt_categories:
        return 0, "category"
    amount = fee.amount_ore
    return amount if amount < allowed_ore else allowed_ore, "charged"
