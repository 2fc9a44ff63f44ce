"""Free cards that are found after invoices had come without them."""

from datetime import date

from sqlalchemy import Connection, select

from adjudication.invoice import FreeCard
from storage import tables
from storage.audit import Entry
from storage.rows import add, lock, tell_changed
from terms.errors import ReferenceDataError
from terms.person import without_dash


def put_free_card(
    connection: Connection,
    patient: str,
    number: str,
    valid_from: date,
    valid_to: date,
    token: int | None = None,
) -> list[Entry] | None:
    """Put in a free card; nothing is decided by it until invoices are decided again. No entries
    where it is there already, None where nobody knows the patient. Raises ReferenceDataError where
    it is there with other content, or ends before it begins."""
    if valid_to < valid_from:
        raise ReferenceDataError(
            f"valid_to: sista dagen {valid_to} ligger före den första {valid_from}"
        )
    table = tables.free_card
    locked = lock(connection, tables.patient.c.number, [without_dash(patient)])
    if not locked:
        return None
    (key, _, _) = locked[0]
    there = connection.execute(select(table).where(table.c.number == number)).one_or_none()
    if there is not None:
        if (there.patient_id, there.valid_from, there.valid_to) != (key, valid_from, valid_to):
            raise ReferenceDataError(
                f"number: {number!r} finns redan i databasen, med annat innehåll"
            )
        return []
    row = {"patient_id": key, "number": number, "valid_from": valid_from, "valid_to": valid_to}
    (added,) = add(connection, table, [row])
    tell_changed(connection, [key])
    return [Entry("put_free_card", token, key, subject=str(added))]


def found_on(connection: Connection, patient: str, on: date) -> FreeCard | None:
    """The free card of a patient, by the person number, that was found and is in force on a day;
    of several the one that is so longest."""
    table = tables.free_card
    row = connection.execute(
        select(table.c.number, table.c.valid_from, table.c.valid_to)
        .join(tables.patient, tables.patient.c.id == table.c.patient_id)
        .where(
            tables.patient.c.number == without_dash(patient),
            table.c.valid_from <= on,
            table.c.valid_to >= on,
        )
        .order_by(table.c.valid_to.desc(), table.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else FreeCard(*row)
