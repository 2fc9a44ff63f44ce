"""Who may sign in, and what each is assigned to do on which days."""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from registry.roles import OF_SYSTEMS, Role, conflicts
from storage import tables
from storage.access import NotAdded, Token, TokenError, add_token
from storage.audit import Entry, now
from storage.rows import add
from terms.errors import PartiturError
from terms.hsaid import is_hsa_id

LAST_DAY = date.max
LONGEST_NAME = 100


Hindrance = Literal[
    NotAdded, "role_of_systems", "wrong_hsa_id", "wrong_name", "wrong_days", "own", "conflict",
    "already", "unknown", "ended",
]  # fmt: skip
"""Why an assignment cannot be given or ended. `own` is one's own: another administrator does it."""


class AssignmentError(PartiturError):
    """An assignment that cannot be given or ended, and why: in a word, and for who runs a
    command."""

    def __init__(self, why: Hindrance, what: str) -> None:
        super().__init__(what)
        self.why = why


class By(NamedTuple):
    """Who gives or ends: the key of the assignment that they do it by, and their HSA-id."""

    token: int
    hsa_id: str


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
    by: By | None = None,
) -> tuple[int, Entry]:
    """Assign a role to a person, who is not the one who gives it (None: a command on the server).
    The name is the one first given, and what others see of what is done. Gives the assignment's
    key, and the audit's entry. Raises AssignmentError."""
    if role in OF_SYSTEMS:
        raise AssignmentError(
            "role_of_systems", f"rollen {role} är ett systems: ge ut en token med partitur token"
        )
    if not is_hsa_id(hsa_id):
        raise AssignmentError("wrong_hsa_id", f"{hsa_id}: är inget HSA-id, som SE2321000057-1001")
    if not is_name(name):
        raise AssignmentError("wrong_name", f"namnet ska ha 1 till {LONGEST_NAME} tecken")
    if valid_to is not None and valid_to < valid_from:
        raise AssignmentError("wrong_days", "sista dagen är före den första")
    if by is not None and by.hsa_id == hsa_id:
        raise AssignmentError("own", "ingen ger sig själv ett uppdrag")
    person = _person(connection, hsa_id, name)
    held = _held(connection, person.id)
    for one in held:
        if one.ended_at is not None or not _meet(one, valid_from, valid_to):
            continue
        if conflicts(one.token.role, role):
            raise AssignmentError(
                "conflict",
                f"{hsa_id} har rollen {one.token.role} de dagarna, och ingen får ha både den "
                f"och {role}",
            )
        if (one.token.role, one.token.clinic) == (role, clinic):
            raise AssignmentError(
                "already", f"{hsa_id} har redan uppdrag {one.token.id} de dagarna"
            )
    number = f" ({len(held) + 1})" if held else ""
    try:
        _, key = add_token(connection, f"{person.name}, {hsa_id}{number}", role, clinic, hsa_id)
    except TokenError as error:
        raise AssignmentError(cast("NotAdded", error.why), str(error)) from None
    row = {
        "token_id": key,
        "person_id": person.id,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    connection.execute(tables.assignment.insert(), row)
    return key, Entry("give_assignment", by and by.token, subject=str(key))


def end(connection: Connection, key: int, by: By | None = None) -> Entry:
    """End an assignment, from the next request on; an administrator's own is ended by another, so
    that somebody is left who gives roles. Raises AssignmentError."""
    person, assignment, revoked = tables.person, tables.assignment, tables.token_revoked
    whose = connection.scalar(
        select(person.c.hsa_id)
        .join(assignment, assignment.c.person_id == person.c.id)
        .where(assignment.c.token_id == key)
    )
    if whose is None:
        raise AssignmentError("unknown", f"uppdrag {key} finns inte; partitur user list visar alla")
    if by is not None and by.hsa_id == whose:
        raise AssignmentError("own", "ingen avslutar sitt eget uppdrag")
    if connection.scalar(select(revoked.c.token_id).where(revoked.c.token_id == key)) is not None:
        raise AssignmentError("ended", f"uppdrag {key} är redan avslutat")
    connection.execute(revoked.insert(), {"token_id": key, "revoked_at": now()})
    return Entry("end_assignment", by and by.token, subject=str(key))


def is_name(text: str) -> bool:
    """Whether a text can be what others see of somebody."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text == text.strip()


def assignments(connection: Connection) -> list[Assignment]:
    """Every assignment that was ever given, by person."""
    return [read(row) for row in connection.execute(ASSIGNMENTS.order_by(*BY_PERSON))]


def in_force(connection: Connection, hsa_id: str, on: date) -> list[Assignment]:
    """What a person is assigned to do on a day."""
    return _on(connection, ASSIGNMENTS.where(tables.person.c.hsa_id == hsa_id), on)


def assigned(connection: Connection, roles: Collection[Role], on: date) -> list[Assignment]:
    """Who has any of some roles on a day, in the order in which they were given them."""
    return _on(connection, ASSIGNMENTS.where(tables.token.c.role.in_(roles)), on)


def _on(connection: Connection, question: Select[Any], on: date) -> list[Assignment]:
    rows = connection.execute(
        question.where(on_day(on), tables.token_revoked.c.token_id.is_(None)).order_by(
            tables.assignment.c.token_id
        )
    )
    return [read(row) for row in rows]


def on_day(day: date) -> ColumnElement[bool]:
    """That a day is among an assignment's."""
    assignment = tables.assignment.c
    return and_(
        assignment.valid_from <= day,
        or_(assignment.valid_to.is_(None), assignment.valid_to >= day),
    )


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
    return [read(row) for row in connection.execute(ASSIGNMENTS.where(where))]


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


def read(row: Any) -> Assignment:
    """An assignment of its row."""
    return Assignment(Token(*row[:_OF_TOKEN]), *row[_OF_TOKEN:])


_OF_TOKEN = len(Token._fields)
ASSIGNMENTS = _assignments()
BY_PERSON = (tables.person.c.hsa_id, tables.assignment.c.token_id)
