"""What was sent, made again of its rows: an invoice, its lines, and whose it is."""

from datetime import date
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from adjudication.invoice import Document, FreeCard, Invoice, Line
from invoices.store import FIRST_VERSION
from storage import tables
from terms.vocabulary import CareLevel, Performer, Support

_line = tables.line.c
SENT_COLUMNS: Final = (
    _line.line, _line.treated_on, _line.code, _line.claimed_ore, _line.performer, _line.tooth,
    _line.zone, _line.surfaces, _line.sent,
)  # fmt: skip


class SentLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What SENT_COLUMNS say of a line. As JSON from the database it is read four times as fast as
    rows are."""

    line: int
    treated_on: date
    code: str
    price_ore: int
    performer: Performer
    tooth: str | None
    zone: str | None
    surfaces: str | None
    sent: str | None


class SentInvoice(NamedTuple):
    """What the row of an invoice says of what was sent, with the clinic and the patient in words,
    before the lines."""

    clinic: str
    number: str
    patient: str
    support: Support
    care_level: CareLevel
    region: str | None
    replaces: str | None
    free_card: str | None


class Whose(NamedTuple):
    """A kept invoice by its first version: the keys of its patient and clinic, the clinic, and the
    clinic's number."""

    patient_id: int
    clinic_id: int
    clinic: str
    number: str


def line_of(one: SentLine) -> Line:
    """A line as it was sent."""
    line = Line(
        line=one.line,
        treated_on=one.treated_on,
        code=one.code,
        price_ore=one.price_ore,
        performer=one.performer,
        tooth=one.tooth,
        zone=one.zone,
        surfaces=one.surfaces,
    )
    return line if one.sent is None else replace(line, **_also_sent(one.sent))


def invoice_of(one: SentInvoice, lines: list[Line]) -> Invoice:
    """An invoice as it was sent."""
    return Invoice(
        clinic=one.clinic,
        number=one.number,
        patient=one.patient,
        support=one.support,
        care_level=one.care_level,
        region=one.region,
        replaces=one.replaces,
        free_card=None if one.free_card is None else _free_card(one.free_card),
        lines=lines,
    )


def whose(connection: Connection, key: int, clinic: str | None) -> Whose | None:
    """Whose an invoice is; None where there is no such invoice, or it is not the clinic's that is
    named."""
    invoice = tables.invoice
    row = connection.execute(
        select(invoice.c.patient_id, invoice.c.clinic_id, tables.clinic.c.hsa_id, invoice.c.number)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.id == key, invoice.c.version == FIRST_VERSION)
    ).one_or_none()
    if row is None or clinic not in (None, row.hsa_id):
        return None
    return Whose(*tuple(row))


def _also_sent(text: str) -> dict[str, Any]:
    """What has no column of its own."""
    found: dict[str, Any] = msgspec.json.decode(text)
    if "documents" in found:
        found["documents"] = msgspec.convert(found["documents"], list[Document])
    return found


_free_card = msgspec.json.Decoder(FreeCard).decode
