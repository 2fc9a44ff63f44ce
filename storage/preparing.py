"""A run is prepared: what is to be paid is looked up clinic by clinic, and frozen under the next
number. The preview is the first half of it."""

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from exports.packaged import names
from invoices.run import Run, Share
from invoices.runsteps import prepare as first_step
from storage import tables
from storage.acts import Acts, Done
from storage.audit import Entry, now
from storage.database import Database
from storage.moments import utc
from storage.persons import actor_of
from storage.rows import add, put
from storage.runs import Held, find_run, last_number, rules_on
from storage.runsteps import add_step
from storage.selecting import Reached, RunAsked, Selection, Tell, select_all

_json = msgspec.json.Encoder().encode


class RunFault(msgspec.Struct, frozen=True, gc=False):
    """Why there can be no run: the days are wrong; the region has no order of approval, no chart of
    accounts, or nobody who pays; nothing is to be settled; another run is open, which is named; or
    what is kept here is another region's to pay."""

    code: Literal[
        "through_on_ahead",
        "pay_on_passed",
        "rules_missing",
        "chart_missing",
        "payer_missing",
        "person_missing",
        "nothing_to_settle",
        "run_open",
        "other_region",
    ]
    number: int | None = None


class Preview(msgspec.Struct, frozen=True):
    """What a run would hold now; `without_payee` are clinics that wait for an account of theirs."""

    through_on: date
    pay_on: date
    payment_ore: int
    shares: tuple[Share, ...]
    without_payee: list[str]


class Prepared(NamedTuple):
    """A run, and whether it was frozen just now."""

    held: Held
    is_new: bool


class _OutdatedError(Exception):
    """Undoes the transaction: another run was made since."""


def _quietly(_what: Reached, _done: int, _of_all: int) -> None:
    """Nobody watches."""


def preview(
    database: Database, region: str, asked: RunAsked, today: date, tell: Tell = _quietly
) -> Preview | list[RunFault]:
    """What would be paid. Nothing is kept, and nothing locked."""
    faults = _faults_of(region, asked, today)
    selection = None if faults else select_all(database, region, asked, tell)
    if selection is None:
        return faults or [RunFault("payer_missing")]
    payment_ore = sum(one.balance.payment_ore for one in selection.shares)
    return Preview(
        asked.through_on, asked.pay_on, payment_ore, selection.shares, selection.without_payee
    )


def prepare(  # noqa: PLR0913 – each is told by whoever asks
    database: Database,
    acts: Acts,
    region: str,
    asked: RunAsked,
    today: date,
    token: int,
    tell: Tell = _quietly,
) -> Prepared | list[RunFault]:
    """Freeze a run under the next number, all of it in one transaction. What it holds is read
    before that, so that nobody waits: nothing that is decided ever changes. Asked again by the same
    person for the same days, as after a crash, it gives the run that is open.
    """
    faults = _faults_of(region, asked, today)
    if faults:
        return faults
    while True:
        selection = select_all(database, region, asked, tell)
        if selection is None:
            return [RunFault("payer_missing")]
        try:
            return acts.do(_freezing(region, asked, token, selection, tell))
        except _OutdatedError:
            continue


def _freezing(
    region: str, asked: RunAsked, token: int, selection: Selection, tell: Tell
) -> Callable[[Connection], Done[Prepared | list[RunFault]]]:
    def work(connection: Connection) -> Done[Prepared | list[RunFault]]:
        tell("lock", 0, 1)
        actor = actor_of(connection, token)
        if actor is None:
            return [RunFault("person_missing")], []
        if _is_other_region_s(connection, region):
            return [RunFault("other_region")], []
        last, is_closed = last_number(connection, region)
        if not is_closed:
            held = find_run(connection, region, last)
            assert held is not None
            same = (held.run.through_on, held.run.pay_on) == (asked.through_on, asked.pay_on)
            if same and held.state == "prepared" and held.kept[0].person == actor.person:
                return Prepared(held, is_new=False), []
            return [RunFault("run_open", last)], []
        if last != selection.last:
            raise _OutdatedError
        if not selection.shares:
            return [RunFault("nothing_to_settle")], []
        tell("freeze", 0, 1)
        at = now()
        frozen_at = utc(at)
        run = Run(last + 1, region, asked.through_on, asked.pay_on, frozen_at, selection.shares)
        key = _freeze(connection, run, selection, at)
        tell("number", 0, 1)
        add_step(connection, key, 1, first_step(run, actor), token, at)
        held = find_run(connection, region, run.number)
        assert held is not None
        content = bytes.fromhex(run.digest)
        entry = Entry("prepare_run", token, subject=str(run.number), content=content)
        return Prepared(held, is_new=True), [entry]

    return work


def _freeze(connection: Connection, run: Run, selection: Selection, at: int) -> int:
    row = {
        "region": run.region,
        "number": run.number,
        "before": selection.last or None,
        "through_on": run.through_on,
        "pay_on": run.pay_on,
        "frozen_at": at,
        "payment_ore": run.payment_ore,
        "payer": _json(selection.paid_from).decode(),
        "content": _json(run),
        "digest": run.digest,
    }
    (key,) = add(connection, tables.run, [row])
    for clinic, chosen in selection.chosen.items():
        rows = [(key, clinic, one) for one in chosen.invoices]
        put(connection, tables.run_invoice, ("run_id", "clinic_id", "invoice_id"), rows)
        rows = [(key, clinic, one) for one in chosen.credits]
        put(connection, tables.run_credit, ("run_id", "clinic_id", "credit_id"), rows)
    return key


def _is_other_region_s(connection: Connection, region: str) -> bool:
    """Whether another region has paid before: all that is kept in a database is one region's."""
    run = tables.run.c
    return connection.scalar(select(run.id).where(run.region != region).limit(1)) is not None


def _faults_of(region: str, asked: RunAsked, today: date) -> list[RunFault]:
    faults = []
    if asked.through_on > today:
        faults.append(RunFault("through_on_ahead"))
    if asked.pay_on < today:
        faults.append(RunFault("pay_on_passed"))
    if rules_on(region, today) is None:
        faults.append(RunFault("rules_missing"))
    if region not in names("charts"):
        faults.append(RunFault("chart_missing"))
    return faults
