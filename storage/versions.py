"""Later versions of invoices, kept beside the first."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from adjudication.decision import Decision
from invoices.current import Current
from invoices.store import Kept
from invoices.version import Version
from quotas.history import NOTHING_USED
from storage import tables
from storage.answers import read_answer
from storage.audit import Act, Entry, now
from storage.crediting import keep_credit
from storage.invoicerows import InvoiceRows, digest_of
from storage.keys import Keys
from storage.rows import given, listed, new_keys

Cause = Literal["assessed", "material", "redecided"]

_encode = msgspec.json.Encoder().encode


class Why(NamedTuple):
    """Why invoices get later versions, and who made them: the key of a token, None for a command on
    the server."""

    act: Act
    cause: Cause
    motive: str | None
    token: int | None
    redecision: int | None = None


class Revised(NamedTuple):
    """An invoice with its new version, under a key and a number of its own."""

    current: Current
    version: Version
    row: int
    number: int


def decisions(connection: Connection, rows: Collection[int]) -> dict[int, Decision]:
    """The whole decisions of versions, by their keys."""
    invoice = tables.invoice
    these = listed(connection.dialect.name, invoice.c.id)
    found = connection.execute(
        select(invoice.c.id, invoice.c.answer).join(these, these.c.id == invoice.c.id),
        given(connection, rows),
    )
    return {row.id: read_answer(row.answer) for row in found}


def write_versions(
    connection: Connection, versions: Sequence[tuple[Current, Version]], why: Why
) -> tuple[list[Revised], list[Entry]]:
    """Keep the next version of each of some invoices, whose patients are locked; and the audit's
    entries. What is remembered of the patients no longer holds: that is for the caller to tell."""
    keys = Keys()
    lines = [line for _, version in versions for line in version.lines]
    rows = InvoiceRows(
        keys.editions(connection, {one.edition for one in lines if one.edition is not None}),
        keys.applications(
            connection, {name for _, one in versions for name, _ in one.carried.values()}
        ),
    )
    sent = _sent(connection, [current.key for current, _ in versions])
    revised, entries = [], []
    new = iter(new_keys(connection, tables.invoice, len(versions)))
    for current, version in versions:
        row, number, answer = next(new), current.version + 1, _encode(version.decision)
        clinic, patient, content = sent[current.key]
        kept = Kept(
            current.invoice,
            current.received_on,
            current.invoice.patient,
            content,
            version.decision,
            answer,
            NOTHING_USED,
        )
        rows.add_invoice(row, clinic, patient, kept, number)
        assessments = {line: int(current.assessed[line].id) for line in version.assessed}
        rows.add_lines(row, current.invoice.lines, version.lines, version.carried, assessments)
        rows.add_visits(row, version.visits)
        revised.append(Revised(current, version, row, number))
        content = digest_of(content, answer)
        entries.append(Entry(why.act, why.token, patient, row, str(current.key), content))
    rows.write(connection)
    _write_revisions(connection, revised, why)
    return revised, entries


def _write_revisions(connection: Connection, revised: Sequence[Revised], why: Why) -> None:
    made_at = now()
    connection.execute(
        insert(tables.revision),
        [
            {
                "invoice_id": one.row,
                "first_id": one.current.key,
                "before_id": one.current.row,
                "cause": why.cause,
                "motive": why.motive,
                "redecision_id": why.redecision,
                "token_id": why.token,
                "made_at": made_at,
            }
            for one in revised
        ],
    )
    for one in revised:
        if one.version.taken_back is not None:
            decided_by = {number: line.row for number, line in one.current.lines.items()}
            keep_credit(connection, one.current.key, one.version.taken_back, decided_by, one.row)


def _sent(connection: Connection, keys: Collection[int]) -> dict[int, tuple[int, int, bytes]]:
    """Of invoices the keys of clinic and patient, and the fingerprint."""
    invoice = tables.invoice
    these = listed(connection.dialect.name, invoice.c.id)
    found = connection.execute(
        select(invoice.c.id, invoice.c.clinic_id, invoice.c.patient_id, invoice.c.content).join(
            these, these.c.id == invoice.c.id
        ),
        given(connection, keys),
    )
    return {row.id: (row.clinic_id, row.patient_id, row.content) for row in found}
