"""Supplementing: documents are added to lines of a decided invoice that wait for a person."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import msgspec

from adjudication.findings import HELD, Outcome
from adjudication.invoice import DocumentKind
from attachments.case import Offered, Unfit, are_too_many, unfit

SupplementCode = (
    Literal["line_unknown", "line_not_waiting", "kind_not_of_lines", "too_many"] | Unfit
)


class LineDocument(NamedTuple):
    """A line by its number, and an attachment by its key."""

    line: int
    attachment: int


class SupplementFault(msgspec.Struct, frozen=True, gc=False):
    """Why documents are not added: what is asked in a place (from 0) names a line that is not on
    the invoice or does not wait, or an attachment that is of no kind that lines have, or does not
    go with the invoice. Where no single one is at fault, the place is None."""

    code: SupplementCode
    place: int | None = None


def supplement_faults(
    outcomes: Mapping[int, Outcome],
    asked: Sequence[LineDocument],
    offered: Mapping[int, Offered],
    there: Collection[LineDocument],
) -> list[SupplementFault]:
    """Everything that speaks against adding documents to an invoice whose lines have these outcomes
    and documents. All are added, or none. One attachment may go with several lines; what is there
    already is passed over, so that who got no answer may ask again."""
    faults = [
        SupplementFault(code, place)
        for place, one in enumerate(asked)
        if one not in there
        for code in _codes(one, outcomes, offered)
    ]
    if are_too_many([one.attachment for one in asked], [one.attachment for one in there]):
        faults.append(SupplementFault("too_many"))
    return faults


def _codes(
    asked: LineDocument, outcomes: Mapping[int, Outcome], offered: Mapping[int, Offered]
) -> Iterator[SupplementCode]:
    if asked.line not in outcomes:
        yield "line_unknown"
    elif outcomes[asked.line] not in HELD:
        yield "line_not_waiting"
    attachment = offered.get(asked.attachment)
    why = unfit(attachment)
    if why is not None:
        yield why
    elif attachment is not None and attachment.kind not in get_args(DocumentKind):
        yield "kind_not_of_lines"
