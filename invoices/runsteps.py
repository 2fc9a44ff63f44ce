"""What is done with a run and by whom: prepared, approved, exported or discarded. A run is never
edited: one that is wrong is discarded, keeps its number, and its lines go into a later one."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from invoices.approval import Actor, ApprovalFault, ApprovalRules, approval_faults, approvers_needed
from invoices.run import Run

State = Literal["prepared", "approved_once", "approved", "exported", "discarded"]
Move = Literal["prepare", "approve", "discard", "export"]

MOVES: dict[tuple[State, Move], State] = {
    ("prepared", "approve"): "approved",
    ("approved_once", "approve"): "approved",
    ("approved", "export"): "exported",
    ("exported", "export"): "exported",  # again after a crash: the same bytes
    ("prepared", "discard"): "discarded",
    ("approved_once", "discard"): "discarded",
    ("approved", "discard"): "discarded",
}
"""What may follow upon what. Where two have to approve, the first approval is `approved_once`."""


class Step(msgspec.Struct, frozen=True):
    """One thing done with a run; `digest` is of the run that was seen, `state` what it led to."""

    move: Move
    actor: Actor
    digest: str
    state: State


class StepFault(msgspec.Struct, frozen=True, gc=False):
    """Why something cannot be done: not in this state, or the run is not the one that was seen."""

    code: Literal["not_in_this_state", "run_differs"]
    state: State


def prepare(run: Run, actor: Actor) -> Step:
    """The first step of a run."""
    return Step("prepare", actor, run.digest, "prepared")


def step(
    run: Run,
    steps: Sequence[Step],
    move: Move,
    actor: Actor,
    digest: str,
    rules: ApprovalRules | None,
) -> Step | list[StepFault | ApprovalFault]:
    """What comes of a move, or everything that stands in its way.

    `steps` are the run's so far, the first one `prepare`; `digest` is of the run as the actor saw
    it, so nobody approves what was changed behind their back; `rules` are those of the day.
    """
    state = steps[-1].state
    faults: list[StepFault | ApprovalFault] = []
    if any(seen != run.digest for seen in (digest, *(one.digest for one in steps))):
        faults.append(StepFault("run_differs", state))
    following = MOVES.get((state, move))
    if following is None:
        faults.append(StepFault("not_in_this_state", state))
    elif move == "approve":
        clinics = frozenset(share.clinic for share in run.shares)
        signed = [one.actor for one in steps if one.move in {"prepare", "approve"}]
        faults += approval_faults(rules, actor, signed, clinics, run.payment_ore)
        if rules is not None and len(signed) < approvers_needed(rules, run.payment_ore):
            following = "approved_once"  # who prepared it is among those who signed
    if following is None or faults:
        return faults
    return Step(move, actor, run.digest, following)
