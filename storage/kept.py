"""Kept invoices, read again."""

from datetime import date
from functools import cache
from operator import attrgetter
from typing import Annotated, Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Subquery,
    cast,
    func,
    literal,
    select,
)

from adjudication.decision import Decision, Status
from adjudication.findings import HELD
from adjudication.invoice import DocumentKind, Invoice
from invoices.store import FIRST_VERSION
from storage import tables
from storage.acts import Done
from storage.answers import read_answer
from storage.audit import Entry
from storage.listing import Filters, PageAsked
from storage.sent import read_sent
from terms.vocabulary import CareLevel, Support

DecisionJson = Annotated[
    msgspec.Raw, msgspec.Meta(extra_json_schema={"$ref": "#/components/schemas/Decision"})
]
CreditJson = Annotated[
    msgspec.Raw, msgspec.Meta(extra_json_schema={"$ref": "#/components/schemas/Credit"})
]
"""Kept as they were given; OpenAPI is told what they are."""


class AskedFor(msgspec.Struct, frozen=True):
    """What an assessor asks for of a line: kinds of documents, and a question in words."""

    line: int
    kinds: list[DocumentKind]
    question: str


class KeptInvoice(msgspec.Struct, frozen=True):
    """An invoice as it was sent, and its decision as it stands: `version` 1 is as it was first
    given. `credits` are the clinic's; `taken_back` are those by which later versions took back what
    they decide anew. `asked_for` is what an assessor asked for of lines that still wait."""

    id: int
    received_on: date
    version: int
    invoice: Invoice
    decision: DecisionJson
    credits: list[CreditJson]
    taken_back: list[CreditJson]
    asked_for: list[AskedFor]


class ListedInvoice(msgspec.Struct, frozen=True):
    """An invoice in a list as it stands, without anything that tells who the patient is. Amounts
    are öre; `credited_ore` is what the clinic credited of `payable_ore`."""

    id: int
    version: int
    clinic: str
    number: str
    replaces: str | None
    received_on: date
    support: Support
    care_level: CareLevel
    status: Status
    claimed_ore: int
    allowed_ore: int
    patient_fee_ore: int
    payable_ore: int
    credited_ore: int


class Page(msgspec.Struct, frozen=True):
    """Some of a list, the newest first; `next` is where the next page goes on, null after the
    last."""

    invoices: list[ListedInvoice]
    next: int | None


def list_invoices(
    connection: Connection, filters: Filters, before: int | None, limit: int, token: int | None
) -> Done[Page]:
    """A page of at most so many invoices whose key is less than `before`."""
    asked = PageAsked(filters, before, limit + 1)
    rows = connection.execute(_listed(asked.page), asked.values).all()
    found = [ListedInvoice(*tuple(row)) for row in rows[:limit]]
    page = Page(found, found[-1].id if len(rows) > limit else None)
    return page, [Entry("list_invoices", token, subject=filters.clinic)]


@cache
def _listed(page: Subquery) -> Select[Any]:
    """What a list says of the invoices of a page."""
    invoice, clinic, credit = tables.invoice, tables.clinic, tables.credit
    current = invoice.alias("current")
    credited = (
        select(cast(func.coalesce(func.sum(credit.c.payable_ore), 0), BigInteger))
        .where(credit.c.invoice_id == invoice.c.id, credit.c.revision_id.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            invoice.c.id,
            current.c.version,
            clinic.c.hsa_id,
            invoice.c.number,
            invoice.c.replaces,
            invoice.c.received_on,
            invoice.c.support,
            invoice.c.care_level,
            current.c.status,
            current.c.claimed_ore,
            current.c.allowed_ore,
            current.c.patient_fee_ore,
            current.c.payable_ore,
            credited,
        )
        .select_from(page)
        .join(invoice, invoice.c.id == page.c.first_id)
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .join(current, current.c.id == func.coalesce(latest_of(invoice.c.id), invoice.c.id))
        .order_by(invoice.c.id.desc())
    )


def read_invoice(
    connection: Connection, key: int, clinic: str | None, token: int | None
) -> Done[KeptInvoice | None]:
    """An invoice by its key; None where there is none, or it is not the clinic's that is named."""
    invoice = tables.invoice
    row = connection.execute(
        select(
            invoice.c.received_on,
            invoice.c.patient_id,
            tables.clinic.c.hsa_id,
            invoice.c.sent,
        )
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key, invoice.c.version == FIRST_VERSION)
    ).one_or_none()
    if row is None or clinic not in (None, row.hsa_id):
        return None, []
    sent = read_sent(row.sent)
    sent.lines.sort(key=attrgetter("line"))
    current = connection.execute(
        select(invoice.c.id, invoice.c.version, invoice.c.answer).where(
            invoice.c.id == func.coalesce(latest_of(literal(key)), key)
        )
    ).one()
    credited = connection.execute(
        select(tables.credit.c.answer, tables.credit.c.revision_id)
        .where(tables.credit.c.invoice_id == key)
        .order_by(tables.credit.c.id)
    ).all()
    kept = KeptInvoice(
        key,
        row.received_on,
        current.version,
        sent,
        msgspec.Raw(current.answer),
        [msgspec.Raw(one.answer) for one in credited if one.revision_id is None],
        [msgspec.Raw(one.answer) for one in credited if one.revision_id is not None],
        _asked_for(connection, key, read_answer(current.answer)),
    )
    return kept, [Entry("read_invoice", token, row.patient_id, key)]


def latest_of(key: ColumnElement[int]) -> ScalarSelect[int]:
    """The key of an invoice's latest version by that of its first, null where there is no other."""
    revision = tables.revision
    return (
        select(func.max(revision.c.invoice_id)).where(revision.c.first_id == key).scalar_subquery()
    )


def _asked_for(connection: Connection, key: int, decision: Decision) -> list[AskedFor]:
    table = tables.material_request
    rows = connection.execute(
        select(table.c.line, table.c.kinds, table.c.question)
        .where(table.c.invoice_id == key)
        .order_by(table.c.id)
    ).all()
    held = {one.line for one in decision.lines if one.outcome in HELD}
    latest = {row.line: row for row in rows if row.line in held}
    return [
        AskedFor(line, msgspec.json.decode(row.kinds), row.question)
        for line, row in sorted(latest.items())
    ]
