"""Payments as they stand, in a list."""

from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, func, select

from invoices.payments import PaymentState
from storage import tables


class ListedPayment(msgspec.Struct, frozen=True):
    """A payment of a run, and what the bank last said of it, with its reasons."""

    id: int
    run: int
    clinic: str
    reference: str
    amount_ore: int
    pay_on: date
    state: PaymentState
    reasons: list[str]


class PaymentPage(msgspec.Struct, frozen=True):
    """Some payments, the latest first; `next` is `before` of the next page, null after the last."""

    payments: list[ListedPayment]
    next: int | None


class Answered(NamedTuple):
    """Who took the bank's last answer about a run, and when (microseconds since 1970)."""

    by: str
    at: int


def list_payments(
    connection: Connection, clinic: str | None, before: int | None, limit: int
) -> PaymentPage:
    """At most so many payments, of a clinic or of all."""
    question = _listed().order_by(tables.payment.c.id.desc()).limit(limit + 1)
    if clinic is not None:
        question = question.where(tables.clinic.c.hsa_id == clinic)
    if before is not None:
        question = question.where(tables.payment.c.id < before)
    rows = connection.execute(question).all()
    found = [_read(row) for row in rows[:limit]]
    return PaymentPage(found, found[-1].id if len(rows) > limit else None)


def payments_in(
    connection: Connection, run: int, clinic: str | None = None
) -> dict[str, ListedPayment]:
    """The payments of a run, by its key, as they stand: by the clinic that is paid, or one's."""
    question = _listed().where(tables.payment.c.run_id == run)
    if clinic is not None:
        question = question.where(tables.clinic.c.hsa_id == clinic)
    return {one.clinic: one for one in map(_read, connection.execute(question))}


def last_answer(connection: Connection, run: int) -> Answered | None:
    """Of the answers to a run, by its key, that changed anything."""
    payment, answer, token = tables.payment, tables.payment_answer, tables.token
    row = connection.execute(
        select(token.c.name, answer.c.at)
        .join(payment, payment.c.id == answer.c.payment_id)
        .join(token, token.c.id == answer.c.token_id)
        .where(payment.c.run_id == run)
        .order_by(answer.c.at.desc(), answer.c.payment_id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Answered(*row)


def _listed() -> Select[Any]:
    """Payments, each with what was said of it last."""
    payment, answer, run, whose = (
        tables.payment, tables.payment_answer, tables.run, tables.clinic,
    )  # fmt: skip
    later = answer.alias()
    last = (
        select(func.max(later.c.place)).where(later.c.payment_id == payment.c.id).scalar_subquery()
    )
    return (
        select(
            payment.c.id,
            run.c.number,
            whose.c.hsa_id,
            payment.c.reference,
            payment.c.amount_ore,
            run.c.pay_on,
            func.coalesce(answer.c.state, "sent").label("state"),
            func.coalesce(answer.c.reasons, "[]").label("reasons"),
        )
        .select_from(payment)
        .join(run, run.c.id == payment.c.run_id)
        .join(whose, whose.c.id == payment.c.clinic_id)
        .outerjoin(answer, (answer.c.payment_id == payment.c.id) & (answer.c.place == last))
    )


def _read(row: Any) -> ListedPayment:
    return ListedPayment(
        row.id,
        row.number,
        row.hsa_id,
        row.reference,
        row.amount_ore,
        row.pay_on,
        row.state,
        msgspec.json.decode(row.reasons, type=list[str]),
    )
