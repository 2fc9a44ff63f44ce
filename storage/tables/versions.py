"""Why invoices have later versions: what assessors decide of lines, and what is decided again."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
)

from storage.tables.columns import Id, metadata, of, own_id

assessment = Table(
    "assessment",
    metadata,
    own_id(),
    of("invoice"),
    Column("line", BigInteger, nullable=False),
    Column("is_approved", Boolean, nullable=False),
    Column("is_carried", Boolean, nullable=False),
    Column("settles", Text, nullable=False),
    Column("amount_ore", BigInteger),
    Column("motive", Text),
    Index(None, "invoice_id"),
)
"""What an assessor decided of a line (adjudication/assessment.py), by the key of the invoice's
first version: of several the latest holds. `settles` is a list in JSON."""

material_request = Table(
    "material_request",
    metadata,
    own_id(),
    of("invoice"),
    Column("line", BigInteger, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    of("token", nullable=True),
    Index(None, "invoice_id"),
)
"""What an assessor asks a clinic for, by the key of the invoice's first version: kinds of documents
(a list in JSON), and a question in words."""

claim = Table(
    "claim",
    metadata,
    own_id(),
    of("invoice"),
    Column("line", BigInteger, nullable=False),
    Column("is_taken", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    of("token", nullable=True),
    Index(None, "invoice_id", "line"),
)
"""Who has taken a held line to assess it, or put it back, by the key of the invoice's first
version: of several the latest holds."""

redecision = Table(
    "redecision",
    metadata,
    own_id(),
    Column("cause", Text, nullable=False),
    Column("through", Id, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    of("token", nullable=True),
)
"""A proposal to decide invoices again, in JSON what it is about, and the key of the last patient
whom it may be about."""

redecision_patient = Table(
    "redecision_patient",
    metadata,
    of("redecision", is_key=True),
    of("patient", is_key=True),
    Column("changes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What a proposal would change of a patient's invoices, in JSON as it is shown."""

redecision_step = Table(
    "redecision_step",
    metadata,
    of("redecision", is_key=True),
    Column("reached", Id, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("summary", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""How far a proposal has come: the last of the patients' keys that are seen to, a digest of its
changes until there, and in JSON what they add up to. It is complete when that is the last one of
all. It was approved where versions name it (`revision`)."""

revision = Table(
    "revision",
    metadata,
    of("invoice", is_key=True),
    Column("first_id", Id, ForeignKey("invoice.id"), nullable=False),
    Column("before_id", Id, ForeignKey("invoice.id"), nullable=False, unique=True),
    Column("cause", Text, nullable=False),
    Column("motive", Text),
    of("redecision", nullable=True),
    of("token", nullable=True),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "first_id"),
    Index(None, "redecision_id"),
)
"""Why an invoice has a later version, and who made it: `invoice_id` is that version, `first_id` the
first and `before_id` the one that it replaces, of which there is one each."""
