"""Documents are added to lines of an invoice that wait, which decides these again."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from adjudication.findings import Outcome
from invoices.supplement import LineDocument, SupplementFault, supplement_faults
from storage import tables
from storage.acts import Done
from storage.assessing import decide_again
from storage.attachments import KeptAttachment, list_attachments, offered, read_attachment
from storage.audit import Entry
from storage.current import read_currents
from storage.files import Whole
from storage.keeper import Keeper
from storage.rows import lock
from storage.sent import whose
from storage.versions import Revised


class AddedDocument(msgspec.Struct, frozen=True, gc=False):
    """A document that was added to a line."""

    line: int
    added_on: date
    attachment: KeptAttachment


class Supplement(NamedTuple):
    """All documents that were added to an invoice until now, and the version that they led to where
    they did."""

    added: list[AddedDocument]
    revised: Revised | None


def supplement(
    keeper: Keeper,
    key: int,
    asked: Sequence[LineDocument],
    today: date,
    *,
    clinic: str | None = None,
    token: int | None = None,
) -> Supplement | list[SupplementFault] | None:
    """Add attachments to lines of an invoice, all or none, and decide these again at once; None
    where there is no such invoice, or it is not the clinic's that is named."""

    def work(connection: Connection) -> Done[Supplement | list[SupplementFault] | None]:
        invoice = whose(connection, key, clinic)
        if invoice is None:
            return None, []
        patient_id = invoice.patient_id
        lock(connection, tables.patient.c.id, [patient_id])
        there = _there(connection, key)
        keys = {one.attachment for one in asked}
        offer = offered(connection, invoice.clinic_id, patient_id, keys)
        outcomes = _outcomes(connection, patient_id, key)
        faults = supplement_faults(outcomes, asked, offer, there)
        if faults:
            return faults, []
        new = [one for one in dict.fromkeys(asked) if one not in there]
        if not new:
            return Supplement(_added(connection, key), None), []
        connection.execute(
            insert(tables.line_document),
            [
                {
                    "invoice_id": key,
                    "line": one.line,
                    "attachment_id": one.attachment,
                    "added_on": today,
                }
                for one in new
            ],
        )
        entries = [
            Entry("add_document", token, patient_id, key, f"{one.line} {one.attachment}")
            for one in new
        ]
        lines = {one.line for one in new}
        revised, more = decide_again(connection, keeper, key, lines, today, token)
        return Supplement(_added(connection, key), revised), [*entries, *more]

    return keeper.acts.do(work)


def read_documents(
    connection: Connection, key: int, clinic: str | None, token: int | None
) -> Done[list[AddedDocument] | None]:
    """What was added to an invoice, by line and kind; None where there is no such invoice, or it is
    not the clinic's that is named."""
    invoice = whose(connection, key, clinic)
    if invoice is None:
        return None, []
    entry = Entry("list_attachments", token, invoice.patient_id, key)
    return _added(connection, key), [entry]


def read_line_document(
    connection: Connection, key: int, document: int, token: int | None
) -> Done[tuple[KeptAttachment, Whole | None] | None]:
    """A look at an attachment through the invoice to which it was added; None where it was added to
    no line of it."""
    if document not in {one.attachment for one in _there(connection, key)}:
        return None, []
    return read_attachment(connection, document, None, token)


def _outcomes(connection: Connection, patient_id: int, key: int) -> dict[int, Outcome]:
    """The outcome of each line as it now is."""
    (current,) = (
        one for one in read_currents(connection, [patient_id])[patient_id] if one.key == key
    )
    return {number: line.outcome for number, line in current.lines.items()}


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
