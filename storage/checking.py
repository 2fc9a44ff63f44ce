"""Does what is kept agree with itself? For a controller who trusts nothing."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, func, or_, select

from invoices.store import FIRST_VERSION
from storage.invoicerows import digest_of
from storage.retracing import missteps
from storage.tables import (
    audit,
    clinic,
    credit,
    finding,
    invoice,
    ledger_entry,
    ledger_transaction,
    line,
    metadata,
    revision,
    visit,
)


class Fault(NamedTuple):
    """An invoice, or a row by its table and key, that contradicts something else that is kept."""

    where: str
    what: str


def faults(connection: Connection) -> Iterator[Fault]:
    """Every contradiction, of each sort in turn."""
    for table in metadata.sorted_tables:
        yield from _pointing_at_nothing(connection, table)
    for what, question in _QUESTIONS:
        for hsa_id, number in connection.execute(question):
            yield Fault(f"{hsa_id} {number}", what)
    yield from _out_of_balance(connection)
    yield from _not_as_noted(connection)
    yield from (Fault(*one) for one in missteps(connection))


def _pointing_at_nothing(connection: Connection, table: Table) -> Iterator[Fault]:
    """Rows that name a row of another table that is not there; foreign keys prevent some."""
    for column in table.columns:
        if not column.name.endswith("_id") or column.foreign_keys:
            continue
        other = metadata.tables.get(column.name.removesuffix("_id"))
        if other is None:
            continue  # hsa_id
        is_there = select(other.c.id).where(other.c.id == column).exists()
        for key in connection.execute(
            select(*table.primary_key).where(column.is_not(None), ~is_there)
        ):
            place = ", ".join(map(str, key))
            yield Fault(f"{table.name} {place}", f"{column.name} pekar på en rad som inte finns")


def _out_of_balance(connection: Connection) -> Iterator[Fault]:
    """Transactions of the ledger whose entries do not add up to nothing."""
    total = func.coalesce(func.sum(ledger_entry.c.amount_ore), 0)
    for number in connection.scalars(
        select(ledger_transaction.c.number)
        .outerjoin(ledger_entry, ledger_entry.c.number == ledger_transaction.c.number)
        .group_by(ledger_transaction.c.number)
        .having(or_(total != 0, func.count(ledger_entry.c.place) == 0))
        .order_by(ledger_transaction.c.number)
    ):
        yield Fault(f"transaktion {number}", "posterna tar inte ut varandra")


_by_clinic = clinic.c.id == invoice.c.clinic_id


def _not_as_noted(connection: Connection) -> Iterator[Fault]:
    """Versions of which what was sent or answered is not what the audit log noted that day."""
    noted = (audit.c.invoice_id == invoice.c.id) & audit.c.act.in_(_DECIDING)
    rows = connection.execution_options(yield_per=10_000).execute(
        select(
            clinic.c.hsa_id,
            invoice.c.number,
            invoice.c.content,
            invoice.c.answer,
            audit.c.content.label("noted"),
        )
        .select_from(invoice.join(clinic, _by_clinic).outerjoin(audit, noted))
        .order_by(invoice.c.id)
    )
    for row in rows:
        if row.noted != digest_of(row.content, row.answer):
            yield Fault(
                f"{row.hsa_id} {row.number}",
                "fakturan eller svaret är inte det som noterades i loggen",
            )


_DECIDING = ("submit", "assess", "decide_again", "redecide")
"""The acts that make a version."""


def _sum(table: Table, column: str) -> ColumnElement[int]:
    """What a column of the invoice's rows in another table adds up to."""
    return (
        select(func.coalesce(func.sum(table.c[column]), 0))
        .where(table.c.invoice_id == invoice.c.id)
        .scalar_subquery()
    )


def _taken_back(column: str) -> ColumnElement[int]:
    """What a version took back of those before it."""
    return (
        select(func.coalesce(func.sum(credit.c[column]), 0))
        .where(credit.c.revision_id == invoice.c.id)
        .scalar_subquery()
    )


def _before(column: str) -> ColumnElement[int]:
    """What the version before had, nothing before the first."""
    before = invoice.alias()
    return func.coalesce(
        select(before.c[column])
        .join(revision, revision.c.before_id == before.c.id)
        .where(revision.c.invoice_id == invoice.c.id)
        .scalar_subquery(),
        0,
    )


def _has_changed(column: str, table: Table, row_column: str) -> ColumnElement[bool]:
    """Whether an amount is not that of the version before, less what was taken back, and what is
    decided anew."""
    expected = _before(column) - _taken_back(column) + _sum(table, row_column)
    return invoice.c[column] != expected


def _invoices(is_wrong: ColumnElement[bool]) -> Select[str, str]:
    return (
        select(clinic.c.hsa_id, invoice.c.number)
        .select_from(invoice.join(clinic, _by_clinic))
        .where(is_wrong)
        .order_by(invoice.c.id)
    )


_has_reason = (
    select(finding.c.code)
    .where(finding.c.invoice_id == line.c.invoice_id, finding.c.line == line.c.line)
    .exists()
)
_has_visit = (
    select(visit.c.fee_ore)
    .where(visit.c.invoice_id == line.c.invoice_id, visit.c.treated_on == line.c.treated_on)
    .exists()
)
_QUESTIONS = [
    (
        "raderna summerar inte till fakturan",
        _invoices(
            or_(
                _has_changed("allowed_ore", line, "allowed_ore"),
                (invoice.c.claimed_ore != _sum(line, "claimed_ore"))
                & (invoice.c.version == FIRST_VERSION),
                (invoice.c.claimed_ore != _before("claimed_ore"))
                & (invoice.c.version != FIRST_VERSION),
            )
        ),
    ),
    (
        "besökens avgifter summerar inte till fakturan",
        _invoices(_has_changed("patient_fee_ore", visit, "fee_ore")),
    ),
    (
        "en senare version följer inte på den förra",
        _invoices(
            (invoice.c.version != FIRST_VERSION) & (invoice.c.version != _before("version") + 1)
        ),
    ),
    (
        "avgift och att betala blir inte det som godkänts",
        _invoices(invoice.c.patient_fee_ore + invoice.c.payable_ore != invoice.c.allowed_ore),
    ),
    (
        "en rad som inte är godkänd har ett belopp, eller bärs av en ansökan",
        _invoices(
            select(line.c.line)
            .where(
                line.c.invoice_id == invoice.c.id,
                line.c.outcome != "approved",
                or_(
                    line.c.allowed_ore != 0,
                    line.c.preassessment_id.is_not(None),
                    line.c.assessment_id.is_not(None),
                ),
            )
            .exists()
        ),
    ),
    (
        "en rad har inget besök",
        _invoices(
            select(line.c.line).where(line.c.invoice_id == invoice.c.id, ~_has_visit).exists()
        ),
    ),
    (
        "en rad är varken godkänd eller har ett skäl",
        _invoices(
            select(line.c.line)
            .where(line.c.invoice_id == invoice.c.id, line.c.outcome != "approved", ~_has_reason)
            .exists()
        ),
    ),
]
