"""To whom may an application go: to which assessors, to which consultants?"""

from datetime import date
from typing import Literal

from sqlalchemy import Connection, or_, select

from storage import tables


def recipients(
    connection: Connection, role: Literal["assessor", "consultant"], today: date
) -> list[str]:
    """The names by which tokens of a role are called that hold today, by name."""
    token, revoked, assignment = tables.token, tables.token_revoked, tables.assignment
    question = (
        select(token.c.name)
        .outerjoin(revoked, revoked.c.token_id == token.c.id)
        .outerjoin(assignment, assignment.c.token_id == token.c.id)
        .where(
            token.c.role == role,
            revoked.c.token_id.is_(None),
            or_(
                assignment.c.token_id.is_(None),
                (assignment.c.valid_from <= today)
                & (assignment.c.valid_to.is_(None) | (assignment.c.valid_to >= today)),
            ),
        )
        .order_by(token.c.name)
    )
    return list(connection.scalars(question))
