"""Kept invoices as they stand, read patient by patient."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Text,
    cast,
    func,
    select,
)

from adjudication.assessment import Assessment
from adjudication.decision import FeeReason
from adjudication.findings import Outcome
from adjudication.invoice import Document, FreeCard, Invoice, Line
from invoices.current import Charged, Current, CurrentLine
from invoices.store import FIRST_VERSION
from preassessments.balance import ApprovedKey
from storage import tables
from storage.rows import given, listed
from terms.vocabulary import Performer

DocumentsOf = Callable[[Connection, Collection[int]], Mapping[int, Mapping[int, list[Document]]]]
"""Documents that came after their invoices, of those whose keys are given: by key, by line."""


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
    newest: dict[int, tuple[int, int]] = {}
    lines: dict[int, dict[int, CurrentLine]] = {}
    visits: dict[int, dict[tuple[int, date], Charged]] = {}
    applications = _applications(connection, patients)
    for row, version, clinic, number, decided, charged, *_ in rows:
        key = names.setdefault((clinic, number), row)
        newest[key] = row, version
        _take_lines(lines.setdefault(key, {}), row, decided, applications)
        days = visits.setdefault(key, {})
        for day, fee, reason in _kept_visits(charged):
            days[row, day] = fee, reason
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
        key, version, _, number, _, _, hsa_id, patient_id, patient, received_on, support,
        care_level, region, replaces, free_card,
    ) in rows:  # fmt: skip
        if version != FIRST_VERSION:
            continue
        sent = Invoice(
            clinic=hsa_id,
            number=number,
            patient=patient,
            support=support,
            care_level=care_level,
            region=region,
            replaces=replaces,
            free_card=None if free_card is None else free_card_of(free_card),
            lines=[line.sent for line in lines[key].values()],
        )
        if patient_id in free_cards and free_card is None:
            sent = replace(sent, free_card=_covering(free_cards[patient_id], sent.lines))
        found.setdefault(patient_id, []).append(
            Current(
                key,
                *newest[key],
                sent,
                received_on,
                lines[key],
                visits[key],
                given_back.get(key, _NOTHING),
                assessed.get(key, _NOTHING),
            )
        )
    return found


_NOTHING: Mapping[Any, Any] = {}


class _KeptLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line's row, in JSON from the database, which is read four times as fast as rows are."""

    line: int
    treated_on: date
    code: str
    performer: Performer
    tooth: str | None
    zone: str | None
    surfaces: str | None
    sent: str | None
    claimed_ore: int
    outcome: Outcome
    allowed_ore: int
    preassessment_id: int | None
    preassessment_line: int | None
    credit_id: int | None


_kept_lines = msgspec.json.Decoder(list[_KeptLine]).decode
_kept_visits = msgspec.json.Decoder(list[tuple[date, int, FeeReason]]).decode
_number = attrgetter("line")


def _take_lines(
    lines: dict[int, CurrentLine], row: int, decided: str, applications: Mapping[int, str]
) -> None:
    """Let the lines that a version decides stand in place of those before."""
    for one in sorted(_kept_lines(decided), key=_number):
        line = Line(
            line=one.line,
            treated_on=one.treated_on,
            code=one.code,
            price_ore=one.claimed_ore,
            performer=one.performer,
            tooth=one.tooth,
            zone=one.zone,
            surfaces=one.surfaces,
        )
        if one.sent is not None:
            line = replace(line, **also_sent(one.sent))
        carrier: ApprovedKey | None = None
        if one.preassessment_id is not None:
            assert one.preassessment_line is not None
            carrier = applications[one.preassessment_id], one.preassessment_line
        before, since = lines.get(one.line), row
        if before is not None and before.outcome == one.outcome == "approved":
            since = before.since
        lines[one.line] = CurrentLine(
            line, row, since, one.outcome, one.allowed_ore, carrier, one.credit_id is not None
        )


def _add_documents(lines: dict[int, CurrentLine], documents: Mapping[int, list[Document]]) -> None:
    """Let lines carry what came after them."""
    for number, more in documents.items():
        line = lines[number]
        with_more = [*(line.sent.documents or ()), *more]
        lines[number] = replace(line, sent=replace(line.sent, documents=with_more))


def also_sent(text: str) -> dict[str, Any]:
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


free_card_of = msgspec.json.Decoder(FreeCard).decode


def _applications(connection: Connection, patients: Collection[int]) -> dict[int, str]:
    """The names of the patients' applications, by key."""
    table = tables.preassessment
    rows = connection.execute(
        of_patients(connection.dialect.name, table, "id", "name"), given(connection, patients)
    )
    return dict(rows.all())


def _free_cards(connection: Connection, patients: Collection[int]) -> dict[int, list[FreeCard]]:
    table = tables.free_card
    columns = ("patient_id", "number", "valid_from", "valid_to")
    rows = connection.execute(
        of_patients(connection.dialect.name, table, *columns), given(connection, patients)
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
def of_patients(dialect: str, table: Any, *columns: str) -> Select[Any]:
    """Columns of a table's rows of patients."""
    these = listed(dialect, table.c.patient_id)
    return (
        select(*(table.c[name] for name in columns))
        .select_from(these)
        .join(table, table.c.patient_id == these.c.patient_id)
        .order_by(table.c.patient_id, table.c.id)
    )


@cache
def _invoices(dialect: str) -> Select[Any]:
    """Every version, with the lines that it decides and the days that it charges for, in JSON."""
    invoice, clinic, patient = tables.invoice, tables.clinic, tables.patient
    line, visit, credited = tables.line, tables.visit, tables.credited_line
    these = listed(dialect, invoice.c.patient_id)
    credit_id = select(credited.c.credit_id).where(tables.is_credited).scalar_subquery()
    decided = [line.c[name] for name in _KeptLine.__struct_fields__[:-1]]
    return (
        select(
            invoice.c.id,
            invoice.c.version,
            invoice.c.clinic_id,
            invoice.c.number,
            in_json(dialect, [*decided, credit_id], line.c.invoice_id == invoice.c.id),
            in_json(
                dialect,
                [visit.c.treated_on, visit.c.fee_ore, visit.c.reason],
                visit.c.invoice_id == invoice.c.id,
            ),
            clinic.c.hsa_id,
            invoice.c.patient_id,
            patient.c.number,
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


def in_json(
    dialect: str, columns: Sequence[ColumnElement[Any]], where: ColumnElement[bool]
) -> ScalarSelect[str]:
    """The rows of a table that belong to an invoice, as one list of lists."""
    if dialect == "sqlite":
        gathered = func.json_group_array(func.json_array(*columns))
    else:
        gathered = func.json_agg(func.json_build_array(*columns))
    text = func.coalesce(cast(gathered, Text), "[]")
    return select(text).where(where).scalar_subquery()


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
