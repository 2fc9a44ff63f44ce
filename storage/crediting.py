"""Credits, read and kept beside the invoices that they take back."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, func, insert, select

from invoices.correction import Billed, Credit, CreditFault, credit
from storage import tables
from storage.rows import add, lock, tell_changed

_json = msgspec.json.Encoder().encode


def credit_invoice(
    connection: Connection, clinic: str, number: str, lines: Sequence[int] | None, credited_on: date
) -> Credit | list[CreditFault] | None:
    """Credit lines of a clinic's invoice and keep the credit; None where there is no such invoice.
    The patient's row is locked, and what is remembered of the patient no longer holds."""
    found = _locked(connection, clinic, number)
    if found is None:
        return None
    invoice_id, patient_id = found
    answer = credit(
        clinic,
        number,
        _billed(connection, invoice_id),
        _fees_left(connection, invoice_id),
        lines,
        credited_on,
    )
    if isinstance(answer, Credit):
        _keep(connection, invoice_id, answer)
        tell_changed(connection, [patient_id])
    return answer


def _locked(connection: Connection, clinic: str, number: str) -> tuple[int, int] | None:
    """Keys of an invoice and its patient, who is locked."""
    invoice = tables.invoice
    keys = connection.execute(
        select(invoice.c.id, invoice.c.patient_id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(tables.clinic.c.hsa_id == clinic, invoice.c.number == number)
    ).one_or_none()
    if keys is None:
        return None
    lock(connection, tables.patient.c.id == keys.patient_id)
    return keys.id, keys.patient_id


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
        .outerjoin(
            credited,
            (credited.c.invoice_id == line.c.invoice_id) & (credited.c.line == line.c.line),
        )
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


def _keep(connection: Connection, invoice_id: int, kept: Credit) -> None:
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
