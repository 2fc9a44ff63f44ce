"""Did every application take only moves that are possible, and as they were noted?"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, cast, select

from preassessments.lifecycle import DECIDED, Decided, State, leads_to
from storage.moves import digest_of_move
from storage.tables import (
    application,
    application_decision,
    application_move,
    application_version,
    audit,
    clinic,
    token,
)


class Misstep(NamedTuple):
    """The first move of an application that is not as it should be."""

    where: str
    what: str


def missteps(connection: Connection) -> Iterator[Misstep]:
    """Of every application that has one."""
    rows = connection.execution_options(yield_per=10_000).execute(_MOVES)
    for _, moves in groupby(rows, key=lambda row: row.id):
        found = _first(moves)
        if found is not None:
            yield found


def _first(moves: Iterable[Any]) -> Misstep | None:
    state: State | None = None
    decided: Decided | None = None
    version = 0
    for place, row in enumerate(moves, 1):
        where = f"ansökan {row.hsa_id} {row.number}, steg {place}"
        leads = leads_to(state, row.move, row.role, decided)
        is_decision = row.move == "decide"
        if row.place != place or row.state not in leads or is_decision != (row.decided is not None):
            return Misstep(where, "steget går inte att ta")
        if row.version not in (version, version + 1) or row.content is None:
            return Misstep(where, "versionen stämmer inte")
        content = row.content if row.version > version else None
        told = (row.move, row.state, row.said, row.answer_by)
        digest = digest_of_move(told, content, row.decided)
        if row.noted != digest:
            return Misstep(where, "steget är inte det som noterades i loggen")
        state, version = row.state, row.version
        if is_decision:
            assert state in DECIDED
            decided = state
    return None


_noted_of = (audit.c.act == "move_application") & (
    audit.c.subject
    == cast(application_move.c.application_id, Text) + "/" + cast(application_move.c.place, Text)
)
_MOVES = (
    select(
        application.c.id,
        clinic.c.hsa_id,
        application.c.number,
        application_move.c.place,
        application_move.c.move,
        application_move.c.state,
        application_move.c.version,
        application_move.c.said,
        application_move.c.answer_by,
        token.c.role,
        application_version.c.content,
        application_decision.c.content.label("decided"),
        audit.c.content.label("noted"),
    )
    .select_from(application)
    .join(clinic, clinic.c.id == application.c.clinic_id)
    .join(application_move, application_move.c.application_id == application.c.id)
    .join(token, token.c.id == application_move.c.token_id)
    .outerjoin(
        application_version,
        (application_version.c.application_id == application_move.c.application_id)
        & (application_version.c.version == application_move.c.version),
    )
    .outerjoin(
        application_decision,
        (application_decision.c.application_id == application_move.c.application_id)
        & (application_decision.c.place == application_move.c.place),
    )
    .outerjoin(audit, _noted_of)
    .order_by(application.c.id, application_move.c.place)
)
