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
    text,
)

from storage.columns import Id
from storage.columns import known as _known
from storage.columns import of as _of
from storage.columns import own_id as _id

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
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
    Column("replaces_id", Id, ForeignKey("preassessment.id"), unique=True),
    Index(None, "patient_id"),
    Index(None, "covers_to"),
)
"""`replaces` is the decision that this one stands in for; each is replaced once."""

preassessment_line = Table(
    "preassessment_line",
    metadata,
    _of("preassessment", is_key=True),
    Column("line", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("tooth", Text),
    Column("count_approved", Integer),
    Column("amount_ore", BigInteger),
    sqlite_with_rowid=False,
)

application = Table(
    "application",
    metadata,
    _id(),
    _of("clinic"),
    Column("number", Text, nullable=False),
    _of("patient"),
    Column("region", Text, nullable=False),
    Column("support", Text, nullable=False),
    UniqueConstraint("clinic_id", "number"),
    Index(None, "patient_id"),
)
"""What never changes of an application; `number` is the clinic's own."""

application_version = Table(
    "application_version",
    metadata,
    _of("application", is_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What the clinic has written, in JSON (preassessments/application.py), in versions 1, 2, …"""

application_move = Table(
    "application_move",
    metadata,
    _of("application", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("move", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("moved_on", Date, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    _of("token"),
    Column("holder_id", Id, ForeignKey("token.id")),
    Column("consultant_id", Id, ForeignKey("token.id")),
    Column("said", Text),
    Index(None, "state"),
    sqlite_with_rowid=False,
)
"""What was done with an application, in places 1, 2, …: by whom, the state that it reached, the
version that it then held, the assessor who then has it, the consultant who is asked, and what was
said. The last one tells how it stands. Of two who move it from one place the key lets one."""

application_decision = Table(
    "application_decision",
    metadata,
    _of("application", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("preassessment_id", Id, ForeignKey("preassessment.id"), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What was decided by the move at that place, in JSON (preassessments/assessment.py), and what of
it invoices draw down."""

token = Table(
    "token",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    _of("clinic", nullable=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("issued_at", BigInteger, nullable=False),
)
"""Who may use the API: `role` is one of registry/roles.py, `clinic` whose invoices a clinic's own
system may touch, `digest` the SHA-256 of what it shows. Moments are microseconds since 1970."""

token_revoked = Table(
    "token_revoked",
    metadata,
    _of("token", is_key=True),
    Column("revoked_at", BigInteger, nullable=False),
)

invoice = Table(
    "invoice",
    metadata,
    _id(),
    _known("clinic"),
    Column("number", Text, nullable=False),
    Column("version", Integer, nullable=False),
    _known("patient"),
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
    UniqueConstraint("clinic_id", "number", "version"),
    Index(None, "patient_id"),
    Index(None, "clinic_id", "id"),
)
"""What was sent and decided: version 1 when it came, and one more row each time some of it is
decided anew (`revision`). `content` is the fingerprint of what was sent, `free_card` that object in
JSON, `answer` the whole decision in JSON as this version has it, and so are the amounts. A later
version has rows of its own for those lines alone that it decides."""

_is_carried = text("preassessment_id IS NOT NULL")
is_held = text("outcome IN ('needs_preassessment', 'needs_document', 'needs_review')")
"""In these words, since an index of a part of the rows is only used by a question in its words."""

line = Table(
    "line",
    metadata,
    _known("invoice", is_key=True),
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
    _known("edition", nullable=True),
    _known("preassessment", nullable=True),
    Column("preassessment_line", Integer),
    _known("assessment", nullable=True),
    Index(None, "preassessment_id", sqlite_where=_is_carried, postgresql_where=_is_carried),
    Index("ix_line_held", "invoice_id", sqlite_where=is_held, postgresql_where=is_held),
    sqlite_with_rowid=False,
)
"""A line as it was sent and decided. The approved ones that are not credited are what a patient has
used: all that later decisions look back at. `sent` is in JSON what else the clinic sent:
conditions, facts, motivation, documents, and the application that it named;
`preassessment_line` is the line of the application that carries it, `assessment_id` the assessor's
decision that does."""

finding = Table(
    "finding",
    metadata,
    _known("invoice", is_key=True),
    Column("line", Integer, primary_key=True),
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
    _known("invoice", is_key=True),
    Column("treated_on", Date, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""A day of the lines that a version decides: what it charges beside earlier ones."""

assessment = Table(
    "assessment",
    metadata,
    _id(),
    _of("invoice"),
    Column("line", Integer, nullable=False),
    Column("is_approved", Boolean, nullable=False),
    Column("is_carried", Boolean, nullable=False),
    Column("settles", Text, nullable=False),
    Column("amount_ore", BigInteger),
    Column("motive", Text),
    Index(None, "invoice_id"),
)
"""What an assessor decided of a line (adjudication/assessment.py), by the key of the invoice's
first version: of several the latest holds. `settles` is a list in JSON."""

redecision = Table(
    "redecision",
    metadata,
    _id(),
    Column("cause", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    _of("token", nullable=True),
)
"""A proposal to decide invoices again, and in JSON what it is about."""

redecision_patient = Table(
    "redecision_patient",
    metadata,
    _of("redecision", is_key=True),
    _of("patient", is_key=True),
    Column("changes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What a proposal would change of a patient's invoices, in JSON as it is shown."""

redecision_shown = Table(
    "redecision_shown",
    metadata,
    _of("redecision", is_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("summary", Text, nullable=False),
)
"""A proposal that is complete: a digest of its changes, and in JSON what they add up to. It was
approved where versions name it (`revision`)."""

revision = Table(
    "revision",
    metadata,
    _of("invoice", is_key=True),
    Column("first_id", Id, ForeignKey("invoice.id"), nullable=False),
    Column("before_id", Id, ForeignKey("invoice.id"), nullable=False, unique=True),
    Column("cause", Text, nullable=False),
    Column("motive", Text),
    _of("redecision", nullable=True),
    _of("token", nullable=True),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "first_id"),
    Index(None, "redecision_id"),
)
"""Why an invoice has a later version, and who made it: `invoice_id` is that version, `first_id` the
first and `before_id` the one that it replaces, of which there is one each."""

credit = Table(
    "credit",
    metadata,
    _id(),
    _of("invoice"),
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
    _of("invoice", is_key=True),
    Column("line", Integer, primary_key=True),
    _of("credit"),
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
    _of("credit", is_key=True),
    Column("treated_on", Date, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What is given back of a visit's fee."""

attachment = Table(
    "attachment",
    metadata,
    _id(),
    _of("clinic"),
    _of("patient"),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("announced_on", Date, nullable=False),
    Index(None, "patient_id"),
)
"""A document that a clinic sends, of a kind of attachments/kinds.py. Its content comes after it."""

attachment_content = Table(
    "attachment_content",
    metadata,
    _of("attachment", is_key=True),
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
    _of("invoice", is_key=True),
    Column("line", Integer, primary_key=True),
    _of("attachment", is_key=True),
    Column("added_on", Date, nullable=False),
    Index(None, "attachment_id"),
    sqlite_with_rowid=False,
)
"""A document that was added to a line which waited, after the invoice was decided."""

application_document = Table(
    "application_document",
    metadata,
    Column("application", Text, primary_key=True),
    _of("attachment", is_key=True),
    Column("added_on", Date, nullable=False),
    Index(None, "attachment_id"),
    sqlite_with_rowid=False,
)
"""A document that goes with an application, by what that is called."""

audit_chain = Table(
    "audit_chain",
    metadata,
    _id(),
    Column("begun_at", BigInteger, nullable=False),
)
"""One for each writer, so that none waits for another."""

audit = Table(
    "audit",
    metadata,
    _known("audit_chain", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("act", Text, nullable=False),
    _known("token", nullable=True),
    _known("patient", nullable=True),
    _known("invoice", nullable=True),
    Column("subject", Text),
    Column("content", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Every change and every look at a patient (storage/audit.py), in places 1, 2, … of its chain.
Without a token it was done by a command on the server."""

material_request = Table(
    "material_request",
    metadata,
    _id(),
    _of("invoice"),
    Column("line", Integer, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    _of("token", nullable=True),
    Index(None, "invoice_id"),
)
"""What an assessor asks a clinic for, by the key of the invoice's first version: kinds of documents
(a list in JSON), and a question in words."""

claim = Table(
    "claim",
    metadata,
    _id(),
    _of("invoice"),
    Column("line", Integer, nullable=False),
    Column("is_taken", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    _of("token", nullable=True),
    Index(None, "invoice_id", "line"),
)
"""Who has taken a held line to assess it, or put it back, by the key of the invoice's first
version: of several the latest holds."""

free_card = Table(
    "free_card",
    metadata,
    _id(),
    _of("patient"),
    Column("number", Text, nullable=False, unique=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Index(None, "patient_id"),
)
"""A patient's free card that was found after invoices had come without it: they are decided again
as if it had been sent with them."""
