"""Kept invoices as they stand, read patient by patient."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Select, select

from adjudication.assessment import Assessment
from adjudication.invoice import Document, FreeCard, Invoice, Line
from invoices.current import Charged, Current, CurrentLine
from invoices.store import FIRST_VERSION
from preassessments.balance import ApprovedKey
from storage import tables
from storage.rows import given, listed

DocumentsOf = Callable[[Connection, Collection[int]], Mapping[int, Mapping[int, list[Document]]]]
"""Documents that came after their invoices: by the key of the invoice, by line."""


def no_documents(
    _connection: Connection, _keys: Collection[int]
) -> Mapping[int, Mapping[int, list[Document]]]:
    """Where none can come."""
    return {}


def read_currents(
    connection: Connection, patients: Collection[int], documents_of: DocumentsOf
) -> dict[int, list[Current]]:
    """All kept invoices of patients, by their keys, each patient's in the order of receipt; with
    the documents and the free cards that were added since."""
    dialect, wanted = connection.dialect.name, given(connection, patients)
    rows = connection.execute(_invoices(dialect), wanted).all()
    names: dict[tuple[int, str], int] = {}
    first_of: dict[int, int] = {}
    newest: dict[int, tuple[int, int]] = {}
    for row, version, clinic, number, *_ in rows:
        first = names.setdefault((clinic, number), row)
        first_of[row] = first
        newest[first] = row, version
    applications = _applications(connection, patients)
    lines = _lines(connection.execute(_line_rows(dialect), wanted).all(), first_of, applications)
    visits: dict[int, dict[tuple[int, date], Charged]] = {key: {} for key in lines}
    for row, day, fee, reason in connection.execute(_visits(dialect), wanted).all():
        visits[first_of[row]][row, day] = fee, reason
    given_back: dict[int, dict[date, int]] = {}
    for key, day, fee in connection.execute(_given_back(dialect), wanted):
        back = given_back.setdefault(key, {})
        back[day] = back.get(day, 0) + int(fee)
    assessed = _assessed(connection, patients)
    free_cards = _free_cards(connection, patients)
    for key, more in documents_of(connection, lines.keys()).items():
        _add_documents(lines[key], more)
    found: dict[int, list[Current]] = {}
    for (
        key, version, _, number, hsa_id, patient_id, patient, received_on, support, care_level,
        region, replaces, free_card,
    ) in rows:  # fmt: skip
        if version != FIRST_VERSION:
            continue
        of_invoice = lines[key]
        sent = Invoice(
            clinic=hsa_id,
            number=number,
            patient=patient,
            support=support,
            care_level=care_level,
            region=region,
            replaces=replaces,
            free_card=None if free_card is None else _free_card(free_card),
            lines=[line.sent for line in of_invoice.values()],
        )
        if patient_id in free_cards and free_card is None:
            sent = replace(sent, free_card=_covering(free_cards[patient_id], sent.lines))
        current, latest = newest[key]
        found.setdefault(patient_id, []).append(
            Current(
                key,
                current,
                latest,
                sent,
                received_on,
                of_invoice,
                visits[key],
                given_back.get(key, _NOTHING),
                assessed.get(key, _NOTHING),
            )
        )
    return found


_NOTHING: Mapping[Any, Any] = {}


def _lines(
    rows: Sequence[Any], first_of: Mapping[int, int], applications: Mapping[int, str]
) -> dict[int, dict[int, CurrentLine]]:
    """The lines of each invoice by number: a later version's stand in place of earlier ones'."""
    found: dict[int, dict[int, CurrentLine]] = {}
    for (
        row, number, treated_on, code, performer, tooth, zone, surfaces, sent, claimed, outcome,
        allowed, application, place, credited,
    ) in rows:  # fmt: skip
        line = Line(
            line=number,
            treated_on=treated_on,
            code=code,
            price_ore=claimed,
            performer=performer,
            tooth=tooth,
            zone=zone,
            surfaces=surfaces,
        )
        if sent is not None:
            line = replace(line, **_also_sent(sent))
        carrier: ApprovedKey | None = None
        if application is not None:
            carrier = applications[application], place
        of_invoice = found.setdefault(first_of[row], {})
        before, since = of_invoice.get(number), row
        if before is not None and before.outcome == outcome == "approved":
            since = before.since
        of_invoice[number] = CurrentLine(
            line, row, since, outcome, allowed, carrier, credited is not None
        )
    return found


def _add_documents(lines: dict[int, CurrentLine], documents: Mapping[int, list[Document]]) -> None:
    """Let lines carry what came after them."""
    for number, more in documents.items():
        line = lines[number]
        with_more = [*(line.sent.documents or ()), *more]
        lines[number] = replace(line, sent=replace(line.sent, documents=with_more))


def _also_sent(text: str) -> dict[str, Any]:
    """What has no column of its own."""
    found: dict[str, Any] = msgspec.json.decode(text)
    if "documents" in found:
        found["documents"] = msgspec.convert(found["documents"], list[Document])
    return found


def _covering(cards: Sequence[FreeCard], lines: Sequence[Line]) -> FreeCard | None:
    """The first of the cards that is in force on any of the lines' days."""
    return next(
        (
            card
            for card in cards
            if any(card.valid_from <= line.treated_on <= card.valid_to for line in lines)
        ),
        None,
    )


_free_card = msgspec.json.Decoder(FreeCard).decode


def _applications(connection: Connection, patients: Collection[int]) -> dict[int, str]:
    """The names of the patients' applications, by key."""
    table = tables.preassessment
    rows = connection.execute(
        _of_patients(connection.dialect.name, table, "id", "name"), given(connection, patients)
    )
    return dict(rows.all())


def _free_cards(connection: Connection, patients: Collection[int]) -> dict[int, list[FreeCard]]:
    table = tables.free_card
    columns = ("patient_id", "number", "valid_from", "valid_to")
    rows = connection.execute(
        _of_patients(connection.dialect.name, table, *columns), given(connection, patients)
    ).all()
    return {
        patient: [FreeCard(*row[1:]) for row in group]
        for patient, group in groupby(rows, key=attrgetter("patient_id"))
    }


def _assessed(
    connection: Connection, patients: Collection[int]
) -> dict[int, dict[int, Assessment]]:
    """What assessors decided, by invoice and line: the latest of each."""
    rows = connection.execute(
        _assessments(connection.dialect.name), given(connection, patients)
    ).all()
    found: dict[int, dict[int, Assessment]] = {}
    for row in rows:
        found.setdefault(row.invoice_id, {})[row.line] = Assessment(
            id=str(row.id),
            is_approved=row.is_approved,
            settles=tuple(msgspec.json.decode(row.settles)),
            is_carried=row.is_carried,
            amount_ore=row.amount_ore,
            motive=row.motive,
        )
    return found


@cache
def _of_patients(dialect: str, table: Any, *columns: str) -> Select[Any]:
    these = listed(dialect, table.c.patient_id)
    return (
        select(*(table.c[name] for name in columns))
        .select_from(these)
        .join(table, table.c.patient_id == these.c.patient_id)
        .order_by(table.c.patient_id, table.c.id)
    )


@cache
def _invoices(dialect: str) -> Select[Any]:
    invoice, clinic, patient = tables.invoice, tables.clinic, tables.patient
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(
            invoice.c.id,
            invoice.c.version,
            invoice.c.clinic_id,
            invoice.c.number,
            clinic.c.hsa_id,
            invoice.c.patient_id,
            patient.c.number.label("patient"),
            invoice.c.received_on,
            invoice.c.support,
            invoice.c.care_level,
            invoice.c.region,
            invoice.c.replaces,
            invoice.c.free_card,
        )
        .select_from(these)
        .join(patient, patient.c.id == these.c.patient_id)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .order_by(invoice.c.id)
    )


@cache
def _line_rows(dialect: str) -> Select[Any]:
    invoice, line, credited = tables.invoice, tables.line, tables.credited_line
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(
            line.c.invoice_id,
            line.c.line,
            line.c.treated_on,
            line.c.code,
            line.c.performer,
            line.c.tooth,
            line.c.zone,
            line.c.surfaces,
            line.c.sent,
            line.c.claimed_ore,
            line.c.outcome,
            line.c.allowed_ore,
            line.c.preassessment_id,
            line.c.preassessment_line,
            credited.c.line,
        )
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(line, line.c.invoice_id == invoice.c.id)
        .outerjoin(credited, tables.is_credited)
        .order_by(line.c.invoice_id, line.c.line)
    )


@cache
def _visits(dialect: str) -> Select[Any]:
    invoice, visit = tables.invoice, tables.visit
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(visit.c.invoice_id, visit.c.treated_on, visit.c.fee_ore, visit.c.reason)
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(visit, visit.c.invoice_id == invoice.c.id)
        .order_by(visit.c.invoice_id, visit.c.treated_on)
    )


@cache
def _given_back(dialect: str) -> Select[Any]:
    invoice, credit, back = tables.invoice, tables.credit, tables.credited_visit
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(credit.c.invoice_id, back.c.treated_on, back.c.fee_ore)
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(credit, credit.c.invoice_id == invoice.c.id)
        .join(back, back.c.credit_id == credit.c.id)
    )


@cache
def _assessments(dialect: str) -> Select[Any]:
    invoice, assessment = tables.invoice, tables.assessment
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(assessment)
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(assessment, assessment.c.invoice_id == invoice.c.id)
        .order_by(assessment.c.id)
    )
