"""Whose a kept invoice is, and what was sent."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from adjudication.invoice import Invoice
from invoices.store import FIRST_VERSION
from storage import tables

read_sent = msgspec.json.Decoder(Invoice).decode
"""An invoice of its row."""


class Whose(NamedTuple):
    """A kept invoice by its first version: the keys of its patient and clinic, the clinic, and the
    clinic's number."""

    patient_id: int
    clinic_id: int
    clinic: str
    number: str


def whose(connection: Connection, key: int, clinic: str | None) -> Whose | None:
    """Whose an invoice is; None where there is no such invoice, or it is not the clinic's that is
    named."""
    invoice = tables.invoice
    row = connection.execute(
        select(invoice.c.patient_id, invoice.c.clinic_id, tables.clinic.c.hsa_id, invoice.c.number)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key, invoice.c.version == FIRST_VERSION)
    ).one_or_none()
    if row is None or clinic not in (None, row.hsa_id):
        return None
    return Whose(*tuple(row))
