"""Invoices of patients of whom only first answers are kept, read quickly."""

from collections.abc import Collection
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, exists, select

from invoices.store import FIRST_VERSION
from invoices.unchanged import First, FirstAnswer
from storage import tables
from storage.current import in_json, of_patients
from storage.linedocuments import documents_of
from storage.rows import given, listed
from storage.sent import SENT_COLUMNS, SentInvoice, SentLine, invoice_of, line_of


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
    for _, version, patient_id, is_credited, received_on, lines, answer, *said in rows:
        if version != FIRST_VERSION or is_credited:
            others.add(patient_id)
        if patient_id in others:
            continue
        sent = invoice_of(
            SentInvoice(*said), [line_of(one) for one in sorted(_lines(lines), key=_number)]
        )
        found.setdefault(patient_id, []).append(First(sent, received_on, _answer(answer)))
    return {patient: firsts for patient, firsts in found.items() if patient not in others}


_lines = msgspec.json.Decoder(list[SentLine]).decode
_answer = msgspec.json.Decoder(FirstAnswer).decode
_number = attrgetter("line")


@cache
def _invoices(dialect: str) -> Select[Any]:
    invoice, line, credit = tables.invoice, tables.line, tables.credit
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(
            invoice.c.id,
            invoice.c.version,
            invoice.c.patient_id,
            exists().where(credit.c.invoice_id == invoice.c.id),
            invoice.c.received_on,
            in_json(dialect, SENT_COLUMNS, line.c.invoice_id == invoice.c.id),
            invoice.c.answer,
            tables.clinic.c.hsa_id,
            invoice.c.number,
            tables.patient.c.number,
            invoice.c.support,
            invoice.c.care_level,
            invoice.c.region,
            invoice.c.replaces,
            invoice.c.free_card,
        )
        .select_from(these)
        .join(tables.patient, tables.patient.c.id == these.c.patient_id)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .order_by(invoice.c.id)
    )
