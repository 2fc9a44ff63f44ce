"""Applications, and what of them invoices draw down."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import Id, metadata, of, own_id

preassessment = Table(
    "preassessment",
    metadata,
    own_id(),
    Column("name", Text, nullable=False, unique=True),
    of("patient"),
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
    of("preassessment", is_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("code", Text, nullable=False),
    Column("tooth", Text),
    Column("count_approved", BigInteger),
    Column("amount_ore", BigInteger),
    sqlite_with_rowid=False,
)

application = Table(
    "application",
    metadata,
    own_id(),
    of("clinic"),
    Column("number", Text, nullable=False),
    of("patient"),
    Column("region", Text, nullable=False),
    Column("support", Text, nullable=False),
    UniqueConstraint("clinic_id", "number"),
    Index(None, "patient_id"),
)
"""What never changes of an application; `number` is the clinic's own."""

application_version = Table(
    "application_version",
    metadata,
    of("application", is_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What the clinic has written, in JSON (preassessments/application.py), in versions 1, 2, …; `kind`
stands beside it, since lists ask for it."""

application_move = Table(
    "application_move",
    metadata,
    of("application", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("move", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("moved_on", Date, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    of("token"),
    Column("holder_id", Id, ForeignKey("token.id")),
    Column("consultant_id", Id, ForeignKey("token.id")),
    Column("said", Text),
    Column("answer_by", Date),
    Index(None, "state"),
    sqlite_with_rowid=False,
)
"""What was done with an application, in places 1, 2, …: by whom, the state that it reached, the
version that it then held, the assessor who then has it, the consultant who is asked, what was
said, and by which day the clinic is asked to answer. The last one tells how it stands. Of two who
move it from one place the key lets one."""

application_decision = Table(
    "application_decision",
    metadata,
    of("application", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("preassessment_id", Id, ForeignKey("preassessment.id"), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What was decided by the move at that place, in JSON (preassessments/assessment.py), and what of
it invoices draw down."""
