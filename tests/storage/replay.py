"""What is kept, decided once more at a desk in the order in which it was kept."""

import msgspec
from sqlalchemy import select

from storage import tables
from storage.database import Database
from storage.kept import read_invoice
from tests import desks
from tests.desks import Row


def kept_answers(database: Database) -> dict[str, bytes]:
    """The answers by the invoices' numbers, which are then no two clinics'."""
    invoice = tables.invoice.c
    with database.reading() as connection:
        rows = connection.execute(select(invoice.number, invoice.answer))
        return {row.number: row.answer for row in rows}


def kept_invoices(database: Database) -> list[tuple[Row, bytes]]:
    """Each invoice as it was sent, with its day of receipt, and its answer, by key. A patient's are
    in the order in which they were decided: keys are given under the lock on the patient's row."""
    with database.reading() as connection:
        keys = connection.scalars(select(tables.invoice.c.id).order_by(tables.invoice.c.id)).all()
        found = [read_invoice(connection, key, None, None)[0] for key in keys]
    return [
        (
            {**msgspec.to_builtins(one.invoice), "received_on": one.received_on.isoformat()},
            bytes(one.decision),
        )
        for one in found
        if one is not None
    ]


def parted(database: Database, mailroom: desks.Mailroom) -> list[str]:
    """The numbers of those that a desk would have answered otherwise."""
    return [
        row["number"]
        for row, answer in kept_invoices(database)
        if msgspec.json.encode(mailroom.answer(row)) != answer
    ]
