"""Writing a move of an application: what was asked for, and how it then stands."""

from datetime import date
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, insert

from preassessments.application import Content, encoded
from preassessments.assessment import Assessment
from preassessments.lifecycle import Move, State
from storage import tables
from storage.access import Token
from storage.audit import now
from storage.heads import Head


class Asked(NamedTuple):
    """A move that is asked for: after which one, what is said, to whom it goes (the name of a
    token), what is written, what is decided, by which day an answer is asked for."""

    move: Move
    after: int
    said: str | None = None
    to: str | None = None
    content: Content | None = None
    assessment: Assessment | None = None
    answer_by: date | None = None


class Reached(NamedTuple):
    """How an application stands after a move."""

    state: State
    version: int
    holder: int | None = None
    consultant: int | None = None


def reached_by(
    head: Head, asked: Asked, state: State, recipient: int | None, token: Token
) -> Reached:
    """How it stands after a move to a state. Whoever takes it has it; nobody has what waits to be
    taken."""
    version = head.version + (asked.content is not None)
    holder = head.holder_id
    if asked.move in {"take", "change"}:
        holder = token.id
    elif asked.move == "hand_over":
        holder = recipient
    elif state in {"draft", "submitted", "withdrawn"}:
        holder = None
    consultant = None
    if state == "waiting_for_consultant":
        consultant = recipient if asked.move == "ask_consultant" else head.consultant_id
    return Reached(state, version, holder, consultant)


def write_move(
    connection: Connection, key: int, asked: Asked, reached: Reached, token: Token, today: date
) -> bytes:
    """Write a move and what it brings. Gives the digest that is noted of it."""
    content = None
    if asked.content is not None:
        content = encoded(asked.content)
        connection.execute(
            insert(tables.application_version),
            {
                "application_id": key,
                "version": reached.version,
                "kind": asked.content.kind or "advance",
                "content": content,
            },
        )
    connection.execute(
        insert(tables.application_move),
        {
            "application_id": key,
            "place": asked.after + 1,
            "move": asked.move,
            "state": reached.state,
            "version": reached.version,
            "moved_on": today,
            "moved_at": now(),
            "token_id": token.id,
            "holder_id": reached.holder,
            "consultant_id": reached.consultant,
            "said": asked.said,
            "answer_by": asked.answer_by,
        },
    )
    assessment = None if asked.assessment is None else _encode(asked.assessment)
    return digest_of_move(
        (asked.move, reached.state, asked.said, asked.answer_by), content, assessment
    )


def digest_of_move(
    told: tuple[str, str, str | None, date | None], content: bytes | None, assessment: bytes | None
) -> bytes:
    """What the audit notes of a move: which one, what it led to, what was said, by which day an
    answer was asked for; and what was written and decided."""
    *words, answer_by = told
    whole = _canonical((*words, answer_by and answer_by.isoformat(), content, assessment))
    return blake2b(whole, digest_size=16).digest()


_encode = msgspec.json.Encoder().encode
_canonical = msgspec.msgpack.Encoder().encode
