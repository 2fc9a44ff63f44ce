"""What becomes of a run's payments: the bank takes them, carries them out, or sends them back."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from invoices.run import Run, payments_of

PaymentState = Literal["sent", "accepted", "confirmed", "returned"]
RunOutcome = Literal["waiting", "confirmed", "returned"]

_PROGRESS: dict[PaymentState, int] = {"sent": 0, "accepted": 1, "confirmed": 2, "returned": 3}


class PaymentAnswer(msgspec.Struct, frozen=True, gc=False):
    """What the bank says of one payment; `amount_ore` where it repeats it, `reasons` its own."""

    reference: str
    state: PaymentState
    amount_ore: int | None = None
    reasons: tuple[str, ...] = ()


class AnswerFault(msgspec.Struct, frozen=True, gc=False):
    """Why an answer is not taken: no such payment in the run, another amount than was sent, or a
    payment that came back is said to be paid after all."""

    code: Literal["payment_unknown", "amount_differs", "returned_before"]
    reference: str


def answered(
    run: Run, known: Mapping[str, PaymentState], answers: Iterable[PaymentAnswer]
) -> dict[str, PaymentState] | list[AnswerFault]:
    """The payments whose state changes, or every fault: then none does.

    The same answer again changes nothing, and neither does one that comes late.
    """
    amounts = {payment.reference: payment.amount_ore for payment in payments_of(run)}
    changes: dict[str, PaymentState] = {}
    faults = []
    for answer in answers:
        reference = answer.reference
        before = changes.get(reference, known.get(reference, "sent"))
        if reference not in amounts:
            faults.append(AnswerFault("payment_unknown", reference))
        elif answer.amount_ore not in {None, amounts[reference]}:
            faults.append(AnswerFault("amount_differs", reference))
        elif before == "returned" and answer.state == "confirmed":
            faults.append(AnswerFault("returned_before", reference))
        elif _PROGRESS[answer.state] > _PROGRESS[before]:
            changes[reference] = answer.state
    return faults or changes


def outcome_of(run: Run, known: Mapping[str, PaymentState]) -> RunOutcome:
    """What became of an exported run: each payment is carried out or came back, or some wait."""
    states = {known.get(payment.reference, "sent") for payment in payments_of(run)}
    if not states <= {"confirmed", "returned"}:
        return "waiting"
    return "returned" if states == {"returned"} else "confirmed"
