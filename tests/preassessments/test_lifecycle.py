"""Every state, every move and every role: what is possible, and where it leads."""

from typing import get_args

import pytest

from preassessments.lifecycle import (
    DECIDED,
    NEED_HOLDER,
    NEED_WORDS,
    STEPS,
    WAITING_FOR,
    Decided,
    Move,
    State,
    leads_to,
    possible,
)
from registry.roles import Role, may

EXPECTED = """
-                       clinic create        draft
draft                   clinic save          draft
draft                   clinic submit        submitted
draft                   clinic withdraw      withdrawn
submitted               clinic supplement    submitted
submitted               clinic withdraw      withdrawn
submitted               assessor take        under_assessment
under_assessment        clinic withdraw      withdrawn
under_assessment        assessor put_back    submitted
under_assessment        assessor hand_over   under_assessment
under_assessment        assessor ask_supplement waiting_for_supplement
under_assessment        assessor ask_consultant waiting_for_consultant
under_assessment        assessor decide      approved approved_with_limits refused
under_assessment        assessor dismiss     dismissed
waiting_for_supplement  clinic supplement    under_assessment
waiting_for_supplement  clinic withdraw      withdrawn
waiting_for_supplement  assessor hand_over   waiting_for_supplement
waiting_for_supplement  assessor recall      under_assessment
waiting_for_supplement  assessor dismiss     dismissed
waiting_for_consultant  clinic withdraw      withdrawn
waiting_for_consultant  assessor hand_over   waiting_for_consultant
waiting_for_consultant  assessor recall      under_assessment
waiting_for_consultant  consultant answer    under_assessment
approved                clinic appeal        submitted
approved                assessor change      under_assessment
approved_with_limits    clinic appeal        submitted
approved_with_limits    assessor change      under_assessment
refused                 clinic appeal        submitted
refused                 assessor change      under_assessment
"""
"""State, role, move, and where it leads; whatever is not here is not possible."""

STATES: tuple[State | None, ...] = (None, *get_args(State))
TABLE = {
    (None if state == "-" else state, role, move): tuple(leads)
    for state, role, move, *leads in map(str.split, EXPECTED.strip().splitlines())
}
LETTING_GO = {"withdraw", "dismiss"}


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("move", get_args(Move))
@pytest.mark.parametrize("state", STATES)
def test_each_move_leads_where_it_says_and_no_other_is_possible(
    state: State | None, move: Move, role: Role
) -> None:
    expected = TABLE.get((state, role, move), ())
    assert leads_to(state, move, role) == expected
    assert (move in possible(state, role)) == bool(expected)
    for decided in DECIDED:
        stays = expected and move in LETTING_GO
        assert leads_to(state, move, role, decided) == ((decided,) if stays else expected)


def test_the_table_names_nothing_unknown() -> None:
    for state, role, move in TABLE:
        assert state in STATES
        assert role in get_args(Role)
        assert move in get_args(Move)
    assert {state for leads in TABLE.values() for state in leads} == set(get_args(State))


def test_every_move_stands_in_the_table() -> None:
    assert {step.move for step in STEPS} == set(get_args(Move))
    assert set(get_args(Move)) >= NEED_WORDS | NEED_HOLDER


def test_no_state_is_left_without_a_way_on_but_the_last_ones() -> None:
    ends = {
        state for state in get_args(State) if not any(possible(state, r) for r in get_args(Role))
    }
    assert ends == {"withdrawn", "dismissed"}


def test_each_waits_for_one_who_can_do_something() -> None:
    waiting = [state for states in WAITING_FOR.values() for state in states]
    assert len(waiting) == len(set(waiting))
    assert set(waiting) == set(get_args(State)) - {*get_args(Decided), "withdrawn", "dismissed"}
    for role, states in WAITING_FOR.items():
        assert all(possible(state, role) for state in states)


@pytest.mark.parametrize("step", STEPS)
def test_a_role_that_moves_has_a_task_for_it(step: object) -> None:
    tasks = {"clinic": "apply", "assessor": "assess", "consultant": "consult"}
    role = step.role  # type: ignore[attr-defined]
    for one in get_args(Role):
        assert may(one, tasks[role]) == (one == role)  # type: ignore[arg-type]
