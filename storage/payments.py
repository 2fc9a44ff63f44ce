"""Payments as they stand, in a list."""

from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

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


def list_payments(
    connection: Connection, clinic: str | None, before: int | None, limit: int
) -> PaymentPage:
    """At most so many payments, of a clinic or of all."""
    payment, answer, run, whose = (
        tables.payment, tables.payment_answer, tables.run, tables.clinic,
    )  # fmt: skip
    later = answer.alias()
    last = (
        select(func.max(later.c.place)).where(later.c.payment_id == payment.c.id).scalar_subquery()
    )
    question = (
        select(
            payment.c.id,
            run.c.number,
            whose.c.hsa_id,
            payment.c.reference,
            payment.c.amount_ore,
            run.c.pay_on,
            func.coalesce(answer.c.state, "sent"),
            func.coalesce(answer.c.reasons, "[]"),
        )
        .select_from(payment)
        .join(run, run.c.id == payment.c.run_id)
        .join(whose, whose.c.id == payment.c.clinic_id)
        .outerjoin(answer, (answer.c.payment_id == payment.c.id) & (answer.c.place == last))
        .order_by(payment.c.id.desc())
        .limit(limit + 1)
    )
    if clinic is not None:
        question = question.where(whose.c.hsa_id == clinic)
    if before is not None:
        question = question.where(payment.c.id < before)
    rows = connection.execute(question).all()
    found = [
        ListedPayment(*row[:7], msgspec.json.decode(row[7], type=list[str])) for row in rows[:limit]
    ]
    return PaymentPage(found, found[-1].id if len(rows) > limit else None)
