"""Which documents may be added to which lines: every outcome, every kind, all faults at once."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudication.findings import Outcome
from adjudication.invoice import DocumentKind
from attachments.case import Offered
from attachments.kinds import AttachmentKind
from attachments.limits import MOST_IN_A_CASE
from invoices.supplement import LineDocument, SupplementFault, supplement_faults

RIGHT = Offered("day_note", is_of_patient=True, has_come=True)
WAITS = {"needs_review", "needs_document", "needs_preassessment"}


def test_every_kind_of_a_line_s_documents_can_be_sent() -> None:
    assert set(get_args(DocumentKind)) <= set(get_args(AttachmentKind))


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_only_lines_that_wait_are_supplemented(outcome: Outcome) -> None:
    found = supplement_faults({1: outcome}, [LineDocument(1, 7)], {7: RIGHT}, [])
    assert found == ([] if outcome in WAITS else [SupplementFault("line_not_waiting", 0)])


@pytest.mark.parametrize("kind", get_args(AttachmentKind))
def test_only_documents_of_lines_go_with_lines(kind: AttachmentKind) -> None:
    offered = {7: RIGHT._replace(kind=kind)}
    found = supplement_faults({1: "needs_document"}, [LineDocument(1, 7)], offered, [])
    is_of_lines = kind in get_args(DocumentKind)
    assert found == ([] if is_of_lines else [SupplementFault("kind_not_of_lines", 0)])


NUMBERS = st.integers(1, 4)
DOCUMENTS = st.lists(st.builds(LineDocument, NUMBERS, st.integers(1, 14)), max_size=16)
OFFERED = st.dictionaries(
    st.integers(1, 14),
    st.builds(Offered, st.sampled_from(get_args(AttachmentKind)), st.booleans(), st.booleans()),
)


@given(st.dictionaries(NUMBERS, st.sampled_from(get_args(Outcome))), DOCUMENTS, OFFERED, DOCUMENTS)
def test_faults_are_those_of_each_alone_and_of_all_together(
    outcomes: dict[int, Outcome],
    asked: list[LineDocument],
    offered: dict[int, Offered],
    there: list[LineDocument],
) -> None:
    found = supplement_faults(outcomes, asked, offered, there)
    alone = [
        SupplementFault(fault.code, place)
        for place, one in enumerate(asked)
        for fault in supplement_faults(outcomes, [one], offered, there)
        if fault.code != "too_many"
    ]
    many = {one.attachment for one in [*asked, *there]}
    assert found == alone + [SupplementFault("too_many")] * (len(many) > MOST_IN_A_CASE)
    for place, one in enumerate(asked):
        if one in there:
            assert not any(fault.place == place for fault in found), "it is there already"
