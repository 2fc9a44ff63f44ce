"""What there is to settle, of every clinic at one moment."""

from array import array
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from invoices.parts import items_of, unpaid_of
from invoices.run import Share, shares_of
from invoices.settlement import Settlement, settle
from storage import tables
from storage.booking import balances_before
from storage.database import Database
from storage.parts import Chosen, read_parts, unsettled_credits, unsettled_invoices, until
from storage.payees import Owner, PaidFrom, payees_on, payer_on
from storage.runs import last_number

Reached = Literal["select", "lock", "freeze", "number"]
Tell = Callable[[Reached, int, int], None]
"""Told what is being done, how far that is, and of how far."""


class RunAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run of everything up to a day, to be paid on another."""

    through_on: date
    pay_on: date


class Selection(NamedTuple):
    """What a run would hold, by what was there at one moment."""

    last: int
    paid_from: PaidFrom
    shares: tuple[Share, ...]
    chosen: dict[int, Chosen]
    without_payee: list[str]


def select_all(database: Database, region: str, asked: RunAsked, tell: Tell) -> Selection | None:
    """Everything at one moment, clinic by clinic: of a clinic that is done the keys are left, and
    the share. None where nobody pays."""
    chosen: dict[int, Chosen] = {}
    with database.reading_all() as connection:
        paid_from = payer_on(connection, region, asked.pay_on)
        if paid_from is None:
            return None
        last, _ = last_number(connection, region)
        payees = {one.clinic_id: one for one in payees_on(connection, asked.pay_on)}
        settlements = _settlements(connection, payees, asked, chosen, tell)
        shares = shares_of(settlements)
        without = _without_payee(connection, payees, chosen)
    return Selection(last, paid_from, shares, chosen, without)


def _settlements(
    connection: Connection,
    payees: dict[int, Owner],
    asked: RunAsked,
    chosen: dict[int, Chosen],
    tell: Tell,
) -> Iterator[Settlement]:
    last = until(asked.through_on)
    taken, balances = unsettled_credits(connection, last), balances_before(connection)
    clinics = connection.scalars(select(tables.clinic.c.id).order_by(tables.clinic.c.id)).all()
    for done, clinic in enumerate(clinics):
        tell("select", done, len(clinics))
        invoices = array("q", unsettled_invoices(connection, clinic, last))
        found = Chosen(invoices, array("q", taken.pop(clinic, ())))
        owner, balance = payees.get(clinic), balances.get(clinic, 0)
        if owner is None:
            if found.invoices or found.credits or balance > 0:
                chosen[clinic] = found
            continue
        if not (found.invoices or found.credits or balance > 0):
            continue  # a debt alone waits for lines to take it off
        chosen[clinic] = found
        parts = read_parts(connection, found)
        yield settle(owner.payee, items_of(parts), unpaid_of(parts.invoices), balance)


def _without_payee(
    connection: Connection, payees: dict[int, Owner], chosen: dict[int, Chosen]
) -> list[str]:
    """The clinics that cannot be paid; what is theirs is not chosen after all."""
    missing = [clinic for clinic in chosen if clinic not in payees]
    for clinic in missing:
        del chosen[clinic]
    if not missing:
        return []
    table = tables.clinic.c
    found = connection.execute(select(table.id, table.hsa_id))
    by_key = {row.id: row.hsa_id for row in found}
    return sorted(by_key[clinic] for clinic in missing)
