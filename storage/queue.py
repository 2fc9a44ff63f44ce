"""Applications in a list: what waits, for whom and since when."""

from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from preassessments.lifecycle import WAITING_FOR, State, WaitsFor
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.audit import Entry
from terms.vocabulary import Support

OPENING = ("submit", "appeal", "change")
"""Moves by which the region gets an application, or gets it back."""


class ListedApplication(msgspec.Struct, frozen=True):
    """An application in a list, without anything that tells who the patient is. `submitted_on` is
    when the region got it, or got it back by an appeal or a change; `moved_on` when it was last
    moved; `covers_to` the last day of what was decided last; `answer_by` the day by which the
    clinic is asked to answer, while it is."""

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
    covers_to: date | None
    holder: str | None
    consultant: str | None
    answer_by: date | None


class Queue(msgspec.Struct, frozen=True):
    """Some of a list; `next` is `after` of the next page (`before`, where the newest come first),
    null after the last."""

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
    """A page of at most so many applications whose key is more than `after`, the oldest first, of
    those that the token may see; without one it is a command on the server, which sees all that
    were submitted."""
    key = tables.application.c.id
    return _listed(connection, filters, key > after, key.asc(), limit, token)


def newest_applications(
    connection: Connection,
    filters: QueueFilters,
    before: int | None,
    limit: int,
    token: Token | None,
) -> Done[Queue]:
    """The same, the newest first, of those whose key is less than `before` where that is given."""
    key = tables.application.c.id
    is_there = true() if before is None else key < before
    return _listed(connection, filters, is_there, key.desc(), limit, token)


def _listed(
    connection: Connection,
    filters: QueueFilters,
    is_there: ColumnElement[bool],
    order: ColumnElement[int],
    limit: int,
    token: Token | None,
) -> Done[Queue]:
    listed = listed_for(token)
    application, move = tables.application, tables.application_move
    asked: list[tuple[ColumnElement[str], str | None]] = [
        (tables.clinic.c.hsa_id, filters.clinic),
        (application.c.number, filters.number),
        (application.c.region, filters.region),
        (application.c.support, filters.support),
        (move.c.state, filters.state),
        (listed.holder, filters.holder),
    ]
    where = [column == value for column, value in asked if value is not None]
    where.append(is_there)
    if filters.waits_for is not None:
        where.append(move.c.state.in_(WAITING_FOR[filters.waits_for]))
    if filters.submitted_to is not None:
        where.append(listed.submitted_on <= filters.submitted_to)
    rows = connection.execute(listed.question.where(*where).order_by(order).limit(limit + 1)).all()
    found = [ListedApplication(*tuple(row)) for row in rows[:limit]]
    page = Queue(found, found[-1].id if len(rows) > limit else None)
    who = None if token is None else token.id
    return page, [Entry("list_applications", who, subject=filters.clinic)]


class Listed(NamedTuple):
    """A question for applications as they stand, whose columns are the fields of a
    `ListedApplication`; and two that are not the tables' own."""

    question: Select[Any]
    submitted_on: ColumnElement[date | None]
    holder: ColumnElement[str]


def listed_for(token: Token | None) -> Listed:
    """Those that a token may see."""
    application, move = tables.application, tables.application_move
    holder, consultant = tables.token.alias(), tables.token.alias()
    opening = tables.application_move.alias()
    submitted_on = (
        select(func.max(opening.c.moved_on))
        .where(opening.c.application_id == application.c.id, opening.c.move.in_(OPENING))
        .scalar_subquery()
    )
    question = (
        select(
            application.c.id,
            tables.clinic.c.hsa_id,
            application.c.number,
            application.c.region,
            application.c.support,
            move.c.state,
            move.c.place,
            move.c.version,
            submitted_on.label("submitted_on"),
            move.c.moved_on,
            _covers_to().label("covers_to"),
            holder.c.name.label("holder"),
            consultant.c.name.label("consultant"),
            move.c.answer_by,
        )
        .select_from(application)
        .join(tables.clinic, tables.clinic.c.id == application.c.clinic_id)
        .join(move, move.c.application_id == application.c.id)
        .outerjoin(holder, holder.c.id == move.c.holder_id)
        .outerjoin(consultant, consultant.c.id == move.c.consultant_id)
        .where(_is_last(), _is_seen_by(token, submitted_on))
    )
    return Listed(question, submitted_on, holder.c.name)


def _covers_to() -> ColumnElement[date | None]:
    """The last day of what was decided last on an application."""
    decision, preassessment = tables.application_decision, tables.preassessment
    return (
        select(preassessment.c.covers_to)
        .join(decision, decision.c.preassessment_id == preassessment.c.id)
        .where(decision.c.application_id == tables.application.c.id)
        .order_by(decision.c.place.desc())
        .limit(1)
        .scalar_subquery()
    )


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
