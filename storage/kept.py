"""Kept invoices, read again."""

from datetime import date
from typing import Annotated, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Connection, cast, func, select

from adjudication.decision import Status
from adjudication.invoice import FreeCard, Invoice, Line
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from terms.vocabulary import CareLevel, Support

DecisionJson = Annotated[
    msgspec.Raw, msgspec.Meta(extra_json_schema={"$ref": "#/components/schemas/Decision"})
]
CreditJson = Annotated[
    msgspec.Raw, msgspec.Meta(extra_json_schema={"$ref": "#/components/schemas/Credit"})
]
"""Kept as they were given; OpenAPI is told what they are."""


class KeptInvoice(msgspec.Struct, frozen=True):
    """An invoice as it was sent, its decision as it was first given, and what was credited."""

    id: int
    received_on: date
    invoice: Invoice
    decision: DecisionJson
    credits: list[CreditJson]


class ListedInvoice(msgspec.Struct, frozen=True):
    """An invoice in a list, without anything that tells who the patient is. Amounts are öre;
    `credited_ore` is what was taken back of `payable_ore`."""

    id: int
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


class Filters(NamedTuple):
    """Which invoices; None asks nothing."""

    clinic: str | None = None
    number: str | None = None
    replaces: str | None = None
    status: Status | None = None
    support: Support | None = None
    received_from: date | None = None
    received_to: date | None = None


def list_invoices(
    connection: Connection, filters: Filters, before: int | None, limit: int, token: int | None
) -> Done[Page]:
    """A page of at most so many invoices whose key is less than `before`."""
    invoice, clinic, credit = tables.invoice, tables.clinic, tables.credit
    credited = (
        select(cast(func.coalesce(func.sum(credit.c.payable_ore), 0), BigInteger))
        .where(credit.c.invoice_id == invoice.c.id)
        .scalar_subquery()
    )
    asked = {
        clinic.c.hsa_id: filters.clinic,
        invoice.c.number: filters.number,
        invoice.c.replaces: filters.replaces,
        invoice.c.status: filters.status,
        invoice.c.support: filters.support,
    }
    where = [column == value for column, value in asked.items() if value is not None]
    if filters.received_from is not None:
        where.append(invoice.c.received_on >= filters.received_from)
    if filters.received_to is not None:
        where.append(invoice.c.received_on <= filters.received_to)
    if before is not None:
        where.append(invoice.c.id < before)
    rows = connection.execute(
        select(
            invoice.c.id,
            clinic.c.hsa_id,
            invoice.c.number,
            invoice.c.replaces,
            invoice.c.received_on,
            invoice.c.support,
            invoice.c.care_level,
            invoice.c.status,
            invoice.c.claimed_ore,
            invoice.c.allowed_ore,
            invoice.c.patient_fee_ore,
            invoice.c.payable_ore,
            credited,
        )
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .where(*where)
        .order_by(invoice.c.id.desc())
        .limit(limit + 1)
    ).all()
    found = [ListedInvoice(*tuple(row)) for row in rows[:limit]]
    page = Page(found, found[-1].id if len(rows) > limit else None)
    return page, [Entry("list_invoices", token, subject=filters.clinic)]


def read_invoice(
    connection: Connection, key: int, clinic: str | None, token: int | None
) -> Done[KeptInvoice | None]:
    """An invoice by its key; None where there is none, or it is not the clinic's that is named."""
    invoice, patient = tables.invoice, tables.patient
    row = connection.execute(
        select(invoice, tables.clinic.c.hsa_id, patient.c.number.label("patient"))
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .join(patient, patient.c.id == invoice.c.patient_id)
        .where(invoice.c.id == key)
    ).one_or_none()
    if row is None or clinic not in (None, row.hsa_id):
        return None, []
    sent = Invoice(
        clinic=row.hsa_id,
        number=row.number,
        patient=row.patient,
        support=row.support,
        care_level=row.care_level,
        region=row.region,
        replaces=row.replaces,
        free_card=None if row.free_card is None else _free_card(row.free_card),
        lines=_lines(connection, key),
    )
    credited = connection.scalars(
        select(tables.credit.c.answer)
        .where(tables.credit.c.invoice_id == key)
        .order_by(tables.credit.c.id)
    )
    kept = KeptInvoice(
        key,
        row.received_on,
        sent,
        msgspec.Raw(row.answer),
        [msgspec.Raw(answer) for answer in credited],
    )
    return kept, [Entry("read_invoice", token, row.patient_id, key)]


def _lines(connection: Connection, key: int) -> list[Line]:
    line = tables.line
    rows = connection.execute(select(line).where(line.c.invoice_id == key).order_by(line.c.line))
    return [
        msgspec.convert(
            {
                "line": row.line,
                "treated_on": row.treated_on,
                "code": row.code,
                "price_ore": row.claimed_ore,
                "performer": row.performer,
                "tooth": row.tooth,
                "zone": row.zone,
                "surfaces": row.surfaces,
                **(msgspec.json.decode(row.sent) if row.sent else {}),
            },
            Line,
        )
        for row in rows
    ]


_free_card = msgspec.json.Decoder(FreeCard).decode
