"""Settlement runs as they are kept: read, listed, and what became of their payments."""

from datetime import date, datetime
from functools import cache
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import Connection, func, select

from invoices.approval import (
    Actor,
    ApprovalRules,
    approvers_needed,
    packaged_approval,
)
from invoices.payments import PaymentState, RunOutcome, outcome_of
from invoices.run import Run
from invoices.runsteps import Move, State, Step
from storage import tables
from storage.moments import utc
from storage.payees import PaidFrom, account_in_json
from terms.editions import Timeline

OPEN: frozenset[State] = frozenset({"prepared", "approved_once", "approved"})


class KeptStep(msgspec.Struct, frozen=True):
    """What was done with a run, and by whom: the person, and the account and the role they had."""

    place: int
    move: Move
    state: State
    person: str
    account: str
    role: str
    at: datetime


class KeptRun(msgspec.Struct, frozen=True):
    """A run without its shares. It is approved, discarded and exported by its `digest`. `outcome`
    is what became of an exported run's payments, `approvers` how many have to approve;
    `new_accounts` are the clinics whose money would go where no payment of theirs went last."""

    number: int
    region: str
    through_on: date
    pay_on: date
    frozen_at: datetime
    digest: str
    state: State
    outcome: RunOutcome | None
    clinics: int
    payment_ore: int
    approvers: int
    new_accounts: list[str]
    steps: list[KeptStep]


class RunPage(msgspec.Struct, frozen=True):
    """Some runs, the latest first; `next` is `before` of the next page, null after the last."""

    runs: list[KeptRun]
    next: int | None


class Held(NamedTuple):
    """A run by its key, with who pays and all that was done with it."""

    key: int
    run: Run
    digest: str
    paid_from: PaidFrom
    steps: list[Step]
    kept: list[KeptStep]

    @property
    def state(self) -> State:
        """How it stands."""
        return self.steps[-1].state


@cache
def _approval() -> dict[str, Timeline[ApprovalRules]]:
    return packaged_approval()


def rules_on(region: str, day: date) -> ApprovalRules | None:
    """Who may approve a region's runs on a day."""
    editions = _approval().get(region)
    return None if editions is None else editions.on(day)


def find_run(connection: Connection, region: str, number: int) -> Held | None:
    """A run of a region by its number."""
    run = tables.run
    row = connection.execute(
        select(run).where(run.c.region == region, run.c.number == number)
    ).one_or_none()
    if row is None:
        return None
    steps = read_steps(connection, row.id)
    return Held(
        row.id,
        msgspec.json.decode(row.content, type=Run),
        row.digest,
        msgspec.json.decode(row.payer, type=PaidFrom),
        [_step(kept, digest) for kept, digest in steps],
        [kept for kept, _ in steps],
    )


def last_number(connection: Connection, region: str) -> tuple[int, bool]:
    """The number of a region's last run, 0 where there is none, and whether it is closed."""
    run, closed = tables.run.c, tables.run_closed.c
    number = connection.scalar(select(func.max(run.number)).where(run.region == region)) or 0
    last = select(func.max(closed.number)).where(closed.region == region)
    return number, (connection.scalar(last) or 0) == number


def last_exported(connection: Connection, region: str, before: int | None = None) -> Held | None:
    """The last run that was exported, of those before a number."""
    run, step = tables.run.c, tables.run_step.c
    question = (
        select(func.max(run.number))
        .join(tables.run_step, step.run_id == run.id)
        .where(run.region == region, step.state == "exported")
    )
    if before is not None:
        question = question.where(run.number < before)
    number = connection.scalar(question)
    return None if number is None else find_run(connection, region, number)


def list_runs(connection: Connection, region: str, before: int | None, limit: int) -> RunPage:
    """At most so many runs, those before a number."""
    run = tables.run.c
    question = select(run.number).where(run.region == region)
    if before is not None:
        question = question.where(run.number < before)
    numbers = connection.scalars(question.order_by(run.number.desc()).limit(limit + 1)).all()
    found = [find_run(connection, region, number) for number in numbers[:limit]]
    shown = [shown_of(connection, one) for one in found if one is not None]
    return RunPage(shown, numbers[limit - 1] if len(numbers) > limit else None)


def read_steps(connection: Connection, key: int) -> list[tuple[KeptStep, str]]:
    """What was done with a run, each time with the digest that was seen."""
    step, token = tables.run_step, tables.token
    rows = connection.execute(
        select(step, token.c.name)
        .join(token, token.c.id == step.c.token_id)
        .where(step.c.run_id == key)
        .order_by(step.c.place)
    )
    return [
        (
            KeptStep(row.place, row.move, row.state, row.person, row.name, row.role, utc(row.at)),
            row.digest,
        )
        for row in rows
    ]


def shown_of(connection: Connection, held: Held) -> KeptRun:
    """A run as it is shown."""
    run, outcome = held.run, None
    if held.state == "exported":
        outcome = outcome_of(run, payment_states(connection, held.key))
    rules = rules_on(run.region, run.frozen_at.date())
    payment_ore = run.payment_ore
    return KeptRun(
        run.number,
        run.region,
        run.through_on,
        run.pay_on,
        run.frozen_at,
        held.digest,
        held.state,
        outcome,
        len(run.shares),
        payment_ore,
        1 if rules is None else approvers_needed(rules, payment_ore),
        _new_accounts(connection, held) if held.state in OPEN else [],
        held.kept,
    )


def _new_accounts(connection: Connection, held: Held) -> list[str]:
    """The clinics that were last paid to another account, or never."""
    payment, clinic = tables.payment, tables.clinic
    last = select(func.max(payment.c.id)).group_by(payment.c.clinic_id)
    known = dict(
        connection.execute(
            select(clinic.c.hsa_id, payment.c.account)
            .join(payment, payment.c.clinic_id == clinic.c.id)
            .where(payment.c.id.in_(last))
        ).all()
    )
    return [
        one.clinic
        for one in held.run.shares
        if one.balance.payment_ore > 0
        and known.get(one.clinic) != account_in_json(one.payee.account)
    ]


def payment_states(connection: Connection, key: int) -> dict[str, PaymentState]:
    """How the payments of a run stand of which the bank has said something, by reference."""
    payment, answer = tables.payment, tables.payment_answer
    rows = connection.execute(
        select(payment.c.reference, answer.c.state)
        .join(answer, answer.c.payment_id == payment.c.id)
        .where(payment.c.run_id == key)
        .order_by(answer.c.payment_id, answer.c.place)
    )
    return {row.reference: cast("PaymentState", row.state) for row in rows}


def _step(kept: KeptStep, digest: str) -> Step:
    return Step(kept.move, Actor(kept.person, kept.account, kept.role), digest, kept.state)
