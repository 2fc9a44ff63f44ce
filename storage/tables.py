"""Every table. Rows are added and never changed, save a patient's `version`.

Amounts are öre, days are dates. Keys are whole numbers of ours; what people call a thing by is
unique beside them, as the last line of defence.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only under this name."""


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _of(table: str, *, is_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(
        f"{table}_id", Id, ForeignKey(f"{table}.id"), primary_key=is_key, nullable=nullable
    )


clinic = Table("clinic", metadata, _id(), Column("hsa_id", Text, nullable=False, unique=True))

patient = Table(
    "patient",
    metadata,
    _id(),
    Column("number", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
)
"""`version` counts the transactions that changed what is known of the patient: whoever remembers
it under another version reads it anew. Its row is the lock of everything about the patient."""

edition = Table(
    "edition",
    metadata,
    _id(),
    Column("region", Text, nullable=False),
    Column("support", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("region", "support", "valid_from", "digest"),
)

card = Table(
    "card",
    metadata,
    _id(),
    Column("number", Text, nullable=False, unique=True),
    _of("patient"),
    Column("region", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("diagnosis", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index(None, "patient_id"),
)

card_voided = Table(
    "card_voided",
    metadata,
    _of("card", is_key=True),
    Column("voided_on", Date, nullable=False),
)

preassessment = Table(
    "preassessment",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _of("patient"),
    Column("region", Text, nullable=False),
    Column("support", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("covers_from", Date, nullable=False),
    Column("covers_to", Date, nullable=False),
    Index(None, "patient_id"),
)

preassessment_line = Table(
    "preassessment_line",
    metadata,
    _of("preassessment", is_key=True),
    Column("line", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("tooth", Text),
    Column("count_approved", Integer),
    Column("amount_ore", BigInteger),
)

invoice = Table(
    "invoice",
    metadata,
    _id(),
    _of("clinic"),
    Column("number", Text, nullable=False),
    _of("patient"),
    Column("content", LargeBinary, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("support", Text, nullable=False),
    Column("care_level", Text, nullable=False),
    Column("region", Text),
    Column("replaces", Text),
    Column("free_card", Text),
    Column("status", Text, nullable=False),
    Column("claimed_ore", BigInteger, nullable=False),
    Column("allowed_ore", BigInteger, nullable=False),
    Column("patient_fee_ore", BigInteger, nullable=False),
    Column("payable_ore", BigInteger, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    UniqueConstraint("clinic_id", "number"),
    Index(None, "patient_id"),
)
"""`content` is the fingerprint of what was sent, `answer` the decision in JSON as it was first
given, `free_card` that object in JSON."""

line = Table(
    "line",
    metadata,
    _of("invoice", is_key=True),
    Column("line", Integer, primary_key=True),
    Column("treated_on", Date, nullable=False),
    Column("code", Text, nullable=False),
    Column("performer", Text, nullable=False),
    Column("tooth", Text),
    Column("zone", Text),
    Column("surfaces", Text),
    Column("sent", Text),
    Column("claimed_ore", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("allowed_ore", BigInteger, nullable=False),
    _of("edition", nullable=True),
)
"""`sent` is in JSON what else the clinic sent: conditions, facts, motivation, documents, and the
application that it named."""

finding = Table(
    "finding",
    metadata,
    _of("invoice", is_key=True),
    Column("line", Integer, primary_key=True),
    Column("place", SmallInteger, primary_key=True),
    Column("code", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("facts", Text),
)
"""`place` is its place among the line's, `facts` its numbers in JSON."""

visit = Table(
    "visit",
    metadata,
    _of("invoice", is_key=True),
    Column("treated_on", Date, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    _id(),
    _of("patient"),
    _of("invoice"),
    Column("line", Integer, nullable=False),
    Column("treated_on", Date, nullable=False),
    Column("code", Text, nullable=False),
    Column("support", Text, nullable=False),
    Column("performer", Text, nullable=False),
    Column("tooth", Text),
    Column("zone", Text),
    Column("surfaces", Text),
    Column("allowed_ore", BigInteger, nullable=False),
    _of("preassessment", nullable=True),
    Column("preassessment_line", Integer),
    Column("is_charged", Boolean, nullable=False),
    UniqueConstraint("invoice_id", "line"),
    Index(None, "patient_id", "treated_on", "id"),
    Index(None, "preassessment_id"),
)
"""What an approved line uses: all that later decisions look back at, in the order of approval; and
which line of an application carries it. `is_charged` says that a fee was taken for its visit."""

credit = Table(
    "credit",
    metadata,
    _id(),
    _of("invoice"),
    Column("credited_on", Date, nullable=False),
    Column("allowed_ore", BigInteger, nullable=False),
    Column("patient_fee_ore", BigInteger, nullable=False),
    Column("payable_ore", BigInteger, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Index(None, "invoice_id"),
)
"""What an invoice gave back: amounts are those taken back, `answer` is the credit in JSON."""

credited_line = Table(
    "credited_line",
    metadata,
    _of("invoice", is_key=True),
    Column("line", Integer, primary_key=True),
    _of("credit"),
)
"""A line is credited once."""

credited_visit = Table(
    "credited_visit",
    metadata,
    _of("credit", is_key=True),
    Column("treated_on", Date, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
)
"""What is given back of a visit's fee."""
