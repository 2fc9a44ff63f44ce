"""The ledger: transactions put beside those that are there, and what stands on the accounts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, func, insert, select

from invoices.ledger import Entry, Transaction
from storage import tables

Booking = Callable[[int], Transaction | None]
"""Makes a transaction of the number that it gets; None where nothing is moved."""


def book(
    connection: Connection,
    run: int,
    bookings: Iterable[tuple[Booking, int | None]],
    clinics: Mapping[str, int],
) -> list[Transaction]:
    """Put transactions of a run into the ledger, each with the key of the payment that it is about;
    `clinics` are the keys of those that they name. Gives them with their numbers."""
    transaction, entry = tables.ledger_transaction, tables.ledger_entry
    last = connection.scalar(select(func.max(transaction.c.number))) or 0
    found, heads, entries = [], [], []
    for make, payment in bookings:
        number = last + 1
        booked = make(number)
        if booked is None:
            continue
        heads.append(
            {
                "number": number,
                "before": last or None,
                "kind": booked.kind,
                "run_id": run,
                "payment_id": payment,
                "booked_on": booked.booked_on,
            }
        )
        entries += [
            {
                "number": number,
                "place": place,
                "account": one.account,
                "clinic_id": clinics[one.clinic],
                "support": one.support,
                "amount_ore": one.amount_ore,
            }
            for place, one in enumerate(booked.entries, 1)
        ]
        found.append(booked)
        last = number
    if heads:
        connection.execute(insert(transaction), heads)
        connection.execute(insert(entry), entries)
    return found


_IS_BALANCE = tables.ledger_entry.c.account.in_(("payables", "recoveries"))


def balances_before(connection: Connection) -> dict[int, int]:
    """What the next settlement of each clinic begins with, by the clinic's key: what came back is
    owed to it, what it owes is taken off (invoices/ledger.py)."""
    entry = tables.ledger_entry.c
    rows = connection.execute(
        select(entry.clinic_id, func.sum(entry.amount_ore))
        .where(_IS_BALANCE)
        .group_by(entry.clinic_id)
    )
    return {clinic: -int(amount) for clinic, amount in rows if amount}


def balance_before(connection: Connection, clinic: int) -> int:
    """The same of one clinic."""
    entry = tables.ledger_entry.c
    question = select(func.sum(entry.amount_ore)).where(_IS_BALANCE, entry.clinic_id == clinic)
    return -int(connection.scalar(question) or 0)


def transactions_of(
    connection: Connection, run: int, kinds: Sequence[str] = ("settlement", "payout", "return")
) -> list[Transaction]:
    """What was booked of a run, by number."""
    transaction = tables.ledger_transaction.c
    rows = connection.execute(
        _booked()
        .where(transaction.run_id == run, transaction.kind.in_(kinds))
        .order_by(transaction.number, tables.ledger_entry.c.place)
    )
    return list(_gathered(rows))


def _booked() -> Select[Any]:
    transaction, entry = tables.ledger_transaction, tables.ledger_entry
    run, clinic = tables.run, tables.clinic
    return (
        select(
            transaction.c.number,
            transaction.c.kind,
            run.c.number.label("run"),
            transaction.c.booked_on,
            entry.c.account,
            clinic.c.hsa_id,
            entry.c.support,
            entry.c.amount_ore,
        )
        .join(entry, entry.c.number == transaction.c.number)
        .join(run, run.c.id == transaction.c.run_id)
        .join(clinic, clinic.c.id == entry.c.clinic_id)
    )


def _gathered(rows: Iterable[Row[Any]]) -> Iterator[Transaction]:
    found: dict[int, tuple[Any, list[Entry]]] = {}
    for row in rows:
        _, entries = found.setdefault(row.number, (row, []))
        entries.append(Entry(row.account, row.hsa_id, row.support, row.amount_ore))
    for number, (row, entries) in found.items():
        kind = cast("Any", row.kind)
        yield Transaction(number, kind, row.run, row.booked_on, tuple(entries))
