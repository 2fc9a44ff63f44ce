"""What a clinic got in each run: the part it had, and what the bank said of its payment."""

from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, exists, or_, select

from invoices.payments import PaymentState
from invoices.run import Run
from invoices.settlement import Balance
from storage import tables
from storage.clinicids import clinic_key
from storage.payments import payments_in


class Payout(NamedTuple):
    """A clinic's part of an exported run; `state` is of its payment, None where nothing was paid,
    and `reasons` are the bank's for it."""

    run: int
    through_on: date
    pay_on: date
    balance: Balance
    state: PaymentState | None
    reasons: list[str]


class PayoutPage(NamedTuple):
    """Some payouts, the latest first; `next` is `before` of the next page, None after the last."""

    payouts: list[Payout]
    next: int | None


def list_payouts(
    connection: Connection, region: str, clinic: str, before: int | None, limit: int
) -> PayoutPage:
    """At most so many, of runs before a number."""
    run, step = tables.run, tables.run_step
    key = clinic_key(connection, clinic)
    is_part = or_(
        *(
            exists().where(one.c.run_id == run.c.id, one.c.clinic_id == key)
            for one in (tables.run_invoice, tables.run_credit, tables.payment)
        )
    )
    question = (
        select(run.c.id, run.c.number, run.c.content)
        .where(
            run.c.region == region,
            exists().where(step.c.run_id == run.c.id, step.c.state == "exported"),
            is_part,
        )
        .order_by(run.c.number.desc())
        .limit(limit + 1)
    )
    if before is not None:
        question = question.where(run.c.number < before)
    rows = connection.execute(question).all()
    found = [
        _payout(connection, row.id, msgspec.json.decode(row.content, type=Run), clinic)
        for row in rows[:limit]
    ]
    return PayoutPage(found, rows[limit - 1].number if len(rows) > limit else None)


def _payout(connection: Connection, key: int, run: Run, clinic: str) -> Payout:
    share = next(one for one in run.shares if one.clinic == clinic)
    answer = payments_in(connection, key, clinic).get(clinic)
    state, reasons = (None, []) if answer is None else (answer.state, answer.reasons)
    return Payout(run.number, run.through_on, run.pay_on, share.balance, state, reasons)
