"""What the bank says of a run's payments: kept, and booked where money came back."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, func, insert, select

from exports.pain002 import answers_to, read_answer
from invoices.ledger import Transaction, book_return
from invoices.payments import AnswerFault, PaymentAnswer, PaymentState, answered
from invoices.run import payments_of
from invoices.runsteps import StepFault
from storage import tables
from storage.acts import Done
from storage.audit import Entry, now
from storage.booking import book
from storage.exporting import add_file, clinic_keys, vouchers_of
from storage.persons import actor_of
from storage.runs import Held, find_run, payment_states
from storage.runsteps import MoveAsked, PersonFault

_json = msgspec.json.Encoder().encode


class Answered(msgspec.Struct, frozen=True):
    """The payments of a run whose state an answer changed, by reference; and the file of vouchers
    that it made, where money came back."""

    changed: dict[str, PaymentState]
    vouchers: str | None


def take_answer(
    connection: Connection, asked: MoveAsked, content: bytes
) -> Done[Answered | Sequence[AnswerFault | StepFault | PersonFault] | None]:
    """Take the bank's answer (pain.002) to the file of an exported run: all of it, or nothing. None
    where there is no run of this number. The same answer again changes nothing. What came back is
    owed again, and the next run pays it.

    Raises BankAnswerError for a file that is no answer, or one to another run's file.
    """
    held = find_run(connection, asked.region, asked.number)
    if held is None:
        return None, []
    if held.state != "exported":
        return [StepFault("not_in_this_state", held.state)], []
    if actor_of(connection, asked.token) is None:
        return [PersonFault()], []
    answers = answers_to(held.run, read_answer(content))
    changes = answered(held.run, payment_states(connection, held.key), answers)
    if isinstance(changes, list):
        return changes, []
    if not changes:
        return Answered({}, None), []
    _add_answers(connection, held, changes, answers, asked.token)
    name = _book_returns(connection, held, changes, asked.today)
    digest = sha256(content).digest()
    entry = Entry("answer_run", asked.token, subject=str(asked.number), content=digest)
    return Answered(changes, name), [entry]


def _add_answers(
    connection: Connection,
    held: Held,
    changes: dict[str, PaymentState],
    answers: Sequence[PaymentAnswer],
    token: int,
) -> None:
    payment, table = tables.payment.c, tables.payment_answer
    places = (
        select(payment.reference, payment.id, func.count(table.c.place))
        .outerjoin(table, table.c.payment_id == payment.id)
        .where(payment.run_id == held.key)
        .group_by(payment.reference, payment.id)
    )
    found = {row[0]: (row[1], row[2]) for row in connection.execute(places)}
    reasons = {one.reference: one.reasons for one in answers}
    at = now()
    connection.execute(
        insert(table),
        [
            {
                "payment_id": found[reference][0],
                "place": found[reference][1] + 1,
                "state": state,
                "reasons": _json(reasons[reference]).decode(),
                "at": at,
                "token_id": token,
            }
            for reference, state in changes.items()
        ],
    )


def _book_returns(
    connection: Connection, held: Held, changes: dict[str, PaymentState], today: date
) -> str | None:
    """Book what came back, and write the vouchers. Gives the name of their file."""
    run, payment = held.run, tables.payment.c
    returned = [one for one in payments_of(run) if changes.get(one.reference) == "returned"]
    if not returned:
        return None
    keys = dict(
        connection.execute(
            select(payment.reference, payment.id).where(payment.run_id == held.key)
        ).all()
    )
    bookings = [
        (partial(book_return, run=run.number, booked_on=today, payment=one), keys[one.reference])
        for one in returned
    ]
    booked: list[Transaction] = book(connection, held.key, bookings, clinic_keys(connection, held))
    name = f"{run.number:06d}-returns-{booked[0].number}.si"
    add_file(connection, held.key, name, "vouchers", vouchers_of(held, booked))
    return name
