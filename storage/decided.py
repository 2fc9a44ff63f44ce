"""What was decided on an application, and what invoices have drawn of it."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from preassessments.assessment import Assessment
from preassessments.decision import Preassessment
from preassessments.lifecycle import Decided
from storage import tables
from storage.balances import read_balances
from storage.heads import Head
from storage.reference import read_preassessments


class DecidedLine(msgspec.Struct, frozen=True):
    """An approved line: so many times, at most so much each, so many drawn by invoices and so many
    left; nothing is left of a decision that another replaces."""

    line: int
    code: str
    tooth: str | None
    count: int
    amount_ore: int | None
    drawn: int
    left: int


class MadeDecision(msgspec.Struct, frozen=True):
    """A decision: the move that made it, what it is called on invoices, the one it replaces, and
    what was decided."""

    place: int
    preassessment: str
    replaces: str | None
    status: Decided
    decided_on: date
    covers_from: date
    covers_to: date
    assessment: Assessment
    lines: list[DecidedLine]


def last_decided(connection: Connection, key: int) -> tuple[Decided, str] | None:
    """What was decided last, and what that is called."""
    row = connection.execute(_decided().where(_decision.c.application_id == key)).first()
    return None if row is None else (row.state, row.name)


_decision = tables.application_decision


def _decided() -> Select[Any]:
    """Decisions with the states they led to, the last first."""
    move, preassessment = tables.application_move, tables.preassessment
    return (
        select(_decision, move.c.state, preassessment.c.name)
        .join(
            move,
            (move.c.application_id == _decision.c.application_id)
            & (move.c.place == _decision.c.place),
        )
        .join(preassessment, preassessment.c.id == _decision.c.preassessment_id)
        .order_by(_decision.c.place.desc())
    )


def decisions_of(connection: Connection, head: Head) -> list[MadeDecision]:
    """Every decision on an application, the first first."""
    rows = connection.execute(_decided().where(_decision.c.application_id == head.id)).all()
    if not rows:
        return []
    table = tables.preassessment
    made = dict(read_preassessments(connection, table.c.id, [row.preassessment_id for row in rows]))
    balance = read_balances(connection, [head.patient_id])[head.patient]
    left = {
        (approved.preassessment.id, approved.line.line): many
        for approved, many in balance.left(head.support)
    }
    return [_made(row, made[row.preassessment_id], balance.drawn, left) for row in reversed(rows)]


def _made(
    row: Any,
    preassessment: Preassessment,
    drawn: dict[tuple[str, int], int],
    left: dict[tuple[str, int], int],
) -> MadeDecision:
    name = preassessment.id
    return MadeDecision(
        place=row.place,
        preassessment=name,
        replaces=preassessment.replaces,
        status=row.state,
        decided_on=preassessment.decided_on,
        covers_from=preassessment.covers_from,
        covers_to=preassessment.covers_to,
        assessment=_assessment(row.content),
        lines=[
            DecidedLine(
                line.line,
                line.code,
                line.tooth,
                line.count or 1,
                line.amount_ore,
                drawn.get((name, line.line), 0),
                left.get((name, line.line), 0),
            )
            for line in preassessment.lines
        ],
    )


_assessment = msgspec.json.Decoder(Assessment).decode
