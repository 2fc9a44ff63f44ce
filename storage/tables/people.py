"""Persons who sign in, what each is assigned to do, and their sessions."""

from sqlalchemy import BigInteger, Column, Date, LargeBinary, Table, Text

from storage.tables.columns import metadata, of, own_id

person = Table(
    "person",
    metadata,
    own_id(),
    Column("hsa_id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)
"""Whoever may sign in, by the HSA-id that the identity provider tells. Whoever gives them something
to do locks the row, so that no two give what conflicts."""

assignment = Table(
    "assignment",
    metadata,
    of("token", is_key=True),
    of("person"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)
"""A role of a person, with its clinic: those of a token whose secret was shown to nobody, so that
whatever is done is noted as done by it, and it ends by being revoked."""

session = Table(
    "session",
    metadata,
    own_id(),
    Column("digest", LargeBinary, nullable=False, unique=True),
    of("person"),
    of("token", nullable=True),
    Column("proved_at", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
)
"""`digest` is the SHA-256 of what the browser shows, `token` the assignment that was chosen, None
until one is. `proved_at` is when the person last showed the identity provider who they are, which
may be before they signed in here. A choice begins another session, of the same `signed_in_at`.
Moments are microseconds since 1970."""

session_seen = Table(
    "session_seen",
    metadata,
    of("session", is_key=True),
    Column("seen_at", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
"""That a session was used: at most one row a minute."""

session_ended = Table(
    "session_ended",
    metadata,
    of("session", is_key=True),
    Column("ended_at", BigInteger, nullable=False),
)
