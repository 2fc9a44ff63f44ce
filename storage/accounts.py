"""Where clinics' money goes, clinic by clinic: the account in force, those that come, and who gave
each. Whoever approves a run compares them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from invoices.payees import Payee
from storage import tables
from storage.payees import read_account


class GivenAccount(NamedTuple):
    """An account from a day on, and the name of whoever gave it (None for a command on the
    server)."""

    payee: Payee
    valid_from: date
    by: str | None


class ClinicAccounts(NamedTuple):
    """A clinic with all accounts that were given for it, that which holds longest first; the one
    that is in force on the day asked for, None where there is none; and those that come after
    it."""

    clinic: str
    given: list[GivenAccount]
    now: GivenAccount | None
    later: list[GivenAccount]


class AccountPage(NamedTuple):
    """Some clinics by their HSA-id; `next` is `after` of the next page, None after the last."""

    clinics: list[ClinicAccounts]
    next: str | None


def list_accounts(connection: Connection, on: date, after: str | None, limit: int) -> AccountPage:
    """Every clinic that is known, with an account or without."""
    clinic = tables.clinic
    question = select(clinic.c.id, clinic.c.hsa_id).order_by(clinic.c.hsa_id).limit(limit + 1)
    if after is not None:
        question = question.where(clinic.c.hsa_id > after)
    rows = connection.execute(question).all()
    shown = rows[:limit]
    found = _with_accounts(connection, shown, on)
    return AccountPage(found, found[-1].clinic if len(rows) > limit else None)


def accounts_of(connection: Connection, clinics: Sequence[str], on: date) -> list[ClinicAccounts]:
    """Those of some clinics that are known."""
    clinic = tables.clinic
    question = select(clinic.c.id, clinic.c.hsa_id).where(clinic.c.hsa_id.in_(clinics))
    return _with_accounts(
        connection, connection.execute(question.order_by(clinic.c.hsa_id)).all(), on
    )


def _with_accounts(
    connection: Connection, clinics: Sequence[Row[Any, Any]], on: date
) -> list[ClinicAccounts]:
    payee, token = tables.payee, tables.token
    rows = connection.execute(
        select(payee, token.c.name.label("by"))
        .outerjoin(token, token.c.id == payee.c.token_id)
        .where(payee.c.clinic_id.in_([one.id for one in clinics]))
        .order_by(payee.c.valid_from.desc(), payee.c.id.desc())
    ).all()
    found = []
    for one in clinics:
        given = [
            GivenAccount(
                Payee(one.hsa_id, row.name, read_account(row.account)), row.valid_from, row.by
            )
            for row in rows
            if row.clinic_id == one.id
        ]
        now = next((each for each in given if each.valid_from <= on), None)
        later = [each for each in given if each.valid_from > on]
        found.append(ClinicAccounts(one.hsa_id, given, now, later))
    return found
