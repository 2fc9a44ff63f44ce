"""What an assessor decided of a held line: an input to every later decision of the line.

A line is held where one of its findings needs a person, a document or an application. The assessor
answers the findings that the line then had, and no others: what is found later is asked as ever.
"""

from collections.abc import Mapping

import msgspec

from adjudication.findings import HELD, AnyFinding

RULE_APPROVED = "contract/approved_by_assessor"
RULE_REFUSED = "contract/refused_by_assessor"

_CARRYING = frozenset(
    (
        "rules_missing",
        "tariff_price_missing",
        "preassessment_required",
        "limit_reached",
        "ceiling_reached",
    )
)
"""What an application could have answered, and what no rule counts."""


class Assessment(msgspec.Struct, frozen=True):
    """An assessor's decision of one line. `settles` are the codes of the findings that it answers,
    `amount_ore` is the most that is paid for the line. An approved line that is `carried` counts in
    no limit and no ceiling, as one that an application carries."""

    id: str
    is_approved: bool
    settles: tuple[str, ...]
    is_carried: bool = False
    amount_ore: int | None = None
    motive: str | None = None


Assessed = Mapping[int, Assessment]
"""The assessor's decisions of an invoice's lines, by their numbers."""


def needs(findings: tuple[AnyFinding, ...]) -> tuple[str, ...]:
    """The codes of the findings that hold a line, each once, in their order."""
    return tuple(dict.fromkeys(code_of(one) for one in findings if one.outcome in HELD))


def carries(settles: tuple[str, ...], preassessment: str | None) -> bool:
    """Whether approving a line with these findings carries it. Where an application does, that is
    drawn, and the assessor answers the rest."""
    return preassessment is None and not _CARRYING.isdisjoint(settles)


def code_of(finding: AnyFinding) -> str:
    """What a finding is called."""
    return str(type(finding).__struct_config__.tag)
