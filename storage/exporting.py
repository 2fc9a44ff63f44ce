"""A run is exported: it is booked, what it holds is settled, and its files are made, in one
transaction. From then on the same files are handed out, whoever asks and how often."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from exports.packaged import bank_named, chart_of
from exports.pain001 import write_payments
from exports.sie import write_vouchers
from invoices.ledger import Transaction, book_payout, book_settlement
from invoices.run import Payment, payments_of
from storage import tables
from storage.acts import Done
from storage.audit import now
from storage.booking import Booking, book
from storage.payees import account_in_json
from storage.runs import Held, find_run
from storage.runsteps import MoveAsked, Moved, MoveFault, add_step, close, noted, try_move

FileKind = Literal["payments", "vouchers"]


class RunFile(msgspec.Struct, frozen=True):
    """A file of a run: its name, what it is, its SHA-256 in hexadecimal figures, and its size."""

    name: str
    kind: FileKind
    sha256: str
    size: int


class Exported(NamedTuple):
    """An exported run, and its files."""

    held: Held
    files: list[RunFile]


def export_run(
    connection: Connection,
    asked: MoveAsked,
    tell: Callable[[Literal["mark"]], None] = lambda _what: None,
) -> Done[Exported | Sequence[MoveFault] | None]:
    """Export a run; None where there is none of this number. One that is exported already gives the
    files that were made then. `tell` is told when all is written and about to be kept."""
    found = try_move(connection, asked, "export")
    if not isinstance(found, Moved):
        return found, []
    held, taken = found
    if held.state != "exported":
        _export(connection, held)
        add_step(connection, held.key, len(held.steps) + 1, taken, asked.token, now())
        close(connection, held)
        tell("mark")
    exported = find_run(connection, asked.region, asked.number)
    assert exported is not None
    files = list_files(connection, held.key)
    return Exported(exported, files), [noted(asked, "export", held)]


def list_files(connection: Connection, key: int) -> list[RunFile]:
    """The files of a run."""
    table = tables.run_file
    rows = connection.execute(select(table).where(table.c.run_id == key).order_by(table.c.name))
    return [RunFile(row.name, row.kind, row.sha256.hex(), len(row.content)) for row in rows]


def read_run_file(connection: Connection, key: int, name: str) -> tuple[RunFile, bytes] | None:
    """A file of a run by its name."""
    table = tables.run_file
    row = connection.execute(
        select(table).where(table.c.run_id == key, table.c.name == name)
    ).one_or_none()
    if row is None:
        return None
    return RunFile(row.name, row.kind, row.sha256.hex(), len(row.content)), row.content


def add_file(connection: Connection, key: int, name: str, kind: FileKind, content: bytes) -> None:
    """Keep a file of a run."""
    row = {
        "run_id": key,
        "name": name,
        "kind": kind,
        "sha256": sha256(content).digest(),
        "content": content,
    }
    connection.execute(insert(tables.run_file), row)


def vouchers_of(held: Held, transactions: Sequence[Transaction]) -> bytes:
    """The vouchers of some of what was booked of a run."""
    run = held.run
    chart = chart_of(run.region)
    return write_vouchers(transactions, held.paid_from.payer, chart, run.frozen_at.date())


def clinic_keys(connection: Connection, held: Held) -> dict[str, int]:
    """The keys of the clinics of a run."""
    table = tables.clinic.c
    wanted = [one.clinic for one in held.run.shares]
    rows = connection.execute(select(table.hsa_id, table.id).where(table.hsa_id.in_(wanted)))
    return {row.hsa_id: row.id for row in rows}


def _export(connection: Connection, held: Held) -> None:
    run, clinics = held.run, clinic_keys(connection, held)
    _settle(connection, held.key)
    paid = _add_payments(connection, held, clinics)
    booked = book(connection, held.key, _bookings(held, paid), clinics)
    payments = write_payments(run, held.paid_from.payer, bank_named(held.paid_from.bank))
    if payments is not None:
        name = f"{run.number:06d}-payments.xml"
        add_file(connection, held.key, name, "payments", payments)
    vouchers = vouchers_of(held, booked)
    add_file(connection, held.key, f"{run.number:06d}-vouchers.si", "vouchers", vouchers)


def _settle(connection: Connection, key: int) -> None:
    """What the run holds is settled: the database refuses what was before."""
    for settled, held, name in (
        (tables.settled_invoice, tables.run_invoice, "invoice_id"),
        (tables.settled_credit, tables.run_credit, "credit_id"),
    ):
        all_of_it = select(held.c[name], held.c.run_id).where(held.c.run_id == key)
        connection.execute(insert(settled).from_select([name, "run_id"], all_of_it))


def _add_payments(
    connection: Connection, held: Held, clinics: Mapping[str, int]
) -> list[tuple[Payment, int]]:
    payments = payments_of(held.run)
    rows = [
        {
            "run_id": held.key,
            "clinic_id": clinics[one.payee.clinic],
            "reference": one.reference,
            "amount_ore": one.amount_ore,
            "account": account_in_json(one.payee.account),
        }
        for one in payments
    ]
    table = tables.payment
    if rows:
        connection.execute(insert(table), rows)
    keys = dict(
        connection.execute(
            select(table.c.reference, table.c.id).where(table.c.run_id == held.key)
        ).all()
    )
    return [(one, keys[one.reference]) for one in payments]


def _bookings(
    held: Held, paid: Sequence[tuple[Payment, int]]
) -> Iterator[tuple[Booking, int | None]]:
    """Each clinic's settlement on the last day that it is of, each payment on its own day."""
    run = held.run
    for share in run.shares:
        settled = partial(book_settlement, run=run.number, booked_on=run.through_on, share=share)
        yield settled, None
    for payment, key in paid:
        yield partial(book_payout, run=run.number, booked_on=run.pay_on, payment=payment), key
