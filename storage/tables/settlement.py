"""Who is paid, what was paid in which run, and what was booked for it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import Id, known, metadata, of, own_id

payer = Table(
    "payer",
    metadata,
    own_id(),
    Column("region", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("content", Text, nullable=False),
    of("token", nullable=True),
)
"""The region as bank and ledger know it, in JSON, with the bank whose wishes are met: of several
the one in force, and of those from one day the latest."""

payee = Table(
    "payee",
    metadata,
    own_id(),
    of("clinic"),
    Column("name", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    of("token", nullable=True),
    Index(None, "clinic_id"),
)
"""Where a clinic's money goes (invoices/payees.py), `account` in JSON: of several the one in force,
and of those from one day the latest."""

run_closed = Table(
    "run_closed",
    metadata,
    Column("region", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""A run that is exported or discarded: after it, and only then, there may be another one."""

run = Table(
    "run",
    metadata,
    own_id(),
    Column("region", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("before", Integer),
    Column("through_on", Date, nullable=False),
    Column("pay_on", Date, nullable=False),
    Column("frozen_at", BigInteger, nullable=False),
    Column("payment_ore", BigInteger, nullable=False),
    Column("payer", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("region", "number"),
    ForeignKeyConstraint(
        ["region", "before"], ["run_closed.region", "run_closed.number"], name="fk_run_before"
    ),
    CheckConstraint("number = coalesce(before, 0) + 1", name="ck_run_number"),
)
"""A run as it was frozen (invoices/run.py), `content` in JSON. Each names the one `before` it, and
that is closed: so numbers have no gaps, and of a region at most one run is open."""

run_invoice = Table(
    "run_invoice",
    metadata,
    known("run", is_key=True),
    known("clinic", is_key=True),
    known("invoice", is_key=True),
    sqlite_with_rowid=False,
)
"""What a run is made of: versions of invoices, with what they took back of those before."""

run_credit = Table(
    "run_credit",
    metadata,
    known("run", is_key=True),
    known("clinic", is_key=True),
    known("credit", is_key=True),
    sqlite_with_rowid=False,
)
"""What a run is made of: credits of clinics."""

settled_invoice = Table(
    "settled_invoice", metadata, known("invoice", is_key=True), known("run"),
    sqlite_with_rowid=False,
)  # fmt: skip
settled_credit = Table(
    "settled_credit", metadata, known("credit", is_key=True), known("run"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""In which run something was settled, when that was exported. By its key that is once, ever."""

run_step = Table(
    "run_step",
    metadata,
    of("run", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("move", Text, nullable=False),
    Column("state", Text, nullable=False),
    of("token"),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What was done with a run, in places 1, 2, …: by whom, what they had seen of it, and what that led
to (invoices/runsteps.py). Of two who move it from one place the key lets one."""

run_file = Table(
    "run_file",
    metadata,
    of("run", is_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""A file of a run as it goes to the bank or the ledger, made once."""

payment = Table(
    "payment",
    metadata,
    own_id(),
    of("run"),
    of("clinic"),
    Column("reference", Text, nullable=False, unique=True),
    Column("amount_ore", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Index(None, "clinic_id", "id"),
    Index(None, "run_id"),
)
"""What a clinic is paid in a run, and to which account, in JSON."""

payment_answer = Table(
    "payment_answer",
    metadata,
    of("payment", is_key=True),
    Column("place", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    of("token"),
    sqlite_with_rowid=False,
)
"""What the bank said of a payment that changed its state, in places 1, 2, …; `reasons` is a list in
JSON. The last one tells how it stands."""

ledger_transaction = Table(
    "ledger_transaction",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("before", Integer, ForeignKey("ledger_transaction.number"), unique=True),
    Column("kind", Text, nullable=False),
    of("run"),
    Column("payment_id", Id, ForeignKey("payment.id")),
    Column("booked_on", Date, nullable=False),
    CheckConstraint("number = coalesce(before, 0) + 1", name="ck_ledger_transaction_number"),
    Index(None, "run_id"),
)
"""What is booked together (invoices/ledger.py), numbered without gaps."""

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("number", Integer, ForeignKey("ledger_transaction.number"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    of("clinic"),
    Column("support", Text),
    Column("amount_ore", BigInteger, nullable=False),
    Index(None, "clinic_id"),
    sqlite_with_rowid=False,
)
