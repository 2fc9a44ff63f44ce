"""How does an application stand, and who may see it?"""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from preassessments.lifecycle import Move, State, possible
from storage import tables
from storage.access import Token
from terms.vocabulary import Support


class ApplicationStanding(msgspec.Struct, frozen=True):
    """How an application stands: its state, how many moves it took (`place`, which the next move
    names as `after`), its version, who has it or is asked, and what the one who asks may do."""

    id: int
    state: State
    place: int
    version: int
    holder: str | None
    consultant: str | None
    may: list[Move]


class Head(NamedTuple):
    """An application's own row, with its last move."""

    id: int
    clinic: str
    number: str
    patient_id: int
    patient: str
    region: str
    support: Support
    place: int
    state: State
    version: int
    holder_id: int | None
    holder: str | None
    consultant_id: int | None
    consultant: str | None
    was_submitted: bool

    def is_shown_to(self, token: Token) -> bool:
        """A clinic sees its own; a consultant what waits for them; whoever else what was ever
        submitted."""
        if token.role == "clinic":
            return token.clinic == self.clinic
        if token.role == "consultant":
            return self.state == "waiting_for_consultant" and self.consultant_id == token.id
        return self.was_submitted

    def stands(self, token: Token) -> ApplicationStanding:
        """How it stands, for one who may see it."""
        may = possible(self.state, token.role)
        return ApplicationStanding(
            self.id, self.state, self.place, self.version, self.holder, self.consultant, may
        )


def head_shown_to(connection: Connection, key: int, token: Token) -> Head | None:
    """An application by its key; None where there is none that the token may see."""
    head = head_of(connection, key)
    return head if head is not None and head.is_shown_to(token) else None


def head_of(connection: Connection, key: int) -> Head | None:
    """An application by its key."""
    application, move = tables.application, tables.application_move
    holder, consultant = tables.token.alias(), tables.token.alias()
    earlier = move.alias()
    submitted = (
        select(earlier.c.place)
        .where(earlier.c.application_id == application.c.id, earlier.c.move == "submit")
        .exists()
    )
    row = connection.execute(
        select(
            application.c.id,
            tables.clinic.c.hsa_id,
            application.c.number,
            application.c.patient_id,
            tables.patient.c.number,
            application.c.region,
            application.c.support,
            move.c.place,
            move.c.state,
            move.c.version,
            move.c.holder_id,
            holder.c.name,
            move.c.consultant_id,
            consultant.c.name,
            submitted,
        )
        .select_from(application)
        .join(tables.clinic, tables.clinic.c.id == application.c.clinic_id)
        .join(tables.patient, tables.patient.c.id == application.c.patient_id)
        .join(move, move.c.application_id == application.c.id)
        .outerjoin(holder, holder.c.id == move.c.holder_id)
        .outerjoin(consultant, consultant.c.id == move.c.consultant_id)
        .where(application.c.id == key)
        .order_by(move.c.place.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Head(*tuple(row))
