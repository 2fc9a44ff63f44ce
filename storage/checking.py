"""Does what is kept agree with itself? For a controller who trusts nothing."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, func, or_, select

from storage.tables import clinic, finding, invoice, line, usage, visit


class Fault(NamedTuple):
    """An invoice of which two things that are kept contradict each other."""

    clinic: str
    number: str
    what: str


def faults(connection: Connection) -> Iterator[Fault]:
    """Every contradiction, of each sort in turn."""
    for what, question in _QUESTIONS:
        for hsa_id, number in connection.execute(question):
            yield Fault(hsa_id, number, what)


def _sum(table: Table, column: str) -> ColumnElement[int]:
    """What a column of the invoice's rows in another table adds up to."""
    return (
        select(func.coalesce(func.sum(table.c[column]), 0))
        .where(table.c.invoice_id == invoice.c.id)
        .scalar_subquery()
    )


def _invoices(is_wrong: ColumnElement[bool]) -> Select[str, str]:
    return (
        select(clinic.c.hsa_id, invoice.c.number)
        .select_from(invoice.join(clinic, clinic.c.id == invoice.c.clinic_id))
        .where(is_wrong)
        .order_by(invoice.c.id)
    )


_is_used = (
    select(usage.c.id)
    .where(
        usage.c.invoice_id == line.c.invoice_id,
        usage.c.line == line.c.line,
        usage.c.allowed_ore == line.c.allowed_ore,
        usage.c.patient_id == invoice.c.patient_id,
    )
    .exists()
)
_is_approved = (
    select(line.c.line)
    .where(
        line.c.invoice_id == usage.c.invoice_id,
        line.c.line == usage.c.line,
        line.c.outcome == "approved",
    )
    .exists()
)
_has_reason = (
    select(finding.c.code)
    .where(finding.c.invoice_id == line.c.invoice_id, finding.c.line == line.c.line)
    .exists()
)
_QUESTIONS = [
    (
        "raderna summerar inte till fakturan",
        _invoices(
            or_(
                invoice.c.allowed_ore != _sum(line, "allowed_ore"),
                invoice.c.claimed_ore != _sum(line, "claimed_ore"),
            )
        ),
    ),
    (
        "besökens avgifter summerar inte till fakturan",
        _invoices(invoice.c.patient_fee_ore != _sum(visit, "fee_ore")),
    ),
    (
        "avgift och att betala blir inte det som godkänts",
        _invoices(invoice.c.patient_fee_ore + invoice.c.payable_ore != invoice.c.allowed_ore),
    ),
    (
        "en godkänd rad räknas inte",
        _invoices(
            select(line.c.line)
            .where(line.c.invoice_id == invoice.c.id, line.c.outcome == "approved", ~_is_used)
            .exists()
        ),
    ),
    (
        "en rad räknas som inte är godkänd",
        _invoices(
            select(usage.c.id).where(usage.c.invoice_id == invoice.c.id, ~_is_approved).exists()
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
