"""Applications in a list: what waits, for whom and since when."""

from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from preassessments.lifecycle import WAITING_FOR, State, WaitsFor
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.audit import Entry
from terms.vocabulary import Support

_OPENING = ("submit", "appeal", "change")


class ListedApplication(msgspec.Struct, frozen=True):
    """An application in a list, without anything that tells who the patient is. `submitted_on` is
    when the region got it, or got it back by an appeal or a change; `moved_on` when it was last
    moved."""

    id: int
    clinic: str
    number: str
    region: str
    support: Support
    state: State
    place: int
    version: int
    submitted_on: date | None
    moved_on: date
    holder: str | None
    consultant: str | None


class Queue(msgspec.Struct, frozen=True):
    """Some of a list, the oldest first; `next` is `after` of the next page, null after the last."""

    applications: list[ListedApplication]
    next: int | None


class QueueFilters(NamedTuple):
    """Which applications; None asks nothing. `waits_for` is who has to do something, `holder` the
    name of the assessor who has it, `submitted_to` the last day on which it was submitted."""

    clinic: str | None = None
    number: str | None = None
    region: str | None = None
    support: Support | None = None
    state: State | None = None
    waits_for: WaitsFor | None = None
    holder: str | None = None
    submitted_to: date | None = None


def list_applications(
    connection: Connection, filters: QueueFilters, after: int, limit: int, token: Token | None
) -> Done[Queue]:
    """A page of at most so many applications whose key is more than `after`, of those that the
    token may see; without one it is a command on the server, which sees all that were submitted."""
    application, move = tables.application, tables.application_move
    holder, consultant = tables.token.alias(), tables.token.alias()
    opening = tables.application_move.alias()
    submitted_on = (
        select(func.max(opening.c.moved_on))
        .where(opening.c.application_id == application.c.id, opening.c.move.in_(_OPENING))
        .scalar_subquery()
    )
    asked: list[tuple[ColumnElement[str], str | None]] = [
        (tables.clinic.c.hsa_id, filters.clinic),
        (application.c.number, filters.number),
        (application.c.region, filters.region),
        (application.c.support, filters.support),
        (move.c.state, filters.state),
        (holder.c.name, filters.holder),
    ]
    where = [column == value for column, value in asked if value is not None]
    where += [application.c.id > after, _is_last(), _is_seen_by(token, submitted_on)]
    if filters.waits_for is not None:
        where.append(move.c.state.in_(WAITING_FOR[filters.waits_for]))
    if filters.submitted_to is not None:
        where.append(submitted_on <= filters.submitted_to)
    rows = connection.execute(
        select(
            application.c.id,
            tables.clinic.c.hsa_id,
            application.c.number,
            application.c.region,
            application.c.support,
            move.c.state,
            move.c.place,
            move.c.version,
            submitted_on,
            move.c.moved_on,
            holder.c.name,
            consultant.c.name,
        )
        .select_from(application)
        .join(tables.clinic, tables.clinic.c.id == application.c.clinic_id)
        .join(move, move.c.application_id == application.c.id)
        .outerjoin(holder, holder.c.id == move.c.holder_id)
        .outerjoin(consultant, consultant.c.id == move.c.consultant_id)
        .where(*where)
        .order_by(application.c.id)
        .limit(limit + 1)
    ).all()
    found = [ListedApplication(*tuple(row)) for row in rows[:limit]]
    page = Queue(found, found[-1].id if len(rows) > limit else None)
    who = None if token is None else token.id
    return page, [Entry("list_applications", who, subject=filters.clinic)]


def _is_last() -> ColumnElement[bool]:
    """Whether no move follows."""
    move, later = tables.application_move, tables.application_move.alias()
    follows = select(later.c.place).where(
        later.c.application_id == move.c.application_id, later.c.place == move.c.place + 1
    )
    return ~follows.exists()


def _is_seen_by(
    token: Token | None, submitted_on: ColumnElement[date | None]
) -> ColumnElement[bool]:
    """The same as storage/heads.py says of one."""
    move = tables.application_move
    if token is not None and token.role == "clinic":
        return tables.clinic.c.hsa_id == token.clinic
    if token is not None and token.role == "consultant":
        return (move.c.state == "waiting_for_consultant") & (move.c.consultant_id == token.id)
    return submitted_on.is_not(None)
