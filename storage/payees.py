"""Who is paid and who pays, by the day: put in, never changed."""

from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from exports.packaged import names
from exports.payer import Payer
from invoices.payees import BankAccount, Bankgiro, Payee, PayeeFault, faults_of
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from storage.keys import Keys
from storage.rows import add

_json = msgspec.json.Encoder().encode
read_account = msgspec.json.Decoder(Bankgiro | BankAccount).decode
"""An account as `account_in_json` wrote it."""


class KeptPayee(msgspec.Struct, frozen=True):
    """A clinic with the account that its money goes to, from a day on. `id` tells the order in
    which they were put in: of two from one day the later holds."""

    id: int
    valid_from: date
    payee: Payee


class PayeePage(msgspec.Struct, frozen=True):
    """Some payees in the order in which they were put in; `next` is `after` of the next page."""

    payees: list[KeptPayee]
    next: int | None


class PaidFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The region as bank and ledger know it, and the bank whose wishes its files meet (by the name
    of a file in exports/banks/)."""

    payer: Payer
    bank: str


class Owner(NamedTuple):
    """A payee by the key of the clinic."""

    clinic_id: int
    payee: Payee


def put_payee(
    connection: Connection, payee: Payee, valid_from: date, token: int | None
) -> Done[KeptPayee | list[PayeeFault]]:
    """Keep where a clinic's money goes from a day on. The same again changes nothing."""
    faults = faults_of(payee)
    if faults:
        return faults, []
    clinic = Keys().clinics(connection, [payee.clinic])[payee.clinic]
    table = tables.payee
    rows = connection.execute(
        select(table.c.id, table.c.name, table.c.account)
        .where(table.c.clinic_id == clinic, table.c.valid_from == valid_from)
        .order_by(table.c.id.desc())
    ).first()
    account = account_in_json(payee.account)
    if rows is not None and (rows.name, rows.account) == (payee.name, account):
        return KeptPayee(rows.id, valid_from, payee), []
    row = {
        "clinic_id": clinic,
        "name": payee.name,
        "account": account,
        "valid_from": valid_from,
        "token_id": token,
    }
    (key,) = add(connection, table, [row])
    return KeptPayee(key, valid_from, payee), [Entry("put_payee", token, subject=str(key))]


def list_payees(connection: Connection, clinic: str | None, after: int, limit: int) -> PayeePage:
    """At most so many payees whose key is more than `after`."""
    payee, whose = tables.payee, tables.clinic
    question = (
        select(payee, whose.c.hsa_id)
        .join(whose, whose.c.id == payee.c.clinic_id)
        .where(payee.c.id > after)
        .order_by(payee.c.id)
        .limit(limit + 1)
    )
    if clinic is not None:
        question = question.where(whose.c.hsa_id == clinic)
    rows = connection.execute(question).all()
    found = [
        KeptPayee(row.id, row.valid_from, Payee(row.hsa_id, row.name, read_account(row.account)))
        for row in rows[:limit]
    ]
    return PayeePage(found, found[-1].id if len(rows) > limit else None)


def payees_on(connection: Connection, day: date) -> list[Owner]:
    """Whom there is an account for on a day, by the key of the clinic."""
    payee, whose = tables.payee, tables.clinic
    rows = connection.execute(
        select(payee, whose.c.hsa_id)
        .join(whose, whose.c.id == payee.c.clinic_id)
        .where(payee.c.valid_from <= day)
        .order_by(payee.c.clinic_id, payee.c.valid_from, payee.c.id)
    )
    found = {row.clinic_id: Payee(row.hsa_id, row.name, read_account(row.account)) for row in rows}
    return [Owner(*one) for one in found.items()]


def has_account(connection: Connection, clinic: int, day: date) -> bool:
    """Whether there is one for a clinic, by its key."""
    payee = tables.payee.c
    question = select(payee.id).where(payee.clinic_id == clinic, payee.valid_from <= day).limit(1)
    return connection.scalar(question) is not None


def put_payer(
    connection: Connection, region: str, paid_from: PaidFrom, valid_from: date, token: int | None
) -> list[Entry]:
    """Keep who pays from a day on. Gives the audit's entries. Raises RuleFileError for a bank that
    there is no file of."""
    row = {
        "region": region,
        "valid_from": valid_from,
        "content": _json(paid_from).decode(),
        "token_id": token,
    }
    (key,) = add(connection, tables.payer, [row])
    return [Entry("put_payer", token, subject=str(key))]


def payer_on(connection: Connection, region: str, day: date) -> PaidFrom | None:
    """Who pays on a day."""
    payer = tables.payer
    content = connection.scalar(
        select(payer.c.content)
        .where(payer.c.region == region, payer.c.valid_from <= day)
        .order_by(payer.c.valid_from.desc(), payer.c.id.desc())
        .limit(1)
    )
    return None if content is None else msgspec.json.decode(content, type=PaidFrom)


def account_in_json(account: Bankgiro | BankAccount) -> str:
    """An account as it is kept."""
    return _json(account).decode()


def is_bank(name: str) -> bool:
    """Whether there is a file of a bank's wishes by this name."""
    return name in names("banks")
