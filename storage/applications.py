"""All that is kept of an application, read from its rows."""

from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, select

from adjudication.library import Library
from adjudication.yardstick import yardstick_of
from preassessments.application import Content
from preassessments.lifecycle import Move, State
from preassessments.requirements import Lack, lacking, years_done
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.attachments import KeptAttachment
from storage.audit import Entry
from storage.decided import MadeDecision, decisions_of
from storage.done import KnownAction, known_actions
from storage.enclosures import enclosures_of
from storage.heads import ApplicationStanding, Head, head_shown_to
from storage.moments import utc
from storage.written import content_of
from terms.vocabulary import Support


class MoveMade(msgspec.Struct, frozen=True):
    """A move: by whom (the name of a token), when, what was said, and what it led to; and by which
    day the clinic is asked to answer."""

    place: int
    move: Move
    state: State
    version: int
    moved_on: date
    moved_at: datetime
    by: str
    holder: str | None
    consultant: str | None
    said: str | None
    answer_by: date | None


class KeptApplication(msgspec.Struct, frozen=True):
    """An application with its newest content, all moves and all decisions. `lacking` is what a
    clinic has to add before it is taken; `known` what the region has on invoices of this year and
    of those that the plan speaks of, which clinics are not shown. `enclosures` are the attachments
    that the content names, by kind."""

    id: int
    clinic: str
    number: str
    patient: str
    region: str
    support: Support
    stands: ApplicationStanding
    content: Content
    enclosures: list[KeptAttachment]
    moves: list[MoveMade]
    decisions: list[MadeDecision]
    lacking: list[Lack]
    known: list[KnownAction]


def read_application(
    connection: Connection, library: Library, key: int, token: Token, today: date
) -> Done[KeptApplication | None]:
    """An application by its key; None where there is none that the token may see."""
    head = head_shown_to(connection, key, token)
    if head is None:
        return None, []
    kept = whole(connection, library, head, token, today)
    return kept, [Entry("read_application", token.id, head.patient_id, subject=str(key))]


def whole(
    connection: Connection, library: Library, head: Head, token: Token, today: date
) -> KeptApplication:
    """All that is kept of an application, for one who may see it."""
    content = content_of(connection, head.id, head.version)
    assert content is not None
    known = known_of(connection, head, content, today)
    is_clinic = token.role == "clinic"
    return KeptApplication(
        id=head.id,
        clinic=head.clinic,
        number=head.number,
        patient=head.patient,
        region=head.region,
        support=head.support,
        stands=head.stands(token),
        content=content,
        enclosures=enclosures_of(connection, content),
        moves=_moves(connection, head.id, is_clinic=is_clinic),
        decisions=decisions_of(connection, head),
        lacking=lacks_of(library, head, content, known, today) if _is_open_to(head) else [],
        known=[] if is_clinic else known,
    )


def lacks_of(
    library: Library, head: Head, content: Content, known: list[KnownAction], today: date
) -> list[Lack]:
    """What a content lacks, where `known` is what the region has. What a list of the year has to
    hold are the clinic's own actions: of others' it does not know."""
    own = [one.action for one in known if one.clinic == head.clinic]
    return lacking(content, yardstick_of(library, head.region, head.support, today, own))


def known_of(
    connection: Connection, head: Head, content: Content, today: date
) -> list[KnownAction]:
    """What the region has of this year and of those in which actions of the plan were done."""
    years = {today.year, *years_done(content)}
    return known_actions(connection, head.patient_id, head.support, years)


def _is_open_to(head: Head) -> bool:
    """Whether the clinic is to add to it."""
    return head.state in {"draft", "waiting_for_supplement"}


_ASKED_WITHIN = {"ask_consultant", "answer"}
"""What is said in these moves stays within the region."""


def _moves(connection: Connection, key: int, *, is_clinic: bool) -> list[MoveMade]:
    move, by = tables.application_move, tables.token.alias()
    holder, consultant = tables.token.alias(), tables.token.alias()
    rows = connection.execute(
        select(move, by.c.name, holder.c.name.label("has"), consultant.c.name.label("asked"))
        .join(by, by.c.id == move.c.token_id)
        .outerjoin(holder, holder.c.id == move.c.holder_id)
        .outerjoin(consultant, consultant.c.id == move.c.consultant_id)
        .where(move.c.application_id == key)
        .order_by(move.c.place)
    )
    return [
        MoveMade(
            row.place,
            row.move,
            row.state,
            row.version,
            row.moved_on,
            utc(row.moved_at),
            row.name,
            row.has,
            row.asked,
            None if is_clinic and row.move in _ASKED_WITHIN else row.said,
            row.answer_by,
        )
        for row in rows
    ]
