"""What waits for those who have no desk of their own, and since when: numbers, nobody's case."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection, Select, exists, func, select

from preassessments.lifecycle import WAITING_FOR
from registry.roles import Task, may
from storage import tables
from storage.access import Token
from storage.moments import beginning_of, in_sweden

What = Literal["questions", "ending", "review"]
_ENDS_WITHIN: Final = timedelta(days=31)
_REVIEWED_WITHIN: Final = timedelta(days=92)


class Duty(NamedTuple):
    """What waits, whose task it is, how many there are, and a day: since when the first waits, or
    when the first assignment ends. Of the log it is when it was last reviewed, None where that is
    three months ago or more, and the days since."""

    what: What
    task: Task
    many: int
    on: date | None


def duties_of(connection: Connection, token: Token, today: date) -> list[Duty]:
    """What waits for whoever shows a token, by each of their tasks; also where it is nothing."""
    return [
        Duty(what, task, *count(connection, token, today))
        for what, task, count in _COUNTS
        if may(token.role, task)
    ]


_Count = tuple[int, date | None]


def _questions(connection: Connection, token: Token, _today: date) -> _Count:
    """Applications of which being asked is the last move."""
    move, later = tables.application_move, tables.application_move.alias()
    is_followed = exists().where(
        later.c.application_id == move.c.application_id, later.c.place == move.c.place + 1
    )
    return _one(
        connection,
        select(func.count(), func.min(move.c.moved_on)).where(
            move.c.state.in_(WAITING_FOR["consultant"]),
            move.c.consultant_id == token.id,
            ~is_followed,
        ),
    )


def _ending(connection: Connection, _token: Token, today: date) -> _Count:
    assignment, revoked = tables.assignment, tables.token_revoked
    return _one(
        connection,
        select(func.count(), func.min(assignment.c.valid_to))
        .outerjoin(revoked, revoked.c.token_id == assignment.c.token_id)
        .where(
            revoked.c.token_id.is_(None),
            assignment.c.valid_to >= today,
            assignment.c.valid_to <= today + _ENDS_WITHIN,
        ),
    )


def _review(connection: Connection, _token: Token, today: date) -> _Count:
    audit, since = tables.audit.c, today - _REVIEWED_WITHIN
    last = connection.scalar(
        select(audit.at)
        .where(tables.is_review, audit.at >= beginning_of(since))
        .order_by(audit.at.desc())
        .limit(1)
    )
    on = None if last is None else in_sweden(last).date()
    return (today - (on or since)).days, on


def _one(connection: Connection, question: Select[int, Any]) -> _Count:
    many, on = connection.execute(question).one()
    return many, on


_COUNTS: Final[tuple[tuple[What, Task, Callable[[Connection, Token, date], _Count]], ...]] = (
    ("questions", "consult", _questions),
    ("ending", "read_users", _ending),
    ("review", "review_log", _review),
)
