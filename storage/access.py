"""Tokens: who may use the API. Only a digest of a token is kept, so it is shown once."""

from collections.abc import Collection
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Select, insert, select

from registry.roles import Role
from storage import tables
from storage.audit import Entry, now
from storage.keys import Keys
from storage.persons import put_belonging
from storage.rows import add, given, listed
from terms.errors import PartiturError

_PREFIX = "partitur_"
_BYTES = 32


NotAdded = Literal["clinic_missing", "clinic_not_asked", "used"]
"""Why there cannot be such a token."""

Hindrance = Literal[NotAdded, "person_missing", "unknown", "revoked"]
"""Why a token cannot be issued or revoked."""


class TokenError(PartiturError):
    """A token that cannot be issued or revoked, and why: in a word, and for who runs a command."""

    def __init__(self, why: Hindrance, what: str) -> None:
        super().__init__(what)
        self.why = why


class Token(NamedTuple):
    """A token that holds: its key, its name, its role, and the clinic of a clinic's system."""

    id: int
    name: str
    role: Role
    clinic: str | None

    def reaches(self, clinic: str) -> bool:
        """Whether it may touch what is a clinic's."""
        return self.clinic in (None, clinic)


class Issued(NamedTuple):
    """A token as it is listed, and whose it is. Moments are microseconds since 1970."""

    name: str
    role: Role
    clinic: str | None
    issued_at: int
    revoked_at: int | None
    person: str | None


def issue(  # noqa: PLR0913 – each is a part of a token, or who issues it
    connection: Connection,
    name: str,
    role: Role,
    clinic: str | None,
    *,
    person: str | None = None,
    works_at: Collection[str] = (),
    by: int | None = None,
) -> tuple[str, Entry]:
    """Issue a token, to a person (HSA-id) where it matters who they are: several may be one
    person's, who belongs to the clinics that any of them names. `by` is the key of the token that
    whoever issues it shows. Gives what its owner shows, which is kept nowhere, and the audit's
    entry. Raises TokenError."""
    if works_at and person is None:
        raise TokenError(
            "person_missing", "--works-at säger var en person arbetar: ange också --person HSA-ID"
        )
    secret, key = add_token(connection, name, role, clinic, person)
    if person is not None:
        put_belonging(connection, person, works_at)
    return secret, Entry("issue_token", by, subject=str(key))


def add_token(
    connection: Connection, name: str, role: Role, clinic: str | None, person: str | None
) -> tuple[str, int]:
    """A new token: what shows it, and its key. Raises TokenError, with one of NotAdded."""
    if (role == "clinic") != (clinic is not None):
        why: NotAdded = "clinic_missing" if clinic is None else "clinic_not_asked"
        raise TokenError(
            why, "rollen clinic, och bara den, hör till en klinik: ange --clinic HSA-ID"
        )
    table = tables.token
    if connection.scalar(select(table.c.id).where(table.c.name == name)) is not None:
        raise TokenError("used", f"{name}: namnet är redan använt, också om token är återkallad")
    secret = _PREFIX + token_urlsafe(_BYTES)
    row = {
        "name": name,
        "role": role,
        "clinic_id": None if clinic is None else Keys().clinics(connection, [clinic])[clinic],
        "person": person,
        "digest": digest(secret),
        "issued_at": now(),
    }
    (key,) = add(connection, table, [row])
    return secret, key


def revoke(connection: Connection, name: str, by: int | None = None) -> Entry:
    """Revoke a token that was shown to somebody, from the next request on; what a person is
    assigned to do is ended otherwise (storage/people.py). Raises TokenError."""
    table, revoked, assigned = tables.token, tables.token_revoked, tables.assignment
    key = connection.scalar(
        select(table.c.id)
        .outerjoin(assigned, assigned.c.token_id == table.c.id)
        .where(table.c.name == name, assigned.c.token_id.is_(None))
    )
    if key is None:
        raise TokenError(
            "unknown", f"{name}: ingen token har det namnet; partitur token list visar alla"
        )
    if connection.scalar(select(revoked.c.token_id).where(revoked.c.token_id == key)) is not None:
        raise TokenError("revoked", f"{name}: är redan återkallad")
    connection.execute(insert(revoked), {"token_id": key, "revoked_at": now()})
    return Entry("revoke_token", by, subject=str(key))


def tokens(connection: Connection) -> list[Issued]:
    """Every token that was ever shown to somebody, by name; not those of persons' assignments."""
    table, clinic, revoked = tables.token, tables.clinic, tables.token_revoked
    assigned = tables.assignment
    rows = connection.execute(
        select(
            table.c.name,
            table.c.role,
            clinic.c.hsa_id,
            table.c.issued_at,
            revoked.c.revoked_at,
            table.c.person,
        )
        .outerjoin(clinic, clinic.c.id == table.c.clinic_id)
        .outerjoin(revoked, revoked.c.token_id == table.c.id)
        .outerjoin(assigned, assigned.c.token_id == table.c.id)
        .where(assigned.c.token_id.is_(None))
        .order_by(table.c.name)
    )
    return [Issued(*row) for row in rows]


def find(connection: Connection, secret: str) -> Token | None:
    """The token that shows this, where it holds."""
    table, clinic, revoked = tables.token, tables.clinic, tables.token_revoked
    row = connection.execute(
        select(table.c.id, table.c.name, table.c.role, clinic.c.hsa_id)
        .outerjoin(clinic, clinic.c.id == table.c.clinic_id)
        .outerjoin(revoked, revoked.c.token_id == table.c.id)
        .where(table.c.digest == digest(secret), revoked.c.token_id.is_(None))
    ).one_or_none()
    return None if row is None else Token(*row)


def revoked_among(connection: Connection, keys: Collection[int]) -> set[int]:
    """Those of the tokens that are revoked."""
    if not keys:
        return set()
    return set(connection.scalars(_revoked(connection.dialect.name), given(connection, keys)))


@cache
def _revoked(dialect: str) -> Select[int]:
    table = tables.token_revoked
    these = listed(dialect, table.c.token_id)
    return select(table.c.token_id).join(these, these.c.token_id == table.c.token_id)


def digest(secret: str) -> bytes:
    """What is shown has 256 bits of chance, so a plain digest tells nobody what it was."""
    return sha256(secret.encode()).digest()
