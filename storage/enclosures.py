"""Attachments that go with an application, by what the application is called."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from sqlalchemy import Connection, insert, select

from attachments.case import Unfit, are_too_many, unfit
from storage import tables
from storage.attachments import KeptAttachment, list_attachments, offered


class EnclosureFault(NamedTuple):
    """Why attachments do not go with an application: the one in a place (from 0), or all of them
    together."""

    code: Unfit | Literal["too_many"]
    place: int | None = None


def enclose(
    connection: Connection,
    application: str,
    keys: Sequence[int],
    *,
    clinic: int,
    patient: int,
    added_on: date,
) -> list[EnclosureFault]:
    """Let attachments go with an application of a clinic for a patient (by their keys), all or
    none; those that already do are passed over. Gives what speaks against it. The patient's row is
    locked, and the audit's entries are written, by whoever keeps the application."""
    table = tables.application_document
    there = set(
        connection.scalars(select(table.c.attachment_id).where(table.c.application == application))
    )
    offer = offered(connection, clinic, patient, set(keys))
    faults = [
        EnclosureFault(why, place)
        for place, key in enumerate(keys)
        if key not in there and (why := unfit(offer.get(key))) is not None
    ]
    if are_too_many(keys, there):
        faults.append(EnclosureFault("too_many"))
    new = [key for key in dict.fromkeys(keys) if key not in there]
    if new and not faults:
        connection.execute(
            insert(table),
            [
                {"application": application, "attachment_id": key, "added_on": added_on}
                for key in new
            ],
        )
    return faults


def enclosures_of(connection: Connection, application: str) -> list[KeptAttachment]:
    """The attachments of an application, by kind."""
    table = tables.application_document
    which = (
        select(table.c.application)
        .where(
            table.c.application == application,
            table.c.attachment_id == tables.attachment.c.id,
        )
        .exists()
    )
    return list_attachments(connection, which, None)
