"""An assessor's desk: the applications that wait, the most urgent first, and how many there are."""

from datetime import date
from typing import Any, Final, Literal, NamedTuple, get_args

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, or_

from adjudication.library import Library
from preassessments.application import Content, Kind, decoded
from preassessments.lifecycle import DECIDED, Move
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.applications import KeptApplication
from storage.applying import move_application
from storage.audit import Entry
from storage.moves import Asked
from storage.queue import Listed, ListedApplication, listed_for
from terms.vocabulary import Support

View = Literal["new", "mine", "others", "away", "decided"]
"""Waiting to be taken; taken by whoever asks, or by somebody else; waiting for a clinic or a
consultant; decided."""

VIEWS: Final[tuple[View, ...]] = get_args(View)
_KEYS = 1 << 33
"""A place in the list is one number: the day, then the application's key, which is less."""

_MOST_TRIED = 50


class Waiting(msgspec.Struct, frozen=True):
    """An application on the desk: what it applies for, what happened to it last, and the last day
    on which a decision is in time, where the region has such a day. `applied_ore` is what the
    lines of the plan ask for together."""

    listed: ListedApplication
    kind: Kind
    last: Move
    codes: list[str]
    applied_ore: int
    decide_by: date | None


class Desk(msgspec.Struct, frozen=True):
    """Some of a view; `next` is `after` of the next page, null after the last. `many` are in each
    view that waits, whatever else is asked."""

    applications: list[Waiting]
    next: int | None
    many: dict[str, int]


class DeskFilters(NamedTuple):
    """Which applications; None asks nothing but the view."""

    view: View = "new"
    kind: Kind | None = None
    region: str | None = None
    support: Support | None = None


def read_desk(
    connection: Connection,
    library: Library,
    filters: DeskFilters,
    after: int | None,
    limit: int,
    token: Token,
) -> Done[Desk]:
    """A page of a view after a place: the oldest first, of what is decided the newest."""
    rows = _rows(connection, filters, after, limit + 1, token)
    shown = rows[:limit]
    found = [_waiting(library, row) for row in shown]
    following = None
    if len(rows) > limit:
        last = found[-1].listed
        following = _day(filters.view, last).toordinal() * _KEYS + last.id
    desk = Desk(found, following, _counted(connection, token))
    return desk, [Entry("list_applications", token.id, subject=filters.view)]


def take_next(
    connection: Connection, library: Library, filters: DeskFilters, token: Token, today: date
) -> Done[KeptApplication | None]:
    """Take the most urgent one that nobody has; None where there is none. Where somebody is
    quicker it is the one after it."""
    filters = filters._replace(view="new")
    for row in _rows(connection, filters, None, _MOST_TRIED, token):
        asked = Asked("take", row.place)
        taken, entries = move_application(connection, library, row.id, asked, token, today)
        if isinstance(taken, KeptApplication):
            return taken, entries
    return None, []


def _rows(
    connection: Connection, filters: DeskFilters, after: int | None, limit: int, token: Token
) -> Any:
    listed, move, version = listed_for(token), tables.application_move, tables.application_version
    application = tables.application
    where = [_of_view(filters.view, token)]
    for column, value in (
        (version.c.kind, filters.kind),
        (application.c.region, filters.region),
        (application.c.support, filters.support),
    ):
        if value is not None:
            where.append(column == value)
    day, key = _sorted_by(filters.view, listed), application.c.id
    if after is not None:
        ordinal, row = divmod(after, _KEYS)
        on = date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else date.max
        later = day < on if filters.view == "decided" else day > on
        beyond = key < row if filters.view == "decided" else key > row
        where.append(or_(later, and_(day == on, beyond)))
    order = (day.desc(), key.desc()) if filters.view == "decided" else (day, key)
    return connection.execute(
        listed.question.add_columns(move.c.move, version.c.content)
        .join(
            version,
            (version.c.application_id == move.c.application_id)
            & (version.c.version == move.c.version),
        )
        .where(*where)
        .order_by(*order)
        .limit(limit)
    ).all()


def _sorted_by(view: View, listed: Listed) -> ColumnElement[Any]:
    return tables.application_move.c.moved_on if view == "decided" else listed.submitted_on


def _day(view: View, one: ListedApplication) -> date:
    """The day by which it is sorted."""
    if view == "decided":
        return one.moved_on
    assert one.submitted_on is not None  # of what the region has
    return one.submitted_on


def _of_view(view: View, token: Token) -> ColumnElement[bool]:
    move = tables.application_move.c
    match view:
        case "new":
            return move.state == "submitted"
        case "mine":
            return (move.state == "under_assessment") & (move.holder_id == token.id)
        case "others":
            return (move.state == "under_assessment") & (move.holder_id != token.id)
        case "away":
            return move.state.in_(("waiting_for_supplement", "waiting_for_consultant"))
        case "decided":
            return move.state.in_(DECIDED)


def _counted(connection: Connection, token: Token) -> dict[str, int]:
    """How many each view has that waits."""
    waiting = [view for view in VIEWS if view != "decided"]
    question = listed_for(token).question.where(or_(*(_of_view(one, token) for one in waiting)))
    row = connection.execute(
        question.with_only_columns(
            *(func.count().filter(_of_view(one, token)).label(one) for one in waiting)
        )
    ).one()
    return dict(row._mapping)


def _waiting(library: Library, row: Any) -> Waiting:
    *listed, last, content = row
    one = ListedApplication(*listed)
    written: Content = decoded(content)
    lines = written.lines or []
    return Waiting(
        one,
        written.kind or "advance",
        last,
        list(dict.fromkeys(line.code for line in lines)),
        sum(line.price_ore * (line.count or 1) for line in lines),
        decide_by(library, one.region, one.support, one.submitted_on),
    )


def decide_by(
    library: Library, region: str, support: Support, submitted_on: date | None
) -> date | None:
    """The last day on which a decision is in time, where the region's rules say so."""
    rules = library.regions.get(region)
    editions = None if rules is None else rules.applications.get(support)
    of_day = None if editions is None or submitted_on is None else editions.on(submitted_on)
    return None if of_day is None or submitted_on is None else of_day.decide_by(submitted_on)
