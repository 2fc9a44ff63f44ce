"""From a line to its decisions, runs, entries of the ledger, payments and vouchers; and back."""

from sqlalchemy import Connection, Row, select

from exports.sie import read_vouchers
from invoices.ledger import Transaction
from invoices.run import payments_of
from invoices.store import FIRST_VERSION
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from storage.booking import transactions_of
from storage.exporting import list_files, read_run_file
from storage.runs import Held, find_run, payment_states
from storage.statements import read_settlement
from storage.traceparts import parts_of
from storage.traces import (
    LineTrace,
    RunTrace,
    TracedEntry,
    TracedPayment,
    TracedRun,
    TracedTransaction,
)


def trace_line(
    connection: Connection, region: str, key: int, line: int, token: int | None
) -> Done[LineTrace | None]:
    """What became of a line, by the key of its invoice; None where there is no such line."""
    invoice, row = tables.invoice, tables.line
    first = connection.execute(
        select(
            invoice.c.patient_id,
            invoice.c.clinic_id,
            tables.clinic.c.hsa_id,
            invoice.c.number,
            row.c.treated_on,
            row.c.code,
        )
        .join(row, row.c.invoice_id == invoice.c.id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key, invoice.c.version == FIRST_VERSION, row.c.line == line)
    ).one_or_none()
    if first is None:
        return None, []
    parts = sorted(
        parts_of(connection, first.clinic_id, key, line, first.treated_on),
        key=lambda part: (part.version or 0, part.credit or 0, part.kind),
    )
    held = [
        find_run(connection, region, number)
        for number in sorted({one.run for one in parts if one.run is not None})
    ]
    runs = [_run(connection, one, first.hsa_id) for one in held if one is not None]
    found = LineTrace(
        key, first.hsa_id, first.number, line, first.treated_on, first.code, parts, runs
    )
    return found, [Entry("trace", token, first.patient_id, key, subject=str(line))]


def trace_back(
    connection: Connection, region: str, number: int, clinic: str, after: int, limit: int
) -> RunTrace | None:
    """What a clinic's part in a run was made of, some of it at a time."""
    held = find_run(connection, region, number)
    settlement = None if held is None else read_settlement(connection, held, clinic)
    if held is None or settlement is None:
        return None
    items = list(settlement.items[after : after + limit])
    is_more = len(settlement.items) > after + limit
    return RunTrace(_run(connection, held, clinic), items, after + limit if is_more else None)


def run_of_payment(connection: Connection, reference: str) -> tuple[int, str] | None:
    """The number of the run and the clinic that a payment is of, by its reference."""
    payment, run, clinic = tables.payment, tables.run, tables.clinic
    return _whose(
        connection.execute(
            select(run.c.number, clinic.c.hsa_id)
            .select_from(payment)
            .join(run, run.c.id == payment.c.run_id)
            .join(clinic, clinic.c.id == payment.c.clinic_id)
            .where(payment.c.reference == reference)
        ).one_or_none()
    )


def run_of_voucher(connection: Connection, number: int) -> tuple[int, str] | None:
    """The number of the run and the clinic that a voucher is of, by its number."""
    transaction, entry = tables.ledger_transaction, tables.ledger_entry
    run, clinic = tables.run, tables.clinic
    return _whose(
        connection.execute(
            select(run.c.number, clinic.c.hsa_id)
            .select_from(transaction)
            .join(entry, (entry.c.number == transaction.c.number) & (entry.c.place == 1))
            .join(run, run.c.id == transaction.c.run_id)
            .join(clinic, clinic.c.id == entry.c.clinic_id)
            .where(transaction.c.number == number)
        ).one_or_none()
    )


def _whose(row: Row[int, str] | None) -> tuple[int, str] | None:
    return None if row is None else (row.number, row.hsa_id)


def _run(connection: Connection, held: Held, clinic: str) -> TracedRun:
    share = next(one for one in held.run.shares if one.clinic == clinic)
    payment = None
    if held.state == "exported":
        states = payment_states(connection, held.key)
        payment = next(
            (
                TracedPayment(one.reference, one.amount_ore, states.get(one.reference, "sent"))
                for one in payments_of(held.run)
                if one.payee.clinic == clinic
            ),
            None,
        )
    files = list_files(connection, held.key)
    vouchers: dict[int, str] = {}
    for one in files:
        content = read_run_file(connection, held.key, one.name)
        if one.kind == "vouchers" and content is not None:
            vouchers |= dict.fromkeys(read_vouchers(content[1]), one.name)
    booked = [
        _transaction(one, clinic, vouchers.get(one.number))
        for one in transactions_of(connection, held.key)
    ]
    return TracedRun(
        held.run.number,
        held.run.region,
        held.state,
        held.digest,
        clinic,
        share.balance.owed_ore,
        payment,
        [one for one in booked if one.entries],
        files,
    )


def _transaction(one: Transaction, clinic: str, file: str | None) -> TracedTransaction:
    entries = [
        TracedEntry(entry.account, entry.support, entry.amount_ore)
        for entry in one.entries
        if entry.clinic == clinic
    ]
    return TracedTransaction(one.number, one.kind, one.booked_on, file, entries)
