"""Which of a line's rows says how it stands: that of the last version that decided it."""

from typing import Final

from sqlalchemy import ColumnElement, exists, func

from storage import tables

FIRST_ID: Final[ColumnElement[int]] = func.coalesce(tables.revision.c.first_id, tables.invoice.c.id)
"""The key of an invoice's first version, where `revision` is joined from outside."""


def is_decided_later() -> ColumnElement[bool]:
    """Whether a later version decides the line."""
    later, later_line = tables.revision.alias(), tables.line.alias()
    return exists().where(
        later.c.first_id == FIRST_ID,
        later_line.c.invoice_id == later.c.invoice_id,
        later_line.c.line == tables.line.c.line,
        later.c.invoice_id > tables.line.c.invoice_id,
    )
