"""May an attachment go with a case? A case is an application, or an invoice."""

from collections.abc import Collection
from typing import Literal, NamedTuple

from attachments.kinds import AttachmentKind
from attachments.limits import MOST_IN_A_CASE

Unfit = Literal["attachment_unknown", "other_patient", "not_come"]
"""It is none of the clinic's whose case it is, is about somebody else, or is announced but has not
come."""


class Offered(NamedTuple):
    """An attachment of the case's clinic: its kind, whether it is of the case's patient, and
    whether its content has come."""

    kind: AttachmentKind
    is_of_patient: bool
    has_come: bool


def unfit(offered: Offered | None) -> Unfit | None:
    """Why an attachment does not go with a case, if anything speaks against it."""
    if offered is None:
        return "attachment_unknown"
    if not offered.is_of_patient:
        return "other_patient"
    return None if offered.has_come else "not_come"


def are_too_many(asked: Collection[int], there: Collection[int]) -> bool:
    """Whether a case would have too many attachments, each by its key."""
    return len({*asked, *there}) > MOST_IN_A_CASE
