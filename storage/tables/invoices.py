"""Invoices as they were sent and decided, and what was credited of them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.columns import Id, known, metadata, of, own_id

is_told_apart = text("(status <> 'approved' OR version > 1)")
"""Invoices that a list is asked for by what became of them: few, where most are approved at once.
In these words, since an index of a part of the rows is only used by a question in its words."""
_told_apart: dict[str, Any] = {"sqlite_where": is_told_apart, "postgresql_where": is_told_apart}

invoice = Table(
    "invoice",
    metadata,
    own_id(),
    known("clinic"),
    Column("number", Text, nullable=False),
    Column("version", Integer, nullable=False),
    known("patient"),
    Column("content", LargeBinary, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("support", Text, nullable=False),
    Column("care_level", Text, nullable=False),
    Column("replaces", Text),
    Column("sent", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    Column("claimed_ore", BigInteger, nullable=False),
    Column("allowed_ore", BigInteger, nullable=False),
    Column("patient_fee_ore", BigInteger, nullable=False),
    Column("payable_ore", BigInteger, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    UniqueConstraint("clinic_id", "number", "version"),
    Index(None, "patient_id"),
    Index(None, "clinic_id", "id"),
    Index("ix_invoice_told_apart", "status", "version", "id", **_told_apart),
    Index("ix_invoice_told_apart_by_clinic", "clinic_id", "status", "version", "id", **_told_apart),
)
"""What was sent and decided: version 1 when it came, and one more row each time some of it is
decided anew (`revision`). `content` is the fingerprint of what was sent, `sent` that in JSON (of a
later version, with what has come to it since), `answer` the whole decision in JSON as this version
has it, and so are the amounts. A later version has rows of its own for those lines alone that it
decides."""

_is_carried = text("preassessment_id IS NOT NULL")
is_held = text("outcome IN ('needs_preassessment', 'needs_document', 'needs_review')")
"""In these words, as above."""

line = Table(
    "line",
    metadata,
    known("invoice", is_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("treated_on", Date, nullable=False),
    Column("code", Text, nullable=False),
    Column("performer", Text, nullable=False),
    Column("tooth", Text),
    Column("zone", Text),
    Column("surfaces", Text),
    Column("claimed_ore", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("allowed_ore", BigInteger, nullable=False),
    known("edition", nullable=True),
    known("preassessment", nullable=True),
    Column("preassessment_line", BigInteger),
    known("assessment", nullable=True),
    Index(None, "preassessment_id", sqlite_where=_is_carried, postgresql_where=_is_carried),
    Index("ix_line_held", "invoice_id", sqlite_where=is_held, postgresql_where=is_held),
    sqlite_with_rowid=False,
)
"""A line as it was sent and decided. The approved ones that are not credited are what a patient has
used: all that later decisions look back at. `preassessment_line` is the line of the application
that carries it, `assessment_id` the assessor's decision that does."""

finding = Table(
    "finding",
    metadata,
    known("invoice", is_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("place", SmallInteger, primary_key=True),
    Column("code", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("facts", Text),
    sqlite_with_rowid=False,
)
"""`place` is its place among the line's, `facts` its numbers in JSON."""

visit = Table(
    "visit",
    metadata,
    known("invoice", is_key=True),
    Column("treated_on", Date, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""A day of the lines that a version decides: what it charges beside earlier ones."""

credit = Table(
    "credit",
    metadata,
    own_id(),
    of("invoice"),
    Column("revision_id", Id, ForeignKey("revision.invoice_id")),
    Column("credited_on", Date, nullable=False),
    Column("allowed_ore", BigInteger, nullable=False),
    Column("patient_fee_ore", BigInteger, nullable=False),
    Column("payable_ore", BigInteger, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Index(None, "invoice_id"),
)
"""What an invoice (by its first version) gave back: amounts are those taken back, `answer` is the
credit in JSON. `revision_id` is the version that took it back; without one the clinic did."""

credited_line = Table(
    "credited_line",
    metadata,
    of("invoice", is_key=True),
    Column("line", BigInteger, primary_key=True),
    of("credit"),
    sqlite_with_rowid=False,
)
"""A line, of the version that decided it, is credited once."""

is_credited = (credited_line.c.invoice_id == line.c.invoice_id) & (
    credited_line.c.line == line.c.line
)
"""On which lines and their credits are joined."""

credited_visit = Table(
    "credited_visit",
    metadata,
    of("credit", is_key=True),
    Column("treated_on", Date, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What is given back of a visit's fee."""
