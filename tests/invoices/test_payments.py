"""What becomes of payments: the bank's answers, in any order and more than once."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.payments import AnswerFault, PaymentAnswer, PaymentState, answered, outcome_of
from invoices.run import payments_of
from invoices.settlement import settle
from tests.settling import item, payee, run_with

RUN = run_with([settle(payee(f"SE1-{one}"), [item(one, 100)], [], 0) for one in "AB"])
FIRST, SECOND = (payment.reference for payment in payments_of(RUN))
STATES: tuple[PaymentState, ...] = ("sent", "accepted", "confirmed", "returned")


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_every_answer_in_every_state(before: PaymentState, after: PaymentState) -> None:
    found = answered(RUN, {FIRST: before}, [PaymentAnswer(FIRST, after)])
    if (before, after) == ("returned", "confirmed"):
        assert found == [AnswerFault("returned_before", FIRST)]
    elif STATES.index(after) > STATES.index(before):
        assert found == {FIRST: after}
    else:
        assert found == {}


def test_no_answer_is_taken_where_one_is_wrong() -> None:
    found = answered(
        RUN,
        {},
        [
            PaymentAnswer(FIRST, "confirmed", 100),
            PaymentAnswer(SECOND, "confirmed", 101),
            PaymentAnswer("000006-00001", "confirmed"),
        ],
    )
    assert found == [
        AnswerFault("amount_differs", SECOND),
        AnswerFault("payment_unknown", "000006-00001"),
    ]


ANSWERS = st.lists(
    st.builds(
        PaymentAnswer,
        st.sampled_from([FIRST, SECOND]),
        st.sampled_from(["sent", "accepted", "returned"]),
    ),
    max_size=8,
)


@given(ANSWERS)
def test_answers_at_once_are_as_one_by_one_and_again_change_nothing(
    answers: list[PaymentAnswer],
) -> None:
    at_once = taken({}, answers)
    known: dict[str, PaymentState] = {}
    for answer in answers:
        known |= taken(known, [answer])
    assert known == at_once
    assert taken(known, answers) == {}


def taken(
    known: Mapping[str, PaymentState], answers: list[PaymentAnswer]
) -> dict[str, PaymentState]:
    found = answered(RUN, known, answers)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("sent", "confirmed", "waiting"),
        ("accepted", "returned", "waiting"),
        ("confirmed", "confirmed", "confirmed"),
        ("confirmed", "returned", "confirmed"),
        ("returned", "returned", "returned"),
    ],
)
def test_what_became_of_the_run(first: PaymentState, second: PaymentState, outcome: str) -> None:
    assert outcome_of(RUN, {FIRST: first, SECOND: second}) == outcome
    assert outcome_of(RUN, {}) == "waiting"


def test_a_run_that_pays_nothing_waits_for_nothing() -> None:
    nothing = run_with([settle(payee(), [], [], -5)])
    assert outcome_of(nothing, {}) == "confirmed"
