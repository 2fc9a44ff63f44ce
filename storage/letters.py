"""What a decision letter is written of: a decision that was made on an application, or one that its
assessor is about to make."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from preassessments.application import Content
from preassessments.assessment import Assessment, faults_of, status_of
from preassessments.faults import MoveFault
from preassessments.lifecycle import Decided
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.audit import Entry
from storage.decided import decisions_of
from storage.heads import Head, head_shown_to
from storage.written import content_of


class Matter(NamedTuple):
    """An application as it was when it was decided, and the decision: what it is called and what it
    replaces, where it is made."""

    head: Head
    content: Content
    assessment: Assessment
    status: Decided
    decided_on: date
    name: str | None = None
    replaces: str | None = None


def read_decision(
    connection: Connection, key: int, place: int, token: Token
) -> Done[Matter | None]:
    """The decision that the application's move at a place made; None where there is none that the
    token may see."""
    head = head_shown_to(connection, key, token)
    if head is None:
        return None, []
    made = next((one for one in decisions_of(connection, head) if one.place == place), None)
    if made is None:
        return None, []
    move = tables.application_move.c
    version = connection.scalar(
        select(move.version).where(move.application_id == key, move.place == place)
    )
    assert version is not None
    content = content_of(connection, key, version)
    assert content is not None
    return Matter(
        head, content, made.assessment, made.status, made.decided_on, made.preassessment,
        made.replaces,
    ), [_read(head, token, f"{key} letter {place}")]  # fmt: skip


def try_decision(
    connection: Connection, key: int, assessment: Assessment, token: Token, today: date
) -> Done[Matter | list[MoveFault] | None]:
    """What deciding so today would be, with nothing kept; or everything that is wrong with it; None
    where there is no application that the token may see."""
    head = head_shown_to(connection, key, token)
    if head is None:
        return None, []
    content = content_of(connection, key, head.version)
    assert content is not None
    plan, entries = content.lines or [], [_read(head, token, f"{key} letter")]
    faults = faults_of(assessment, plan)
    if faults:
        return faults, entries
    return Matter(head, content, assessment, status_of(assessment, plan), today), entries


def _read(head: Head, token: Token, subject: str) -> Entry:
    return Entry("read_application", token.id, head.patient_id, subject=subject)
