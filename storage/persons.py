"""Who acts: the person behind a token, and the clinics that they belong to."""

from collections.abc import Collection

from sqlalchemy import Connection, insert, select, union

from invoices.approval import Actor
from storage import tables
from storage.keys import Keys


def actor_of(connection: Connection, token: int) -> Actor | None:
    """Who shows a token; None where it says no person, or is revoked. All clinics of the person
    count, by whichever of their tokens they are known."""
    table, revoked = tables.token, tables.token_revoked
    row = connection.execute(
        select(table.c.name, table.c.role, table.c.person)
        .outerjoin(revoked, revoked.c.token_id == table.c.id)
        .where(table.c.id == token, table.c.person.is_not(None), revoked.c.token_id.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Actor(row.person, row.name, row.role, clinics_of(connection, row.person))


def clinics_of(connection: Connection, person: str) -> tuple[str, ...]:
    """The clinics that a person was said to belong to, and those whose systems they act for."""
    belongs, token, clinic = tables.person_clinic, tables.token, tables.clinic
    keys = union(
        select(belongs.c.clinic_id).where(belongs.c.person == person),
        select(token.c.clinic_id).where(token.c.person == person, token.c.clinic_id.is_not(None)),
    ).subquery()
    question = select(clinic.c.hsa_id).join(keys, keys.c.clinic_id == clinic.c.id)
    return tuple(connection.scalars(question.order_by(clinic.c.hsa_id)))


def put_belonging(connection: Connection, person: str, clinics: Collection[str]) -> None:
    """A person belongs to clinics, beside those that are known."""
    new = set(clinics).difference(clinics_of(connection, person))
    keys = Keys().clinics(connection, sorted(new))
    rows = [{"person": person, "clinic_id": keys[one]} for one in sorted(new)]
    if rows:
        connection.execute(insert(tables.person_clinic), rows)
