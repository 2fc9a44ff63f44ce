"""To whom may an application go: to which assessors, to which consultants?"""

from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Select, or_, select

from storage import tables
from storage.people import on_day

Receiving = Literal["assessor", "consultant"]


def recipients(connection: Connection, role: Receiving, today: date) -> list[str]:
    """The names by which tokens of a role are called that hold today, by name."""
    return list(connection.scalars(_holding(tables.token.c.name, role, today)))


def recipient(connection: Connection, role: Receiving, name: str, today: date) -> int | None:
    """The key of the one with a name; None where there is none."""
    token = tables.token.c
    key: int | None = connection.scalar(_holding(token.id, role, today).where(token.name == name))
    return key


def _holding(column: Any, role: Receiving, today: date) -> Select[Any]:
    token, revoked, assignment = tables.token, tables.token_revoked, tables.assignment
    return (
        select(column)
        .select_from(token)
        .outerjoin(revoked, revoked.c.token_id == token.c.id)
        .outerjoin(assignment, assignment.c.token_id == token.c.id)
        .where(
            token.c.role == role,
            revoked.c.token_id.is_(None),
            or_(assignment.c.token_id.is_(None), on_day(today)),
        )
        .order_by(token.c.name)
    )
