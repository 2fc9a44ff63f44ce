"""Whom invoices are about: patients with their cards, and clinics. Which rules decided."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint

from storage.tables.columns import metadata, of, own_id

clinic = Table("clinic", metadata, own_id(), Column("hsa_id", Text, nullable=False, unique=True))

patient = Table(
    "patient",
    metadata,
    own_id(),
    Column("number", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
)
"""`version` counts the transactions that changed what is known of the patient: whoever remembers
it under another version reads it anew. Its row is the lock of everything about the patient."""

edition = Table(
    "edition",
    metadata,
    own_id(),
    Column("region", Text, nullable=False),
    Column("support", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("region", "support", "valid_from", "digest"),
)

card = Table(
    "card",
    metadata,
    own_id(),
    Column("number", Text, nullable=False, unique=True),
    of("patient"),
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
    of("card", is_key=True),
    Column("voided_on", Date, nullable=False),
)

free_card = Table(
    "free_card",
    metadata,
    own_id(),
    of("patient"),
    Column("number", Text, nullable=False, unique=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Index(None, "patient_id"),
)
"""A patient's free card that was found after invoices had come without it: they are decided again
as if it had been sent with them."""
