"""Who may sign in, and what each is assigned to do on which days."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, or_, select

from registry.roles import OF_SYSTEMS, Role, conflicts
from storage import tables
from storage.access import Token, TokenError, add_token
from storage.audit import Entry, now
from storage.rows import add
from terms.errors import PartiturError

LAST_DAY = date.max


class AssignmentError(PartiturError):
    """An assignment that cannot be given or ended, and why."""


class Assignment(NamedTuple):
    """What a person is assigned to do, through both days; `valid_to` None is until further notice.
    `ended_at`, microseconds since 1970, is when it was ended before its time."""

    token: Token
    hsa_id: str
    name: str
    valid_from: date
    valid_to: date | None
    ended_at: int | None


def give(  # noqa: PLR0913 – each is a part of an assignment
    connection: Connection,
    hsa_id: str,
    name: str,
    role: Role,
    clinic: str | None,
    valid_from: date,
    valid_to: date | None,
) -> tuple[int, Entry]:
    """Assign a role to a person. The name is the one first given, and what others see of what is
    done. Gives the assignment's key, and the audit's entry. Raises AssignmentError."""
    if role in OF_SYSTEMS:
        raise AssignmentError(f"rollen {role} är ett systems: ge ut en token med partitur token")
    if valid_to is not None and valid_to < valid_from:
        raise AssignmentError("sista dagen är före den första")
    person = _person(connection, hsa_id, name)
    held = _held(connection, person.id)
    for one in held:
        if one.ended_at is not None or not _meet(one, valid_from, valid_to):
            continue
        if conflicts(one.token.role, role):
            raise AssignmentError(
                f"{hsa_id} har rollen {one.token.role} de dagarna, och ingen får ha både den "
                f"och {role}"
            )
        if (one.token.role, one.token.clinic) == (role, clinic):
            raise AssignmentError(f"{hsa_id} har redan uppdrag {one.token.id} de dagarna")
    number = f" ({len(held) + 1})" if held else ""
    try:
        _, key = add_token(connection, f"{person.name}, {hsa_id}{number}", role, clinic, hsa_id)
    except TokenError as error:
        raise AssignmentError(str(error)) from None
    row = {
        "token_id": key,
        "person_id": person.id,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    connection.execute(tables.assignment.insert(), row)
    return key, Entry("give_assignment", subject=str(key))


def end(connection: Connection, key: int) -> Entry:
    """End an assignment, from the next request on. Raises AssignmentError."""
    assignment, revoked = tables.assignment, tables.token_revoked
    is_there = select(assignment.c.token_id).where(assignment.c.token_id == key)
    if connection.scalar(is_there) is None:
        raise AssignmentError(f"uppdrag {key} finns inte; partitur user list visar alla")
    if connection.scalar(select(revoked.c.token_id).where(revoked.c.token_id == key)) is not None:
        raise AssignmentError(f"uppdrag {key} är redan avslutat")
    connection.execute(revoked.insert(), {"token_id": key, "revoked_at": now()})
    return Entry("end_assignment", subject=str(key))


def assignments(connection: Connection) -> list[Assignment]:
    """Every assignment that was ever given, by person."""
    order = (tables.person.c.hsa_id, tables.assignment.c.token_id)
    return [_read(row) for row in connection.execute(_ASSIGNMENTS.order_by(*order))]


def in_force(connection: Connection, hsa_id: str, on: date) -> list[Assignment]:
    """What a person is assigned to do on a day."""
    assignment = tables.assignment.c
    rows = connection.execute(
        _ASSIGNMENTS.where(
            tables.person.c.hsa_id == hsa_id,
            assignment.valid_from <= on,
            or_(assignment.valid_to.is_(None), assignment.valid_to >= on),
            tables.token_revoked.c.token_id.is_(None),
        ).order_by(assignment.token_id)
    )
    return [_read(row) for row in rows]


class _Person(NamedTuple):
    id: int
    name: str


def _person(connection: Connection, hsa_id: str, name: str) -> _Person:
    """The person's row, locked until the transaction ends; a new one where there is none."""
    table = tables.person
    row = connection.execute(
        select(table.c.id, table.c.name).where(table.c.hsa_id == hsa_id).with_for_update()
    ).one_or_none()
    if row is not None:
        return _Person(*row)
    (key,) = add(connection, table, [{"hsa_id": hsa_id, "name": name}])
    return _Person(key, name)


def _held(connection: Connection, person: int) -> list[Assignment]:
    where = tables.assignment.c.person_id == person
    return [_read(row) for row in connection.execute(_ASSIGNMENTS.where(where))]


def _meet(one: Assignment, valid_from: date, valid_to: date | None) -> bool:
    """Whether an assignment and a span have a day in common."""
    return one.valid_from <= (valid_to or LAST_DAY) and valid_from <= (one.valid_to or LAST_DAY)


def _assignments() -> Select[Any]:
    person, assignment, token = tables.person, tables.assignment, tables.token
    clinic, revoked = tables.clinic, tables.token_revoked
    return (
        select(
            token.c.id,
            token.c.name,
            token.c.role,
            clinic.c.hsa_id,
            person.c.hsa_id.label("person"),
            person.c.name.label("person_name"),
            assignment.c.valid_from,
            assignment.c.valid_to,
            revoked.c.revoked_at,
        )
        .select_from(assignment)
        .join(person, person.c.id == assignment.c.person_id)
        .join(token, token.c.id == assignment.c.token_id)
        .outerjoin(clinic, clinic.c.id == token.c.clinic_id)
        .outerjoin(revoked, revoked.c.token_id == token.c.id)
    )


def _read(row: Any) -> Assignment:
    return Assignment(Token(*row[:_OF_TOKEN]), *row[_OF_TOKEN:])


_OF_TOKEN = len(Token._fields)
_ASSIGNMENTS = _assignments()
