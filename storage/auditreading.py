"""The audit log, read: the newest entries first, each found to follow from the one before it."""

from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from storage import tables
from storage.acts import Done
from storage.audit import Act, Break, Entry, Head, joined, link, verify

LOOKED_THROUGH: Final = 10_000
"""So many entries are looked through at once for those of one act or token: a page is soon there,
however rare they are."""


class Place(NamedTuple):
    """Where an entry stands: when (microseconds since 1970), and its place in its chain."""

    at: int
    chain: int
    place: int


class ReadEntry(NamedTuple):
    """An entry: by whom (None: a command on the server), what, and about what. The patient is a key
    of ours alone. `is_whole` says whether it follows from the entry before it."""

    place: Place
    act: Act
    token: int | None
    who: str | None
    role: str | None
    patient: int | None
    invoice: int | None
    subject: str | None
    is_whole: bool


class Asked(NamedTuple):
    """Which entries: those before a place, of an act, by a token; None asks nothing."""

    before: Place | None = None
    act: Act | None = None
    token: int | None = None


class AuditPage(NamedTuple):
    """Some entries, the newest first; `next` is where the list goes on, None after the last."""

    entries: list[ReadEntry]
    next: Place | None


class Verified(NamedTuple):
    """Every chain read from its beginning: how many there are and how many entries, where any is
    broken, and one digest for all their ends (None where one is broken)."""

    chains: int
    entries: int
    breaks: list[Break]
    digest: str | None


def read_entries(connection: Connection, asked: Asked, limit: int, reader: int) -> Done[AuditPage]:
    """At most so many entries. `reader` is the key of the token that looks, which is noted."""
    audit, token = tables.audit, tables.token
    before = audit.alias("before")
    where, last = _where(asked), None
    if asked.act is not None or asked.token is not None:
        last = _last_looked_at(connection, asked.before)
        where += [] if last is None else [audit.c.at >= last.at, ~_is_before(last)]
    rows = connection.execute(
        select(audit, token.c.name, token.c.role, before.c.hash.label("hash_before"))
        .outerjoin(token, token.c.id == audit.c.token_id)
        .outerjoin(
            before,
            and_(
                before.c.audit_chain_id == audit.c.audit_chain_id,
                before.c.place == audit.c.place - 1,
            ),
        )
        .where(*where)
        .order_by(audit.c.at.desc(), audit.c.audit_chain_id.desc(), audit.c.place.desc())
        .limit(limit + 1)
    ).all()
    found = []
    for row in rows[:limit]:
        place = Place(row.at, row.audit_chain_id, row.place)
        entry = Entry(*row[3:9])
        hashed = link(row.hash_before or b"", place.chain, place.place, place.at, entry)
        is_first = place.place == 1
        found.append(
            ReadEntry(
                place,
                entry.act,
                entry.token_id,
                row.name,
                row.role,
                entry.patient_id,
                entry.invoice_id,
                entry.subject,
                hashed == row.hash and is_first == (row.hash_before is None),
            )
        )
    following = found[-1].place if len(rows) > limit else last
    return AuditPage(found, following), [Entry("read_audit", reader)]


def _where(asked: Asked) -> list[ColumnElement[bool]]:
    audit = tables.audit.c
    where: list[ColumnElement[bool]] = []
    if asked.before is not None:
        where += [audit.at <= asked.before.at, _is_before(asked.before)]
    if asked.act is not None:
        where.append(audit.act == asked.act)
    if asked.token is not None:
        where.append(audit.token_id == asked.token)
    return where


def _is_before(place: Place) -> ColumnElement[bool]:
    """Whether an entry is older than one at a place."""
    audit = tables.audit.c
    is_earlier_in_chain = and_(audit.audit_chain_id == place.chain, audit.place < place.place)
    is_earlier = or_(audit.audit_chain_id < place.chain, is_earlier_in_chain)
    return or_(audit.at < place.at, and_(audit.at == place.at, is_earlier))


def _last_looked_at(connection: Connection, before: Place | None) -> Place | None:
    """The oldest of as many entries as are looked through; None where there are no more."""
    audit = tables.audit.c
    row = connection.execute(
        select(audit.at, audit.audit_chain_id, audit.place)
        .where(*_where(Asked(before)))
        .order_by(audit.at.desc(), audit.audit_chain_id.desc(), audit.place.desc())
        .offset(LOOKED_THROUGH - 1)
        .limit(1)
    ).one_or_none()
    return None if row is None else Place(*row)


def verify_all(connection: Connection) -> Verified:
    """Read every chain. It takes a second for some hundred thousand entries."""
    found = list(verify(connection))
    heads = [one for one in found if isinstance(one, Head)]
    breaks = [one for one in found if isinstance(one, Break)]
    digest = None if breaks else joined(heads)
    return Verified(len(found), sum(one.place for one in heads), breaks, digest)


def note_verified(found: Verified, reader: int) -> Done[None]:
    """That the chains were read, by whom, and what came of it."""
    return None, [Entry("read_audit", reader, subject=f"{found.chains} {len(found.breaks)}")]
