"""The audit log: who changed or looked at what, when, in chains that nobody can edit unseen.

Every writer has a chain of its own. An entry's hash is over the hash before it and all that the
entry says, so a changed, removed, added or moved entry breaks its chain; only a tail that is cut
off does not, which is why heads are noted elsewhere (`partitur db audit --heads`).

Nothing here says who a patient is: an entry names rows by their keys.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from time import time_ns
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import astuple
from sqlalchemy import Connection, select, union
from sqlalchemy.exc import DBAPIError

from storage import tables
from storage.rows import Into, add, put

Act = Literal[
    "submit",
    "answer_again",
    "check",
    "credit",
    "assess",
    "decide_again",
    "ask_for_material",
    "claim_line",
    "list_held_lines",
    "preview_redecision",
    "redecide",
    "read_redecision",
    "put_free_card",
    "read_invoice",
    "read_versions",
    "list_invoices",
    "read_standing",
    "reconcile",
    "read_figures",
    "read_cards",
    "put_card",
    "void_card",
    "read_preassessments",
    "put_preassessment",
    "try_application",
    "move_application",
    "read_application",
    "list_applications",
    "announce_attachment",
    "receive_attachment",
    "read_attachment",
    "list_attachments",
    "add_document",
    "put_payer",
    "put_payee",
    "prepare_run",
    "approve_run",
    "discard_run",
    "export_run",
    "answer_run",
    "read_statement",
    "trace",
    "issue_token",
    "revoke_token",
    "give_assignment",
    "end_assignment",
    "sign_in",
    "sign_out",
    "read_log",
    "read_audit",
    "review_log",
    "fill_demo",
]
HASH_BYTES = 32

_canonical = msgspec.msgpack.Encoder().encode


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What was done: by whom (the key of a token, None for a command on the server), to whom and
    what. `subject` is what has no key of its own, `content` a digest of what was kept or shown."""

    act: Act
    token_id: int | None = None
    patient_id: int | None = None
    invoice_id: int | None = None
    subject: str | None = None
    content: bytes | None = None


class Head(NamedTuple):
    """The last entry of a chain."""

    chain: int
    place: int
    hash: bytes


class Break(NamedTuple):
    """The first place of a chain that does not follow from those before it."""

    chain: int
    place: int


def now() -> int:
    """Microseconds since 1970."""
    return time_ns() // 1000


class Chain:
    """A writer's chain. What is written after `begin` holds when the transaction ends well:
    `settle` says so, else the next one goes on from where the last settled one ended. Where nobody
    knows how it ended, `leave` says so, and the next `write` begins another chain."""

    def __init__(self, clock: Callable[[], int] = now) -> None:
        self._clock = clock
        self._head: Head | None = None
        self._written: Head | None = None

    def begin(self) -> None:
        """A new transaction begins, whatever became of the one before."""
        self._written = None

    def write(self, into: Into, entries: Sequence[Entry]) -> None:
        """Add entries to the chain, in their order."""
        if not entries:
            return
        at = self._clock()
        chain, place, last = self._written or self._head or self._new(into, at)
        rows = []
        for place, entry in enumerate(entries, place + 1):  # noqa: B020 – from there on
            last = link(last, chain, place, at, entry)
            rows.append((chain, place, at, *astuple(entry), last))
        put(into, tables.audit, _COLUMNS, rows)
        self._written = Head(chain, place, last)

    def settle(self) -> None:
        """The transaction has ended well."""
        if self._written is not None:
            self._head = self._written

    def leave(self) -> None:
        """The transaction may have been kept, or not: nothing can follow on what it wrote."""
        self._head = self._written = None

    def _new(self, into: Into, at: int) -> Head:
        (key,) = add(into, tables.audit_chain, [{"begun_at": at}])
        return Head(key, 0, b"")


_COLUMNS = ("audit_chain_id", "place", "at", "act", "token_id", "patient_id", "invoice_id",
            "subject", "content", "hash")  # fmt: skip


def link(before: bytes, chain: int, place: int, at: int, entry: Entry) -> bytes:
    """The hash of an entry that stands at a place of a chain after another."""
    return blake2b(
        before + _canonical((chain, place, at, *astuple(entry))), digest_size=HASH_BYTES
    ).digest()


def verify(connection: Connection) -> Iterator[Head | Break]:
    """For each chain its head, or where it is broken."""
    for chain in connection.scalars(_CHAINS).all():
        yield _verified(connection, chain)


def _verified(connection: Connection, chain: int) -> Head | Break:
    table = tables.audit
    rows = connection.execution_options(yield_per=10_000).execute(
        select(table).where(table.c.audit_chain_id == chain).order_by(table.c.place)
    )
    last, place = b"", 0
    try:
        for place, row in enumerate(rows, 1):
            last = link(last, chain, place, row.at, Entry(*row[3:9]))
            if row.place != place or row.hash != last:
                return Break(chain, place)
    except (DBAPIError, ArithmeticError, MemoryError, TypeError, ValueError):
        return Break(chain, place + 1)  # what no column of ours could hold
    finally:
        rows.close()
    return Head(chain, place, last) if place else Break(chain, 1)


_CHAINS = union(select(tables.audit_chain.c.id), select(tables.audit.c.audit_chain_id)).order_by(
    "id"
)
"""Those that were begun, and those that entries say they belong to."""


def joined(heads: Iterable[Head]) -> str:
    """One digest for all heads, to be noted where nobody who writes here can."""
    return blake2b(_canonical(sorted(heads)), digest_size=HASH_BYTES).hexdigest()


def is_still_there(connection: Connection, head: Head) -> bool:
    """Whether an entry that was noted as a head stands in its chain."""
    table = tables.audit.c
    found = connection.scalar(
        select(table.hash).where(table.audit_chain_id == head.chain, table.place == head.place)
    )
    return found == head.hash
