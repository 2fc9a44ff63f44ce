"""Assignments, sought by a part of the person's name or HSA-id, some at a time."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select

from storage import tables
from storage.people import ASSIGNMENTS, BY_PERSON, Assignment, read


class FoundAssignments(NamedTuple):
    """Some of a list, by person; `next` is where it goes on, None after the last."""

    assignments: list[Assignment]
    next: int | None


def seek_assignments(
    connection: Connection, sought: str, after: int | None, limit: int
) -> FoundAssignments:
    """At most so many after the one with a key; no text is sought where none is said."""
    person, assignment = tables.person.c, tables.assignment.c
    question = ASSIGNMENTS
    if sought:
        part = f"%{_escaped(sought)}%"
        question = question.where(
            or_(person.hsa_id.ilike(part, escape="!"), person.name.ilike(part, escape="!"))
        )
    if after is not None:
        last = (
            select(person.hsa_id)
            .join(tables.assignment, assignment.person_id == person.id)
            .where(assignment.token_id == after)
        )
        whose = connection.scalar(last) or ""
        is_later = and_(person.hsa_id == whose, assignment.token_id > after)
        question = question.where(or_(person.hsa_id > whose, is_later))
    rows = connection.execute(question.order_by(*BY_PERSON).limit(limit + 1)).all()
    found = [read(row) for row in rows[:limit]]
    return FoundAssignments(found, found[-1].token.id if len(rows) > limit else None)


def read_assignment(connection: Connection, key: int) -> Assignment | None:
    """An assignment by its key."""
    row = connection.execute(ASSIGNMENTS.where(tables.assignment.c.token_id == key)).one_or_none()
    return None if row is None else read(row)


def _escaped(text: str) -> str:
    """Without what would stand for any text."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
