"""Earlier decisions on like cases: the same action in the same region and support."""

from collections.abc import Collection
from datetime import date
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, select

from preassessments.application import decoded
from preassessments.assessment import Assessment
from storage import tables
from storage.heads import Head

LOOKED_AT: Final = 500
"""So many of the latest decisions are looked through: what they hold is no column."""

MOST_OF_A_CODE: Final = 4
_MOTIVES_LOOKED_AT: Final = 40
MOST_MOTIVES: Final = 8


class Precedent(msgspec.Struct, frozen=True):
    """What was decided of a line with an action: what was applied for, what became of it and why.
    Who the patient is, and the clinic, is not told; `preassessment` is the decision's name."""

    code: str
    preassessment: str
    decided_on: date
    applied_count: int
    price_ore: int
    outcome: Literal["approved", "refused", "noted"]
    count: int | None
    amount_ore: int | None
    motive: str | None


def precedents(
    connection: Connection, head: Head, codes: Collection[str]
) -> dict[str, list[Precedent]]:
    """The latest of each action, the newest first, of other applications."""
    application, decision = tables.application, tables.application_decision
    move, version = tables.application_move, tables.application_version
    preassessment = tables.preassessment
    rows = connection.execute(
        select(
            decision.c.content,
            version.c.content.label("written"),
            move.c.moved_on,
            preassessment.c.name,
        )
        .join(application, application.c.id == decision.c.application_id)
        .join(
            move,
            (move.c.application_id == decision.c.application_id)
            & (move.c.place == decision.c.place),
        )
        .join(
            version,
            (version.c.application_id == move.c.application_id)
            & (version.c.version == move.c.version),
        )
        .join(preassessment, preassessment.c.id == decision.c.preassessment_id)
        .where(
            application.c.region == head.region,
            application.c.support == head.support,
            application.c.id != head.id,
        )
        .order_by(decision.c.preassessment_id.desc())
        .limit(LOOKED_AT)
    )
    found: dict[str, list[Precedent]] = {code: [] for code in codes}
    for row in rows:
        planned = {line.line: line for line in decoded(row.written).lines or ()}
        for line in _assessment(row.content).lines:
            plan = planned[line.line]
            of_code = found.get(plan.code)
            if of_code is None or len(of_code) == MOST_OF_A_CODE:
                continue
            of_code.append(
                Precedent(
                    plan.code,
                    row.name,
                    row.moved_on,
                    plan.count or 1,
                    plan.price_ore,
                    line.outcome,
                    line.count,
                    line.amount_ore,
                    line.motive,
                )
            )
    return found


_assessment = msgspec.json.Decoder(Assessment).decode


def own_motives(connection: Connection, token: int) -> list[str]:
    """What the assessor of a token said of whole decisions lately, the newest first, each once."""
    decision, move = tables.application_decision, tables.application_move
    rows = connection.scalars(
        select(decision.c.content)
        .join(
            move,
            (move.c.application_id == decision.c.application_id)
            & (move.c.place == decision.c.place),
        )
        .where(move.c.token_id == token)
        .order_by(decision.c.preassessment_id.desc())
        .limit(_MOTIVES_LOOKED_AT)
    )
    return list(dict.fromkeys(_assessment(one).motive for one in rows))[:MOST_MOTIVES]
