"""May an attachment still come, and may it go with a case? A case is an application, or an
invoice."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal, NamedTuple

from attachments.kinds import AttachmentKind
from attachments.limits import DAYS_TO_COME, MOST_IN_A_CASE

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


def last_day_to_come(announced_on: date) -> date:
    """The last day on which an attachment may come."""
    return announced_on + timedelta(days=DAYS_TO_COME)


def awaited_since(today: date) -> date:
    """The first day of announcing whose attachments may come today."""
    return today - timedelta(days=DAYS_TO_COME)
