"""How the state of an application, and what is decided on a line, looks: as outcomes of invoices
do."""

from typing import Final, Literal

from preassessments.lifecycle import WAITING_FOR, State, WaitsFor

LOOKS: Final[dict[State, str]] = {
    "draft": "draft",
    "submitted": "patient_pays",
    "under_assessment": "patient_pays",
    "waiting_for_supplement": "needs_document",
    "waiting_for_consultant": "patient_pays",
    "approved": "approved",
    "approved_with_limits": "partly_approved",
    "refused": "denied",
    "withdrawn": "draft",
    "dismissed": "denied",
}

Assessed = Literal["approved", "cut", "refused", "noted"]
OF_LINE: Final[dict[Assessed, str]] = {
    "approved": "approved",
    "cut": "partly_approved",
    "refused": "denied",
    "noted": "patient_pays",
}


def waits_for(state: State) -> WaitsFor | None:
    """Who has to do something, if anybody."""
    return next((who for who, states in WAITING_FOR.items() if state in states), None)
