"""Reviewing the log: samples by chance of who looked at a patient, and what was said of them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Boolean, Connection, case, func, null, select

from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.audit import Entry


class Look(NamedTuple):
    """An entry about a patient, by its place in the log: when (microseconds since 1970), what, by
    whom, and why where that was said. `has_case` says whether the clinic has ever sent an invoice
    for the patient or applied for them; None where it is no clinic's. Who the patient is, is not
    told."""

    chain: int
    place: int
    at: int
    act: str
    who: str
    role: str
    clinic: str | None
    patient: int
    why: str | None
    has_case: bool | None

    @property
    def name(self) -> str:
        """How a review names it."""
        return f"{self.chain}/{self.place}"


class Review(NamedTuple):
    """A sample that was reviewed: when, by whom, how many entries, and the names of those that are
    to be followed up."""

    at: int
    who: str
    many: int
    followed_up: list[str]


def sample(
    connection: Connection, since: int, until: int, many: int, reviewer: Token, person: int
) -> Done[list[Look]]:
    """So many entries of a span, by chance. A reviewer's own are not among them, whichever of their
    assignments they were made by."""
    audit, token, clinic = tables.audit, tables.token, tables.clinic
    own = select(tables.assignment.c.token_id).where(tables.assignment.c.person_id == person)
    drawn = (
        select(audit.c.audit_chain_id, audit.c.place)
        .where(
            audit.c.patient_id.is_not(None),
            audit.c.at >= since,
            audit.c.at < until,
            audit.c.token_id.is_not(None),
            audit.c.token_id.not_in(own),
        )
        .order_by(func.random())
        .limit(many)
        .subquery()
    )
    is_drawn = (audit.c.audit_chain_id == drawn.c.audit_chain_id) & (audit.c.place == drawn.c.place)
    rows = connection.execute(
        select(
            audit.c.audit_chain_id,
            audit.c.place,
            audit.c.at,
            audit.c.act,
            token.c.name,
            token.c.role,
            clinic.c.hsa_id,
            audit.c.patient_id,
            audit.c.subject,
            case((token.c.clinic_id.is_(None), null()), else_=_HAS_CASE).cast(Boolean),
        )
        .select_from(drawn)
        .join(audit, is_drawn)
        .join(token, token.c.id == audit.c.token_id)
        .outerjoin(clinic, clinic.c.id == token.c.clinic_id)
    ).all()
    found = [Look(*tuple(row)) for row in rows]
    return sorted(found, key=lambda one: one.at), [Entry("read_log", reviewer.id)]


def review(reviewer: Token, names: Sequence[str], followed_up: Sequence[str]) -> Done[None]:
    """Note what was said of a sample. It stands in the log itself, where nobody can change it."""
    subject = " ".join([str(len(names)), *followed_up])
    return None, [Entry("review_log", reviewer.id, subject=subject)]


def reviews(connection: Connection, many: int) -> list[Review]:
    """The latest reviews, the newest first."""
    audit, token = tables.audit, tables.token
    rows = connection.execute(
        select(audit.c.at, token.c.name, audit.c.subject)
        .join(token, token.c.id == audit.c.token_id)
        .where(tables.is_review)
        .order_by(audit.c.at.desc())
        .limit(many)
    )
    found = []
    for at, who, subject in rows:
        number, *followed_up = subject.split()
        found.append(Review(at, who, int(number), followed_up))
    return found


_sent = select(tables.invoice.c.id).where(
    tables.invoice.c.patient_id == tables.audit.c.patient_id,
    tables.invoice.c.clinic_id == tables.token.c.clinic_id,
)
_applied = select(tables.application.c.id).where(
    tables.application.c.patient_id == tables.audit.c.patient_id,
    tables.application.c.clinic_id == tables.token.c.clinic_id,
)
_HAS_CASE = _sent.exists() | _applied.exists()
