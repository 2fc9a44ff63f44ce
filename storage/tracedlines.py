"""What a trace leads on to: the invoice behind a thing that was settled, and the decisions behind a
line, with the rules that made them."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from adjudication.decision import Decision
from invoices.settlement import Item
from invoices.store import FIRST_VERSION
from storage import tables
from storage.answers import read_answer


class DecidedVersion(NamedTuple):
    """A version of an invoice, and of its decision one line with the visit of its day."""

    version: int
    decision: Decision


def invoice_key(connection: Connection, clinic: str, number: str) -> int | None:
    """The key of an invoice by its clinic and number."""
    invoice, whose = tables.invoice, tables.clinic
    key: int | None = connection.scalar(
        select(invoice.c.id)
        .join(whose, whose.c.id == invoice.c.clinic_id)
        .where(
            whose.c.hsa_id == clinic,
            invoice.c.number == number,
            invoice.c.version == FIRST_VERSION,
        )
    )
    return key


def invoices_behind(connection: Connection, items: Iterable[Item]) -> dict[str, int]:
    """The keys of the invoices that items are of (those of their first versions), by the items'."""
    rows = {one.id: int(one.id.partition("/")[0]) for one in items}
    revision, credit = tables.revision, tables.credit
    versions = {key for key in rows.values() if key > 0}
    credits_ = {-key for key in rows.values() if key < 0}
    first = dict(
        connection.execute(
            select(revision.c.invoice_id, revision.c.first_id).where(
                revision.c.invoice_id.in_(versions)
            )
        ).all()
    )
    credited = dict(
        connection.execute(
            select(credit.c.id, credit.c.invoice_id).where(credit.c.id.in_(credits_))
        ).all()
    )
    return {name: credited[-key] if key < 0 else first.get(key, key) for name, key in rows.items()}


def decisions_on(connection: Connection, key: int, line: int) -> list[DecidedVersion]:
    """What each version of an invoice decides of one line, the first version first."""
    invoice, revision = tables.invoice, tables.revision
    later = select(revision.c.invoice_id).where(revision.c.first_id == key)
    rows = connection.execute(
        select(invoice.c.version, invoice.c.answer)
        .where((invoice.c.id == key) | invoice.c.id.in_(later))
        .order_by(invoice.c.version)
    )
    return [DecidedVersion(row.version, _of_line(read_answer(row.answer), line)) for row in rows]


def _of_line(decision: Decision, line: int) -> Decision:
    lines = [one for one in decision.lines if one.line == line]
    days = {one.treated_on for one in lines}
    return msgspec.structs.replace(
        decision, lines=lines, visits=[one for one in decision.visits if one.treated_on in days]
    )
