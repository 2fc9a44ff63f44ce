"""Attachments that have come, without their files: what is decided knows only their rows."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, insert, select

from adjudication.invoice import DocumentKind
from storage import tables
from storage.database import Database
from storage.rows import add


def attached(
    database: Database, invoice: int, kinds: Sequence[DocumentKind], came_on: date
) -> list[int]:
    """The keys of new attachments of these kinds, of an invoice's clinic and patient."""

    def put(connection: Connection) -> list[int]:
        sent = tables.invoice.c
        row = connection.execute(
            select(sent.clinic_id, sent.patient_id).where(sent.id == invoice)
        ).one()
        of = {**row._mapping, "title": "", "announced_on": came_on}
        keys = add(connection, tables.attachment, [{**of, "kind": kind} for kind in kinds])
        connection.execute(
            insert(tables.attachment_content),
            [
                {
                    "attachment_id": key,
                    "file": str(key),
                    "format": "pdf",
                    "size": 1,
                    "pages": 1,
                    "sha256": b"",
                    "received_on": came_on,
                }
                for key in keys
            ],
        )
        return list(keys)

    with database.writing() as connection:
        return put(connection)
