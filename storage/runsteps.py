"""What is done with a run: approved, by persons, or discarded."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, insert

from invoices.approval import ApprovalFault
from invoices.runsteps import Move, Step, StepFault, step
from storage import tables
from storage.acts import Done
from storage.audit import Act, Entry, now
from storage.persons import actor_of
from storage.runs import Held, find_run, rules_on

_ACTS: dict[Move, Act] = {
    "approve": "approve_run",
    "discard": "discard_run",
    "export": "export_run",
}


class PersonFault(msgspec.Struct, frozen=True, gc=False):
    """Nothing is done by a token that does not say whose it is, or is revoked."""

    code: Literal["person_missing"] = "person_missing"


MoveFault = StepFault | ApprovalFault | PersonFault


class Moved(NamedTuple):
    """A run as it then stands, and what was done with it."""

    held: Held
    step: Step


class MoveAsked(NamedTuple):
    """Who moves a run by its number, having seen this digest of it, on which day."""

    region: str
    number: int
    digest: str
    token: int
    today: date


def move_run(
    connection: Connection, asked: MoveAsked, move: Literal["approve", "discard"]
) -> Done[Held | Sequence[MoveFault] | None]:
    """Approve or discard a run; None where there is none of this number."""
    found = try_move(connection, asked, move)
    if not isinstance(found, Moved):
        return found, []
    held, taken = found
    add_step(connection, held.key, len(held.steps) + 1, taken, asked.token, now())
    if taken.state == "discarded":
        close(connection, held)
    return find_run(connection, asked.region, asked.number), [noted(asked, move, held)]


def try_move(
    connection: Connection, asked: MoveAsked, move: Move
) -> Moved | Sequence[MoveFault] | None:
    """What a move would come to, or everything that stands in its way."""
    held = find_run(connection, asked.region, asked.number)
    if held is None:
        return None
    actor = actor_of(connection, asked.token)
    if actor is None:
        return [PersonFault()]
    rules = rules_on(asked.region, asked.today)
    taken = step(held.run, held.steps, move, actor, asked.digest, rules)
    return Moved(held, taken) if isinstance(taken, Step) else taken


def noted(asked: MoveAsked, move: Move, held: Held) -> Entry:
    """What the audit log says of a move."""
    content = bytes.fromhex(held.run.digest)
    return Entry(_ACTS[move], asked.token, subject=str(asked.number), content=content)


def add_step(
    connection: Connection, key: int, place: int, taken: Step, token: int, at: int
) -> None:
    """Keep a step at its place: of two who move a run from one place the database lets one."""
    connection.execute(
        insert(tables.run_step),
        {
            "run_id": key,
            "place": place,
            "move": taken.move,
            "state": taken.state,
            "token_id": token,
            "person": taken.actor.person,
            "role": taken.actor.role,
            "digest": taken.digest,
            "at": at,
        },
    )


def close(connection: Connection, held: Held) -> None:
    """After this run there may be another one."""
    row = {"region": held.run.region, "number": held.run.number}
    connection.execute(insert(tables.run_closed), row)
