"""Who has taken a held line."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from invoices.store import FIRST_VERSION
from storage import tables
from storage.acts import Done
from storage.audit import Entry, now
from storage.rows import lock


class Owner(NamedTuple):
    """The token of whoever has taken a line, None for a command on the server."""

    id: int | None
    name: str | None


def owner_of(connection: Connection, key: int, line: int) -> Owner | None:
    """Who has taken a line of an invoice; None where nobody has."""
    claim, token = tables.claim, tables.token
    row = connection.execute(
        select(claim.c.is_taken, claim.c.token_id, token.c.name)
        .outerjoin(token, token.c.id == claim.c.token_id)
        .where(claim.c.invoice_id == key, claim.c.line == line)
        .order_by(claim.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Owner(row.token_id, row.name) if row is not None and row.is_taken else None


def claim_line(
    connection: Connection, key: int, line: int, token: int | None, *, is_taken: bool
) -> Done[Owner | bool | None]:
    """Take a line, or put it back. True where that is done or was so already; its owner where it is
    somebody else's to put back first; None where there is no such line."""
    invoice, of_invoice = tables.invoice, tables.line
    patient = connection.scalar(
        select(invoice.c.patient_id)
        .join(of_invoice, of_invoice.c.invoice_id == invoice.c.id)
        .where(
            invoice.c.id == key,
            invoice.c.version == FIRST_VERSION,
            of_invoice.c.line == line,
        )
    )
    if patient is None:
        return None, []
    lock(connection, tables.patient.c.id, [patient])
    owner = owner_of(connection, key, line)
    if (owner is not None) == is_taken:
        is_own = owner is None or owner.id == token
        return is_own or owner, []
    connection.execute(
        insert(tables.claim),
        {
            "invoice_id": key,
            "line": line,
            "is_taken": is_taken,
            "at": now(),
            "token_id": token,
        },
    )
    taken = "taken" if is_taken else "put back"
    return True, [Entry("claim_line", token, patient, key, f"{line} {taken}")]
