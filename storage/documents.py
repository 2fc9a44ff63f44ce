"""Documents that were added to lines of an invoice after it was decided."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, insert, select

from adjudication.findings import Outcome
from adjudication.invoice import Document
from invoices.supplement import LineDocument, SupplementFault, supplement_faults
from storage import tables
from storage.acts import Done
from storage.attachments import KeptAttachment, list_attachments, offered
from storage.audit import Entry
from storage.rows import lock


class AddedDocument(msgspec.Struct, frozen=True, gc=False):
    """A document that was added to a line."""

    line: int
    added_on: date
    attachment: KeptAttachment


def documents_of(connection: Connection, invoice: int) -> dict[int, list[Document]]:
    """The documents that were added to lines of a kept invoice, as if the clinic had sent them with
    it: by line, in the order of the attachments, each named by its address. Whoever decides lines
    again reads them here."""
    added, attachment = tables.line_document, tables.attachment
    found: dict[int, list[Document]] = {}
    for line, key, kind in connection.execute(
        select(added.c.line, attachment.c.id, attachment.c.kind)
        .join(attachment, attachment.c.id == added.c.attachment_id)
        .where(added.c.invoice_id == invoice)
        .order_by(added.c.line, attachment.c.id)
    ):
        found.setdefault(line, []).append(Document(kind, f"/attachments/{key}"))
    return found


def add_documents(
    connection: Connection,
    key: int,
    asked: Sequence[LineDocument],
    added_on: date,
    *,
    clinic: str | None = None,
    token: int | None = None,
) -> Done[list[AddedDocument] | list[SupplementFault] | None]:
    """Add attachments to lines of an invoice, all or none; None where there is no such invoice, or
    it is not the clinic's that is named. Gives all that were added until now. The patient's row is
    locked."""
    invoice = tables.invoice
    found = connection.execute(
        select(invoice.c.patient_id, invoice.c.clinic_id, tables.clinic.c.hsa_id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key)
    ).one_or_none()
    if found is None or clinic not in (None, found.hsa_id):
        return None, []
    lock(connection, tables.patient.c.id, [found.patient_id])
    there = _there(connection, key)
    offer = offered(
        connection, found.clinic_id, found.patient_id, {one.attachment for one in asked}
    )
    faults = supplement_faults(_outcomes(connection, key), asked, offer, there)
    if faults:
        return faults, []
    new = [one for one in dict.fromkeys(asked) if one not in there]
    if new:
        connection.execute(
            insert(tables.line_document),
            [
                {
                    "invoice_id": key,
                    "line": one.line,
                    "attachment_id": one.attachment,
                    "added_on": added_on,
                }
                for one in new
            ],
        )
    entries = [
        Entry("add_document", token, found.patient_id, key, f"{one.line} {one.attachment}")
        for one in new
    ]
    return _added(connection, key), entries


def read_documents(
    connection: Connection, key: int, clinic: str | None, token: int | None
) -> Done[list[AddedDocument] | None]:
    """What was added to an invoice, by line and kind; None where there is no such invoice, or it is
    not the clinic's that is named."""
    invoice = tables.invoice
    found = connection.execute(
        select(invoice.c.patient_id, tables.clinic.c.hsa_id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key)
    ).one_or_none()
    if found is None or clinic not in (None, found.hsa_id):
        return None, []
    return _added(connection, key), [Entry("list_attachments", token, found.patient_id, key)]


def _outcomes(connection: Connection, key: int) -> dict[int, Outcome]:
    """The outcome of each line as it now is."""
    line = tables.line
    rows = connection.execute(select(line.c.line, line.c.outcome).where(line.c.invoice_id == key))
    return dict(rows.all())


def _there(connection: Connection, key: int) -> set[LineDocument]:
    added = tables.line_document
    rows = connection.execute(
        select(added.c.line, added.c.attachment_id).where(added.c.invoice_id == key)
    )
    return {LineDocument(*row) for row in rows}


def _added(connection: Connection, key: int) -> list[AddedDocument]:
    """All documents of an invoice, by line and kind."""
    added, attachment = tables.line_document, tables.attachment
    on = added.c.attachment_id == attachment.c.id
    which = select(added.c.line).where(on, added.c.invoice_id == key).exists()
    known = {one.id: one for one in list_attachments(connection, which, None)}
    rows = connection.execute(
        select(added.c.line, added.c.added_on, added.c.attachment_id)
        .join(attachment, on)
        .where(added.c.invoice_id == key)
        .order_by(added.c.line, attachment.c.kind, attachment.c.id)
    )
    return [AddedDocument(line, day, known[attached]) for line, day, attached in rows]
