"""Every fault has words, and there are no words for what is none."""

from typing import get_args, get_type_hints

import pytest

from invoices.approval import ApprovalFault
from invoices.payees import PayeeFault
from invoices.payments import AnswerFault
from invoices.runsteps import StepFault
from invoices.wording import TEXTS, told
from storage.preparing import RunFault
from storage.runsteps import PersonFault

FAULTS = (RunFault, PersonFault, StepFault, ApprovalFault, AnswerFault, PayeeFault)


def test_every_fault_has_words() -> None:
    codes = {code for fault in FAULTS for code in get_args(get_type_hints(fault)["code"])}
    assert codes | {"bank_unknown"} == set(TEXTS)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ApprovalFault("above_limit_of_role", "x", 500_000), "5\u00a0000\u00a0kr"),
        (AnswerFault("payment_unknown", "000001-00001"), "(000001-00001)"),
        (RunFault("run_open", 7), "(7)"),
    ],
)
def test_what_a_fault_names_is_told(fault: object, said: str) -> None:
    assert said in told(fault)  # type: ignore[arg-type]
