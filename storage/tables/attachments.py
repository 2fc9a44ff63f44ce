"""Documents that clinics send, and where they belong."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, Table, Text

from storage.tables.columns import metadata, of, own_id

attachment = Table(
    "attachment",
    metadata,
    own_id(),
    of("clinic"),
    of("patient"),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("announced_on", Date, nullable=False),
    Index(None, "patient_id"),
    Index(None, "clinic_id", "announced_on"),
)
"""A document that a clinic sends, of a kind of attachments/kinds.py. Its content comes after it."""

attachment_content = Table(
    "attachment_content",
    metadata,
    of("attachment", is_key=True),
    Column("file", Text, nullable=False, unique=True),
    Column("format", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("received_on", Date, nullable=False),
)
"""What came: `file` is its name in the folder of storage/files.py."""

line_document = Table(
    "line_document",
    metadata,
    of("invoice", is_key=True),
    Column("line", BigInteger, primary_key=True),
    of("attachment", is_key=True),
    Column("added_on", Date, nullable=False),
    Index(None, "attachment_id"),
    sqlite_with_rowid=False,
)
"""A document that was added to a line which waited, after the invoice was decided."""
