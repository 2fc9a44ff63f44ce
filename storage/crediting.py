"""Credits, read and kept beside the invoices that they take back."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, func, insert, select

from invoices.correction import Billed, Credit, CreditFault, credit
from storage import tables
from storage.audit import Entry
from storage.rows import add, lock, tell_changed
from storage.sent import whose

_json = msgspec.json.Encoder().encode


def credit_invoice(
    connection: Connection,
    key: int,
    lines: Sequence[int] | None,
    credited_on: date,
    *,
    clinic: str | None = None,
    token: int | None = None,
) -> tuple[Credit | list[CreditFault] | None, list[Entry]]:
    """Credit lines of an invoice, or (None) all that are left, and keep the credit; None where
    there is no such invoice, or it is not the clinic's that is named. Beside it the audit's
    entries. The patient's row is locked, and what is remembered of the patient no longer holds."""
    found = whose(connection, key, clinic)
    if found is None:
        return None, []
    lock(connection, tables.patient.c.id, [found.patient_id])
    rows = _versions(connection, key)
    billed = _billed(connection, rows)
    answer = credit(
        found.clinic,
        found.number,
        [one for _, one in billed],
        _fees_left(connection, key, rows),
        lines,
        credited_on,
    )
    if not isinstance(answer, Credit):
        return answer, []
    decided_by = {one.line: row for row, one in billed}
    subject = str(keep_credit(connection, key, answer, decided_by))
    tell_changed(connection, [found.patient_id])
    return answer, [Entry("credit", token, found.patient_id, key, subject)]


def _versions(connection: Connection, key: int) -> list[int]:
    """The keys of an invoice's versions, the first one first."""
    revision = tables.revision
    later = connection.scalars(
        select(revision.c.invoice_id)
        .where(revision.c.first_id == key)
        .order_by(revision.c.invoice_id)
    )
    return [key, *later]


def _billed(connection: Connection, rows: Sequence[int]) -> list[tuple[int, Billed]]:
    """The lines as they are decided now, each with the key of the version that decided it."""
    line, credited = tables.line, tables.credited_line
    found = connection.execute(
        select(
            line.c.invoice_id,
            line.c.line,
            line.c.treated_on,
            line.c.code,
            line.c.outcome == "approved",
            line.c.allowed_ore,
            credited.c.line.is_not(None),
        )
        .outerjoin(credited, tables.is_credited)
        .where(line.c.invoice_id.in_(rows))
        .order_by(line.c.invoice_id, line.c.line)
    )
    billed = {number: (row, Billed(number, *more)) for row, number, *more in found}
    return [billed[number] for number in sorted(billed)]


def _fees_left(connection: Connection, key: int, rows: Sequence[int]) -> dict[date, int]:
    visit, back, one = tables.visit, tables.credited_visit, tables.credit
    fees: dict[date, int] = {}
    for day, fee_ore in connection.execute(
        select(visit.c.treated_on, func.sum(visit.c.fee_ore))
        .where(visit.c.invoice_id.in_(rows))
        .group_by(visit.c.treated_on)
    ):
        fees[day] = int(fee_ore)
    for day, fee_ore in connection.execute(
        select(back.c.treated_on, func.sum(back.c.fee_ore))
        .join(one, one.c.id == back.c.credit_id)
        .where(one.c.invoice_id == key)
        .group_by(back.c.treated_on)
    ):
        fees[day] -= int(fee_ore)
    return fees


def keep_credit(
    connection: Connection,
    key: int,
    kept: Credit,
    decided_by: Mapping[int, int],
    revision: int | None = None,
) -> int:
    """Keep a credit of an invoice by its key; `decided_by` are the keys of the versions that
    decided the lines, `revision` that of the version which takes them back. Gives the credit's key.
    """
    row = {
        "invoice_id": key,
        "revision_id": revision,
        "credited_on": kept.credited_on,
        "allowed_ore": kept.allowed_ore,
        "patient_fee_ore": kept.patient_fee_ore,
        "payable_ore": kept.payable_ore,
        "answer": _json(kept),
    }
    (credit_id,) = add(connection, tables.credit, [row])
    lines = [
        {"invoice_id": decided_by[one.line], "line": one.line, "credit_id": credit_id}
        for one in kept.lines
    ]
    if lines:
        connection.execute(insert(tables.credited_line), lines)
    if kept.visits:
        connection.execute(
            insert(tables.credited_visit),
            [{"credit_id": credit_id, **msgspec.structs.asdict(one)} for one in kept.visits],
        )
    return credit_id
