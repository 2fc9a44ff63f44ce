"""Invoices of patients of whom only first answers are kept, read quickly."""

from collections.abc import Collection
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Select, exists, select

from adjudication.invoice import Invoice, Line
from invoices.store import FIRST_VERSION
from invoices.unchanged import First, FirstAnswer
from storage import tables
from storage.current import also_sent, free_card_of, in_json, of_patients
from storage.linedocuments import documents_of
from storage.rows import given, listed
from terms.vocabulary import Performer


class _SentLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line as it was sent, in JSON from the database."""

    line: int
    treated_on: date
    code: str
    price_ore: int
    performer: Performer
    tooth: str | None
    zone: str | None
    surfaces: str | None
    sent: str | None


def read_first_answers(connection: Connection, patients: Collection[int]) -> dict[int, list[First]]:
    """The invoices, in the order of receipt, of those patients of whom no later version, no credit,
    no free card that was found, and no document that came later is kept."""
    dialect = connection.dialect.name
    rows = connection.execute(_invoices(dialect), given(connection, patients)).all()
    found_cards = of_patients(dialect, tables.free_card, "patient_id")
    others = set(connection.scalars(found_cards, given(connection, patients)))
    of_patient = {row[0]: row[2] for row in rows}
    others |= {of_patient[key] for key in documents_of(connection, of_patient.keys())}
    found: dict[int, list[First]] = {}
    for (
        _, version, patient_id, is_credited, clinic, patient, number, received_on, support,
        care_level, region, replaces, free_card, lines, answer,
    ) in rows:  # fmt: skip
        if version != FIRST_VERSION or is_credited:
            others.add(patient_id)
        if patient_id in others:
            continue
        sent = Invoice(
            clinic=clinic,
            number=number,
            patient=patient,
            support=support,
            care_level=care_level,
            region=region,
            replaces=replaces,
            free_card=None if free_card is None else free_card_of(free_card),
            lines=[_line(one) for one in sorted(_lines(lines), key=_number)],
        )
        found.setdefault(patient_id, []).append(First(sent, received_on, _answer(answer)))
    return {patient: firsts for patient, firsts in found.items() if patient not in others}


_lines = msgspec.json.Decoder(list[_SentLine]).decode
_answer = msgspec.json.Decoder(FirstAnswer).decode
_number = attrgetter("line")


def _line(one: _SentLine) -> Line:
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
    return line if one.sent is None else replace(line, **also_sent(one.sent))


@cache
def _invoices(dialect: str) -> Select[Any]:
    invoice, line, credit = tables.invoice, tables.line, tables.credit
    these = listed(dialect, invoice.c.patient_id)
    sent = [
        line.c.line, line.c.treated_on, line.c.code, line.c.claimed_ore, line.c.performer,
        line.c.tooth, line.c.zone, line.c.surfaces, line.c.sent,
    ]  # fmt: skip
    return (
        select(
            invoice.c.id,
            invoice.c.version,
            invoice.c.patient_id,
            exists().where(credit.c.invoice_id == invoice.c.id),
            tables.clinic.c.hsa_id,
            tables.patient.c.number,
            invoice.c.number,
            invoice.c.received_on,
            invoice.c.support,
            invoice.c.care_level,
            invoice.c.region,
            invoice.c.replaces,
            invoice.c.free_card,
            in_json(dialect, sent, line.c.invoice_id == invoice.c.id),
            invoice.c.answer,
        )
        .select_from(these)
        .join(tables.patient, tables.patient.c.id == these.c.patient_id)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .order_by(invoice.c.id)
    )
