"""What is enclosed with an application: the attachments that a version of it names."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from attachments.case import are_too_many, unfit
from attachments.limits import MOST_IN_A_CASE
from preassessments.application import Content
from preassessments.faults import MoveFault, fault
from storage import tables
from storage.attachments import KeptAttachment, list_attachments, offered


def enclosure_faults(
    connection: Connection, clinic: int, patient: int | None, content: Content
) -> list[MoveFault]:
    """What speaks against the attachments that a new content names, of an application of a clinic
    for a patient (by their keys; None where nobody knows the patient yet)."""
    named = list(content.enclosed())
    if not named:
        return []
    keys = {key for _, key in named}
    offer = offered(connection, clinic, patient or 0, keys)
    faults = [
        fault(why, f"$.content.{path}")
        for path, key in named
        if (why := unfit(offer.get(key))) is not None
    ]
    if are_too_many(keys, ()):
        faults.append(fault("too_many", "$.content", most=MOST_IN_A_CASE))
    return faults


def named_of_clinic(
    connection: Connection, keys: Collection[int], clinic: str
) -> list[KeptAttachment]:
    """Those of some attachments that are a clinic's own, by kind: they are to be enclosed."""
    if not keys:
        return []
    return list_attachments(connection, tables.attachment.c.id.in_(keys), clinic)


def enclosures_of(connection: Connection, content: Content) -> list[KeptAttachment]:
    """The attachments that a kept content names, by kind."""
    keys: set[Any] = {key for _, key in content.enclosed()}
    if not keys:
        return []
    return list_attachments(connection, tables.attachment.c.id.in_(keys), None)
