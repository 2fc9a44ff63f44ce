"""Of which parts a line is settled, and in which runs they are."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, Table, select

from storage import tables
from storage.traces import TracedPart


def parts_of(
    connection: Connection, clinic: int, key: int, number: int, day: date
) -> Iterator[TracedPart]:
    """A line's, by the key of its invoice's first version."""
    invoice, revision = tables.invoice, tables.revision
    rows = [key, *connection.scalars(
        select(revision.c.invoice_id).where(revision.c.first_id == key)
    )]  # fmt: skip
    versions = dict(
        connection.execute(
            select(invoice.c.id, invoice.c.version).where(invoice.c.id.in_(rows))
        ).all()
    )
    line, visit = tables.line, tables.visit
    for row in connection.execute(
        select(line.c.invoice_id, line.c.outcome, line.c.allowed_ore).where(
            line.c.invoice_id.in_(rows), line.c.line == number
        )
    ):
        is_approved = row.outcome == "approved"
        where = _run_of_version(connection, clinic, row.invoice_id)
        yield TracedPart(
            "line" if is_approved else "not_approved",
            versions[row.invoice_id],
            None,
            row.allowed_ore,
            *where,
        )
    for key_of_row, fee_ore in connection.execute(
        select(visit.c.invoice_id, visit.c.fee_ore).where(
            visit.c.invoice_id.in_(rows), visit.c.treated_on == day, visit.c.fee_ore > 0
        )
    ):
        where = _run_of_version(connection, clinic, key_of_row)
        yield TracedPart("fee", versions[key_of_row], None, -fee_ore, *where)
    credit, taken, back = tables.credit, tables.credited_line, tables.credited_visit
    for key_of_credit, revised, allowed_ore in connection.execute(
        select(credit.c.id, credit.c.revision_id, line.c.allowed_ore)
        .join(taken, taken.c.credit_id == credit.c.id)
        .join(line, (line.c.invoice_id == taken.c.invoice_id) & (line.c.line == taken.c.line))
        .where(credit.c.invoice_id == key, taken.c.line == number)
    ):
        where = _run_of_credit(connection, clinic, key_of_credit, revised)
        version = versions.get(revised or 0)
        yield TracedPart("credited_line", version, key_of_credit, -allowed_ore, *where)
    for key_of_credit, revised, fee_ore in connection.execute(
        select(credit.c.id, credit.c.revision_id, back.c.fee_ore)
        .join(back, back.c.credit_id == credit.c.id)
        .where(credit.c.invoice_id == key, back.c.treated_on == day)
    ):
        where = _run_of_credit(connection, clinic, key_of_credit, revised)
        version = versions.get(revised or 0)
        yield TracedPart("returned_fee", version, key_of_credit, fee_ore, *where)


def _run_of_version(connection: Connection, clinic: int, row: int) -> tuple[int | None, bool]:
    return _run_of(
        connection, clinic, row, tables.settled_invoice, tables.run_invoice, "invoice_id"
    )


def _run_of_credit(
    connection: Connection, clinic: int, key: int, revision: int | None
) -> tuple[int | None, bool]:
    """What a version took back goes with the version."""
    if revision is not None:
        return _run_of_version(connection, clinic, revision)
    return _run_of(connection, clinic, key, tables.settled_credit, tables.run_credit, "credit_id")


def _run_of(
    connection: Connection, clinic: int, key: int, settled: Table, held: Table, name: str
) -> tuple[int | None, bool]:
    """The number of the run that settled something, else of the one that is open and holds it."""
    run, closed = tables.run, tables.run_closed
    number = connection.scalar(
        select(run.c.number)
        .join(settled, settled.c.run_id == run.c.id)
        .where(settled.c[name] == key)
    )
    if number is not None:
        return number, True
    is_closed = (closed.c.region == run.c.region) & (closed.c.number == run.c.number)
    number = connection.scalar(
        select(run.c.number)
        .join(held, held.c.run_id == run.c.id)
        .outerjoin(closed, is_closed)
        .where(held.c.clinic_id == clinic, held.c[name] == key, closed.c.number.is_(None))
    )
    return number, False
