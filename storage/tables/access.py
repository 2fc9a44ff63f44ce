"""Who may use the API, and the log of what everybody did."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text

from storage.tables.columns import known, metadata, of, own_id

token = Table(
    "token",
    metadata,
    own_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    of("clinic", nullable=True),
    Column("person", Text),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("issued_at", BigInteger, nullable=False),
)
"""Who may use the API: `role` is one of registry/roles.py, `clinic` whose invoices a clinic's own
system may touch, `person` who they are (HSA-id) where that matters: several tokens may be one
person's. `digest` is the SHA-256 of what it shows. Moments are microseconds since 1970."""

person_clinic = Table(
    "person_clinic",
    metadata,
    Column("person", Text, primary_key=True),
    of("clinic", is_key=True),
    sqlite_with_rowid=False,
)
"""A clinic that a person belongs to."""

token_revoked = Table(
    "token_revoked",
    metadata,
    of("token", is_key=True),
    Column("revoked_at", BigInteger, nullable=False),
)

audit_chain = Table(
    "audit_chain",
    metadata,
    own_id(),
    Column("begun_at", BigInteger, nullable=False),
)
"""One for each writer, so that none waits for another."""

is_review = text("act = 'review_log'")
"""In these words, since an index of a part of the rows is only used by a question in its words."""

audit = Table(
    "audit",
    metadata,
    known("audit_chain", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("act", Text, nullable=False),
    known("token", nullable=True),
    known("patient", nullable=True),
    known("invoice", nullable=True),
    Column("subject", Text),
    Column("content", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    Index(None, "at"),
    Index("ix_audit_review", "at", sqlite_where=is_review, postgresql_where=is_review),
    sqlite_with_rowid=False,
)
"""Every change and every look at a patient (storage/audit.py), in places 1, 2, … of its chain.
Without a token it was done by a command on the server."""
