"""Sessions of persons who have signed in. Only a digest of what a browser shows is kept."""

from datetime import date
from secrets import token_urlsafe
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage import tables
from storage.access import Token, digest
from storage.acts import Done
from storage.audit import Entry
from storage.moments import MICROSECONDS
from storage.people import Assignment, in_force
from storage.rows import add

IDLE = 30 * 60 * MICROSECONDS
LONGEST = 8 * 60 * 60 * MICROSECONDS
SEEN_EVERY = 60 * MICROSECONDS
"""Microseconds: a session ends that long after it was last used, and after the person signed in;
that it was used is noted that seldom."""

_BYTES = 32


class SignedIn(NamedTuple):
    """A person who is signed in, with all that they are assigned to do today. `token` is the chosen
    assignment's, None where none is chosen or the chosen one has ended; `proved_at` when they last
    showed who they are."""

    session: int
    person: int
    hsa_id: str
    name: str
    token: Token | None
    assignments: list[Assignment]
    proved_at: int
    signed_in_at: int
    is_seen_lately: bool


class Proved(NamedTuple):
    """Who somebody has shown to be, and when (microseconds since 1970)."""

    hsa_id: str
    at: int


class OpenSession(NamedTuple):
    """A session that has not ended, of the person who asks. Moments are microseconds since 1970."""

    id: int
    begun_at: int
    seen_at: int


def begin(
    connection: Connection, proved: Proved, today: date, at: int, before: SignedIn | None
) -> Done[str | None]:
    """Begin a session of a person who has just been identified: what the browser is to show, or
    None where nothing is assigned to them today. Of several assignments none is chosen yet, unless
    the same person goes on by the one they had. The session that the browser had before, whoever's
    it was, ends."""
    hsa_id = proved.hsa_id
    found = in_force(connection, hsa_id, today)
    if not found:
        return None, []
    chosen = None if before is None or before.hsa_id != hsa_id else before.token
    if len(found) == 1:
        chosen = found[0].token
    token = None if chosen is None else chosen.id
    person = connection.scalar(select(tables.person.c.id).where(tables.person.c.hsa_id == hsa_id))
    assert person is not None
    if before is not None:
        _end(connection, [before.session], at)
    secret, key = _add(connection, person, token, proved.at, at, at)
    return secret, [Entry("sign_in", token, subject=str(key))]


def choose(connection: Connection, signed_in: SignedIn, token: int, at: int) -> Done[str | None]:
    """Go on by another assignment: in a new session, while the one before ends. None where the
    assignment is not the person's today."""
    if token not in {one.token.id for one in signed_in.assignments}:
        return None, []
    _end(connection, [signed_in.session], at)
    secret, key = _add(
        connection, signed_in.person, token, signed_in.proved_at, signed_in.signed_in_at, at
    )
    return secret, [Entry("sign_in", token, subject=str(key))]


def find(connection: Connection, secret: str, today: date, at: int) -> SignedIn | None:
    """Whose session this shows, where it has not ended and something is assigned to them today."""
    session, person, ended = tables.session, tables.person, tables.session_ended
    row = connection.execute(
        select(
            session.c.id,
            session.c.person_id,
            person.c.hsa_id,
            person.c.name,
            session.c.token_id,
            session.c.proved_at,
            session.c.signed_in_at,
            _SEEN_AT.label("seen_at"),
        )
        .join(person, person.c.id == session.c.person_id)
        .outerjoin(ended, ended.c.session_id == session.c.id)
        .where(session.c.digest == digest(secret), ended.c.session_id.is_(None))
    ).one_or_none()
    if row is None or at - row.seen_at > IDLE or at - row.signed_in_at > LONGEST:
        return None
    held = in_force(connection, row.hsa_id, today)
    if not held:
        return None
    chosen = next((one.token for one in held if one.token.id == row.token_id), None)
    return SignedIn(
        row.id,
        row.person_id,
        row.hsa_id,
        row.name,
        chosen,
        held,
        row.proved_at,
        row.signed_in_at,
        at - row.seen_at <= SEEN_EVERY,
    )


def note_seen(connection: Connection, session: int, at: int) -> Done[None]:
    """That a session was used."""
    connection.execute(tables.session_seen.insert(), {"session_id": session, "seen_at": at})
    return None, []


def sessions_of(connection: Connection, person: int, at: int) -> list[OpenSession]:
    """A person's sessions that have not ended, the newest first."""
    session, ended = tables.session, tables.session_ended
    rows = connection.execute(
        select(session.c.id, session.c.begun_at, _SEEN_AT.label("seen_at"))
        .outerjoin(ended, ended.c.session_id == session.c.id)
        .where(
            session.c.person_id == person,
            ended.c.session_id.is_(None),
            session.c.signed_in_at >= at - LONGEST,
            at - IDLE <= _SEEN_AT,
        )
        .order_by(session.c.id.desc())
    )
    return [OpenSession(*row) for row in rows]


def end(connection: Connection, signed_in: SignedIn, key: int, at: int) -> Done[bool]:
    """End one of the person's own sessions; False where it is not theirs, or has ended."""
    if key not in {one.id for one in sessions_of(connection, signed_in.person, at)}:
        return False, []
    _end(connection, [key], at)
    token = None if signed_in.token is None else signed_in.token.id
    return True, [Entry("sign_out", token, subject=str(key))]


def _add(
    connection: Connection,
    person: int,
    token: int | None,
    proved_at: int,
    signed_in_at: int,
    at: int,
) -> tuple[str, int]:
    secret = token_urlsafe(_BYTES)
    row = {
        "digest": digest(secret),
        "person_id": person,
        "token_id": token,
        "proved_at": proved_at,
        "signed_in_at": signed_in_at,
        "begun_at": at,
    }
    (key,) = add(connection, tables.session, [row])
    return secret, key


def _end(connection: Connection, keys: list[int], at: int) -> None:
    table = tables.session_ended
    before = set(connection.scalars(select(table.c.session_id).where(table.c.session_id.in_(keys))))
    rows = [{"session_id": key, "ended_at": at} for key in keys if key not in before]
    if rows:
        connection.execute(table.insert(), rows)


_SEEN_AT = func.coalesce(
    select(func.max(tables.session_seen.c.seen_at))
    .where(tables.session_seen.c.session_id == tables.session.c.id)
    .correlate(tables.session)
    .scalar_subquery(),
    tables.session.c.begun_at,
)
"""When a session was last used."""
