"""What may follow upon what: every state, every move."""

from typing import get_args

import pytest
from msgspec.structs import replace

from invoices.approval import Actor, ApprovalFault, packaged_approval
from invoices.run import Run
from invoices.runsteps import MOVES, Move, State, Step, StepFault, prepare, step
from tests.settling import run_of_size

(RULES,) = packaged_approval()["jonkoping"]
assert RULES.second_approver is not None
SMALL = run_of_size(100)
LARGE = run_of_size(RULES.second_approver.above_ore + 1)
ANNA = Actor("anna", "anna-1", "payout_preparer")
BO = Actor("bo", "bo-1", "payout_chief")
CIA = Actor("cia", "cia-1", "payout_chief")

WAYS: dict[State, list[tuple[Move, Actor]]] = {
    "prepared": [],
    "approved_once": [("approve", BO)],
    "approved": [("approve", BO), ("approve", CIA)],
    "exported": [("approve", BO), ("approve", CIA), ("export", ANNA)],
    "discarded": [("discard", ANNA)],
}
"""How a large run comes to each state."""


def taken(run: Run, way: list[tuple[Move, Actor]]) -> list[Step]:
    """The steps of a way that is open."""
    steps = [prepare(run, ANNA)]
    for move, actor in way:
        found = step(run, steps, move, actor, run.digest, RULES)
        assert isinstance(found, Step), (move, found)
        steps.append(found)
    return steps


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("move", get_args(Move))
def test_every_move_in_every_state(state: State, move: Move) -> None:
    steps = taken(LARGE, WAYS[state])
    assert steps[-1].state == state
    dan = Actor("dan", "dan-1", "payout_chief")
    found = step(LARGE, steps, move, dan, LARGE.digest, RULES)
    if (state, move) == ("prepared", "approve"):
        assert found == Step("approve", dan, LARGE.digest, "approved_once")
    elif (state, move) in MOVES:
        assert found == Step(move, dan, LARGE.digest, MOVES[state, move])
    else:
        assert found == [StepFault("not_in_this_state", state)]


def test_a_small_run_needs_one_approval() -> None:
    assert [one.state for one in taken(SMALL, [("approve", BO)])] == ["prepared", "approved"]


def test_no_state_but_approved_leads_to_a_file() -> None:
    leading = {state for (state, move), after in MOVES.items() if after == "exported"}
    assert leading == {"approved", "exported"}
    assert not [move for state, move in MOVES if state == "discarded"]


def test_the_same_person_does_not_approve_twice_nor_what_they_prepared() -> None:
    steps = [prepare(LARGE, ANNA)]
    as_chief = Actor("anna", "anna-2", "payout_chief")
    assert codes(step(LARGE, steps, "approve", as_chief, LARGE.digest, RULES)) == [
        "prepared_by_same_person"
    ]
    steps = taken(LARGE, [("approve", BO)])
    again = replace(BO, account="bo-2")
    assert codes(step(LARGE, steps, "approve", again, LARGE.digest, RULES)) == [
        "approved_by_same_person"
    ]


def test_an_approval_is_of_the_run_that_was_seen() -> None:
    """A run that was changed after it was prepared, or approved, is another run."""
    seen = run_of_size(99).digest
    assert codes(step(SMALL, [prepare(SMALL, ANNA)], "approve", BO, seen, RULES)) == ["run_differs"]
    steps = taken(SMALL, [("approve", BO)])
    changed = replace(SMALL, shares=run_of_size(10**9).shares)
    assert codes(step(changed, steps, "export", ANNA, changed.digest, RULES)) == ["run_differs"]


def test_the_clinic_that_is_paid_does_not_approve() -> None:
    own = replace(BO, clinics=("SE1-A",))
    steps = [prepare(SMALL, ANNA)]
    assert codes(step(SMALL, steps, "approve", own, SMALL.digest, RULES)) == ["own_clinic"]


def codes(found: Step | list[StepFault | ApprovalFault]) -> list[str]:
    assert isinstance(found, list)
    return [one.code for one in found]
