"""Credits, read and kept beside the invoices that they take back."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, func, insert, select

from invoices.correction import Billed, Credit, CreditFault, credit
from storage import tables
from storage.audit import Entry
from storage.rows import add, lock, tell_changed

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
    invoice = tables.invoice
    found = connection.execute(
        select(invoice.c.patient_id, invoice.c.number, tables.clinic.c.hsa_id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key)
    ).one_or_none()
    if found is None or clinic not in (None, found.hsa_id):
        return None, []
    lock(connection, tables.patient.c.id, [found.patient_id])
    answer = credit(
        found.hsa_id,
        found.number,
        _billed(connection, key),
        _fees_left(connection, key),
        lines,
        credited_on,
    )
    if not isinstance(answer, Credit):
        return answer, []
    subject = str(_keep(connection, key, answer))
    tell_changed(connection, [found.patient_id])
    return answer, [Entry("credit", token, found.patient_id, key, subject)]


def _billed(connection: Connection, invoice_id: int) -> list[Billed]:
    line, credited = tables.line, tables.credited_line
    rows = connection.execute(
        select(
            line.c.line,
            line.c.treated_on,
            line.c.code,
            line.c.outcome == "approved",
            line.c.allowed_ore,
            credited.c.line.is_not(None),
        )
        .outerjoin(credited, tables.is_credited)
        .where(line.c.invoice_id == invoice_id)
        .order_by(line.c.line)
    )
    return [Billed(*row) for row in rows]


def _fees_left(connection: Connection, invoice_id: int) -> dict[date, int]:
    visit, back, one = tables.visit, tables.credited_visit, tables.credit
    fees = dict(
        connection.execute(
            select(visit.c.treated_on, visit.c.fee_ore).where(visit.c.invoice_id == invoice_id)
        ).all()
    )
    for day, fee_ore in connection.execute(
        select(back.c.treated_on, func.sum(back.c.fee_ore))
        .join(one, one.c.id == back.c.credit_id)
        .where(one.c.invoice_id == invoice_id)
        .group_by(back.c.treated_on)
    ):
        fees[day] -= int(fee_ore)
    return fees


def _keep(connection: Connection, invoice_id: int, kept: Credit) -> int:
    row = {
        "invoice_id": invoice_id,
        "credited_on": kept.credited_on,
        "allowed_ore": kept.allowed_ore,
        "patient_fee_ore": kept.patient_fee_ore,
        "payable_ore": kept.payable_ore,
        "answer": _json(kept),
    }
    (key,) = add(connection, tables.credit, [row])
    connection.execute(
        insert(tables.credited_line),
        [{"invoice_id": invoice_id, "line": one.line, "credit_id": key} for one in kept.lines],
    )
    if kept.visits:
        connection.execute(
            insert(tables.credited_visit),
            [{"credit_id": key, **msgspec.structs.asdict(one)} for one in kept.visits],
        )
    return key
