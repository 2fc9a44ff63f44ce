"""Why is an application not begun or moved as asked? What is wrong with what was sent."""

from typing import Literal

import msgspec

from preassessments.wording import FAULTS

FaultCode = Literal[
    "line_unknown", "line_repeated", "line_left_out", "count_above_plan", "motive_missing",
    "limit_without_approval", "not_done", "nothing_decided", "period_missing", "period_reversed",
    "period_misses_line", "words_missing", "answer_by_passed", "recipient_unknown",
    "protected_identity",
    "patient_id_invalid", "rules_missing", "attachment_unknown", "other_patient", "not_come",
    "too_many",
]  # fmt: skip


class MoveFault(msgspec.Struct, frozen=True):
    """What is wrong and where, in Swedish."""

    code: FaultCode
    path: str
    message: str


def fault(code: FaultCode, path: str, **facts: object) -> MoveFault:
    """A fault with its text, which its facts are part of."""
    return MoveFault(code, path, FAULTS[code].format(**facts))
