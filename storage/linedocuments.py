"""Documents that were added to lines after their invoice was decided."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select

from adjudication.invoice import Document
from storage import tables
from storage.rows import given, listed


def documents_of(
    connection: Connection, invoices: Collection[int]
) -> dict[int, dict[int, list[Document]]]:
    """The documents that were added to lines of kept invoices, as if the clinics had sent them with
    these: by invoice and line, in the order of the attachments, each named by its address."""
    found: dict[int, dict[int, list[Document]]] = {}
    rows = connection.execute(_added(connection.dialect.name), given(connection, invoices))
    for invoice, line, key, kind in rows:
        of_line = found.setdefault(invoice, {}).setdefault(line, [])
        of_line.append(Document(kind, f"/attachments/{key}"))
    return found


@cache
def _added(dialect: str) -> Select[Any]:
    added, attachment = tables.line_document, tables.attachment
    these = listed(dialect, added.c.invoice_id)
    return (
        select(added.c.invoice_id, added.c.line, attachment.c.id, attachment.c.kind)
        .select_from(these)
        .join(added, added.c.invoice_id == these.c.invoice_id)
        .join(attachment, attachment.c.id == added.c.attachment_id)
        .order_by(added.c.invoice_id, added.c.line, attachment.c.id)
    )
