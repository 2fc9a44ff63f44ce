"""What is done with applications: a clinic, an assessor or a consultant moves one, and all that
comes of it is kept together.

Whoever moves one says after which of its moves; where another came first nothing is done, and the
one who asked is told how it stands. The patient's row is the lock; the key of a move's row is the
last line of defence.
"""

from datetime import date
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from adjudication.library import Library
from adjudication.yardstick import refusals
from preassessments.application import Application, PlanLine, encoded
from preassessments.assessment import faults_of, status_of
from preassessments.faults import MoveFault, fault
from preassessments.lifecycle import NEED_HOLDER, NEED_WORDS, Move, leads_to
from preassessments.requirements import Lack
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.applications import KeptApplication, known_of, lacks_of, whole
from storage.audit import Entry
from storage.decided import last_decided
from storage.deciding import keep_decision
from storage.enclosures import enclosure_faults
from storage.heads import ApplicationStanding, Head, head_of
from storage.keys import Keys
from storage.moves import Asked, Reached, reached_by, write_move
from storage.recipients import Receiving, recipient
from storage.rows import add, lock
from storage.written import content_of
from terms.person import without_dash

Reason = Literal["moved_on", "not_possible", "held_by_other", "incomplete", "faulty"]


class NotMoved(NamedTuple):
    """Why nothing is done, and how the application stands: what it lacks, or what is wrong."""

    reason: Reason
    stands: ApplicationStanding
    lacking: list[Lack] = []
    faults: list[MoveFault] = []


class NumberUsed(msgspec.Struct, frozen=True):
    """The clinic has used the number for another application."""


def put_application(
    connection: Connection, library: Library, sent: Application, token: Token, today: date
) -> Done[tuple[KeptApplication, bool] | NumberUsed | list[MoveFault]]:
    """Begin an application as a draft; whether it is new. The same sent again is answered by the
    one that is there. Of what cannot be one nothing is kept, and every fault is told."""
    faults = refusals(library, sent)
    if faults:
        return faults, []
    table, number = tables.application, without_dash(sent.patient)
    clinic = Keys().clinics(connection, [sent.clinic])[sent.clinic]
    key = connection.scalar(
        select(table.c.id).where(table.c.clinic_id == clinic, table.c.number == sent.number)
    )
    if key is not None:
        head = head_of(connection, key)
        assert head is not None
        first = content_of(connection, key, 1)
        assert first is not None
        if (head.patient, head.region, head.support, encoded(first)) != (
            number,
            sent.region,
            sent.support,
            encoded(sent.content),
        ):
            return NumberUsed(), []
        kept = whole(connection, library, head, token, today)
        return (kept, False), [_read(head, token)]
    patient = next((one for one, _, _ in lock(connection, tables.patient.c.number, [number])), None)
    faults = enclosure_faults(connection, clinic, patient, sent.content)
    if faults:
        return faults, []
    row = {
        "clinic_id": clinic,
        "number": sent.number,
        "patient_id": patient or _meet(connection, number),
        "region": sent.region,
        "support": sent.support,
    }
    (key,) = add(connection, table, [row])
    (state,) = leads_to(None, "create", token.role)
    asked = Asked("create", 0, content=sent.content)
    digest = write_move(connection, key, asked, Reached(state, 1), token, today)
    head = head_of(connection, key)
    assert head is not None
    kept = whole(connection, library, head, token, today)
    return (kept, True), [_moved(head, token, digest)]


def move_application(
    connection: Connection, library: Library, key: int, asked: Asked, token: Token, today: date
) -> Done[KeptApplication | NotMoved | None]:
    """Move an application; None where there is none that the token may see."""
    head = _locked(connection, key)
    if head is None or not head.is_shown_to(token):
        return None, []
    stands, before = head.stands(token), last_decided(connection, key)
    if asked.after != head.place:
        return NotMoved("moved_on", stands), []
    states = leads_to(head.state, asked.move, token.role, before and before[0])
    if not states:
        return NotMoved("not_possible", stands), []
    if asked.move in NEED_HOLDER and head.holder_id != token.id:
        return NotMoved("held_by_other", stands), []
    content = asked.content or content_of(connection, key, head.version)
    assert content is not None
    plan = content.lines or []
    receiver, faults = _recipient(connection, asked, today)
    faults += _faults(asked, plan, today)
    if asked.content is not None:
        clinic = Keys().known_clinics(connection, [head.clinic])[head.clinic]
        faults += enclosure_faults(connection, clinic, head.patient_id, asked.content)
    if faults:
        return NotMoved("faulty", stands, faults=faults), []
    if asked.move in _TAKES_IN:
        known = known_of(connection, head, content, today)
        lacking = lacks_of(library, head, content, known, today)
        if lacking:
            return NotMoved("incomplete", stands, lacking), []
    state = states[0]
    if asked.assessment is not None:
        state = status_of(asked.assessment, plan)
    reached = reached_by(head, asked, state, receiver, token)
    digest = write_move(connection, key, asked, reached, token, today)
    entries = []
    if asked.assessment is not None:
        replaces = None if before is None else before[1]
        entries = keep_decision(connection, head, asked.assessment, plan, replaces, token, today)
    after = head_of(connection, key)
    assert after is not None
    kept = whole(connection, library, after, token, today)
    return kept, [*entries, _moved(after, token, digest)]


_TAKES_IN: tuple[Move, ...] = ("submit", "supplement", "appeal")
"""Moves after which the region works on what the clinic wrote."""

_RECIPIENTS: dict[Move, Receiving] = {"hand_over": "assessor", "ask_consultant": "consultant"}


def _faults(asked: Asked, plan: list[PlanLine], today: date) -> list[MoveFault]:
    found = []
    if asked.move in NEED_WORDS and not (asked.said or "").strip():
        found.append(fault("words_missing", "$.said"))
    if asked.answer_by is not None and asked.answer_by < today:
        found.append(fault("answer_by_passed", "$.answer_by"))
    if asked.assessment is not None:
        found += faults_of(asked.assessment, plan)
    return found


def _recipient(
    connection: Connection, asked: Asked, today: date
) -> tuple[int | None, list[MoveFault]]:
    """The key of the token that it goes to."""
    if asked.move not in _RECIPIENTS:
        return None, []
    role = _RECIPIENTS[asked.move]
    key = recipient(connection, role, asked.to or "", today)
    return key, [] if key is not None else [fault("recipient_unknown", "$.to", role=role)]


def _locked(connection: Connection, key: int) -> Head | None:
    """How an application stands while nobody else moves it."""
    table = tables.application
    patient = connection.scalar(select(table.c.patient_id).where(table.c.id == key))
    if patient is None:
        return None
    lock(connection, tables.patient.c.id, [patient])
    return head_of(connection, key)


def _meet(connection: Connection, number: str) -> int:
    """The key of a patient who is new. A draft changes nothing that is known of them."""
    (key,) = add(connection, tables.patient, [{"number": number, "version": 1}])
    return key


def _moved(head: Head, token: Token, digest: bytes) -> Entry:
    subject = f"{head.id}/{head.place}"
    return Entry("move_application", token.id, head.patient_id, subject=subject, content=digest)


def _read(head: Head, token: Token) -> Entry:
    return Entry("read_application", token.id, head.patient_id, subject=str(head.id))
