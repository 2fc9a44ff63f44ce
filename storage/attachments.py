"""Attachments: announced, then received, listed and looked at. Files are those of files.py."""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select

from attachments.case import Offered, awaited_since
from attachments.kinds import MEDIA_TYPES, AttachmentKind, Format
from attachments.limits import MOST_AWAITED
from attachments.verdict import Sound
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from storage.files import Whole
from storage.keys import Keys
from storage.rows import add
from terms.person import without_dash


class AttachmentContent(msgspec.Struct, frozen=True, gc=False):
    """What came: the type that it was found to be, its bytes and pages (a picture is one), and its
    SHA-256 in hexadecimal."""

    media_type: str
    size: int
    pages: int
    sha256: str
    received_on: date


class KeptAttachment(msgspec.Struct, frozen=True, gc=False):
    """An attachment, without anything that tells who the patient is; `content` is null until it has
    come."""

    id: int
    clinic: str
    kind: AttachmentKind
    title: str
    announced_on: date
    content: AttachmentContent | None


class Announced(msgspec.Struct, frozen=True, gc=False):
    """What somebody says of an attachment before it comes."""

    clinic: str
    patient: str
    kind: AttachmentKind
    title: str


NotAnnounced = Literal["patient_unknown", "too_many_awaited"]
"""Nothing is known of the patient; or the clinic has announced so many that have not come."""


def announce(
    connection: Connection, asked: Announced, announced_on: date, token: int | None
) -> Done[KeptAttachment | NotAnnounced]:
    """Take note of an attachment that is to come."""
    number = without_dash(asked.patient)
    patient = connection.scalar(
        select(tables.patient.c.id).where(tables.patient.c.number == number)
    )
    if patient is None:
        return "patient_unknown", []
    clinic = Keys().clinics(connection, [asked.clinic])[asked.clinic]
    if _awaited(connection, clinic, awaited_since(announced_on)) >= MOST_AWAITED:
        return "too_many_awaited", []
    row = {
        "clinic_id": clinic,
        "patient_id": patient,
        "kind": asked.kind,
        "title": asked.title,
        "announced_on": announced_on,
    }
    (key,) = add(connection, tables.attachment, [row])
    made = KeptAttachment(key, asked.clinic, asked.kind, asked.title, announced_on, None)
    return made, [Entry("announce_attachment", token, patient, subject=str(key))]


def _awaited(connection: Connection, clinic: int, since: date) -> int:
    """How many attachments of a clinic that were announced since a day have not come."""
    attachment, content = tables.attachment, tables.attachment_content
    has_come = select(content.c.file).where(content.c.attachment_id == attachment.c.id).exists()
    many = connection.scalar(
        select(func.count())
        .select_from(attachment)
        .where(attachment.c.clinic_id == clinic, attachment.c.announced_on >= since, ~has_come)
    )
    return many or 0


def add_content(
    connection: Connection,
    attachment: KeptAttachment,
    whole: Whole,
    sound: Sound,
    received_on: date,
) -> KeptAttachment:
    """Add the content of an attachment that has none. The audit's entry is the caller's."""
    content = {
        "attachment_id": attachment.id,
        "file": whole.name,
        "format": sound.format,
        "size": whole.size,
        "pages": sound.pages,
        "sha256": whole.sha256,
        "received_on": received_on,
    }
    connection.execute(insert(tables.attachment_content), content)
    return msgspec.structs.replace(
        attachment, content=_content(sound.format, whole, sound.pages, received_on)
    )


def find_attachment(
    connection: Connection, key: int, clinic: str | None
) -> tuple[KeptAttachment, int, Whole | None] | None:
    """An attachment by its key, with the patient's key and its file; None where there is none, or
    it is not the clinic's that is named."""
    row = connection.execute(_attachments(tables.attachment.c.id == key)).one_or_none()
    if row is None or clinic not in (None, row.hsa_id):
        return None
    return _kept(row), row.patient_id, _whole(row)


def read_attachment(
    connection: Connection, key: int, clinic: str | None, token: int | None
) -> Done[tuple[KeptAttachment, Whole | None] | None]:
    """A look at an attachment, and at its file where it has come."""
    found = find_attachment(connection, key, clinic)
    if found is None:
        return None, []
    attachment, patient, whole = found
    return (attachment, whole), [Entry("read_attachment", token, patient, subject=str(key))]


def attachments_of_patient(
    connection: Connection, person: str, clinic: str | None, token: int | None
) -> Done[list[KeptAttachment]]:
    """All of a patient's that are the clinic's (None: of every clinic), by kind."""
    patient = connection.scalar(
        select(tables.patient.c.id).where(tables.patient.c.number == without_dash(person))
    )
    if patient is None:
        return [], []
    found = list_attachments(connection, tables.attachment.c.patient_id == patient, clinic)
    return found, [Entry("list_attachments", token, patient)]


def list_attachments(
    connection: Connection, which: ColumnElement[bool], clinic: str | None
) -> list[KeptAttachment]:
    """Those of a clinic (None: of all), by kind and key. The audit's entry is the caller's."""
    rows = connection.execute(_attachments(which)).all()
    return [_kept(row) for row in rows if clinic in (None, row.hsa_id)]


def offered(
    connection: Connection, clinic: int, patient: int, keys: Collection[int]
) -> dict[int, Offered]:
    """Those of some attachments that are a clinic's (by its key), for a case of a patient."""
    attachment, content = tables.attachment, tables.attachment_content
    rows = connection.execute(
        select(
            attachment.c.id,
            attachment.c.kind,
            attachment.c.patient_id == patient,
            content.c.file.is_not(None),
        )
        .outerjoin(content, content.c.attachment_id == attachment.c.id)
        .where(attachment.c.clinic_id == clinic, attachment.c.id.in_(keys))
    )
    return {row[0]: Offered(*row[1:]) for row in rows}


def _attachments(which: ColumnElement[bool]) -> Select[Any]:
    attachment, content, clinic = tables.attachment, tables.attachment_content, tables.clinic
    return (
        select(
            attachment,
            clinic.c.hsa_id,
            content.c.file,
            content.c.format,
            content.c.size,
            content.c.pages,
            content.c.sha256,
            content.c.received_on,
        )
        .join(clinic, clinic.c.id == attachment.c.clinic_id)
        .outerjoin(content, content.c.attachment_id == attachment.c.id)
        .where(which)
        .order_by(attachment.c.kind, attachment.c.id)
    )


def _kept(row: Row[Any]) -> KeptAttachment:
    whole = _whole(row)
    return KeptAttachment(
        row.id,
        row.hsa_id,
        row.kind,
        row.title,
        row.announced_on,
        None if whole is None else _content(row.format, whole, row.pages, row.received_on),
    )


def _whole(row: Row[Any]) -> Whole | None:
    return None if row.file is None else Whole(row.file, row.size, row.sha256)


def _content(of: Format, whole: Whole, pages: int, received_on: date) -> AttachmentContent:
    return AttachmentContent(MEDIA_TYPES[of], whole.size, pages, whole.sha256.hex(), received_on)
