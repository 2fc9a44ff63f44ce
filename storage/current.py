"""Kept invoices as they stand, read patient by patient."""

from collections.abc import Collection, Mapping, Sequence
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
from storage.linedocuments import documents_of
from storage.rows import given, listed
from storage.sent import read_sent


def read_currents(connection: Connection, patients: Collection[int]) -> dict[int, list[Current]]:
    """All kept invoices of patients, by their keys, each patient's in the order of receipt; with
    the documents and the free cards that were added since."""
    dialect, wanted = connection.dialect.name, given(connection, patients)
    rows = connection.execute(_invoices(dialect), wanted).all()
    names: dict[tuple[int, str], int] = {}
    newest: dict[int, tuple[int, int]] = {}
    invoices: dict[int, Invoice] = {}
    lines: dict[int, dict[int, CurrentLine]] = {}
    visits: dict[int, dict[tuple[int, date], Charged]] = {}
    applications = _applications(connection, patients)
    for row, version, clinic, number, decided, charged, _, _, sent in rows:
        key = names.setdefault((clinic, number), row)
        newest[key] = row, version
        if version == FIRST_VERSION:
            invoices[key] = read_sent(sent)
        _take_lines(lines.setdefault(key, {}), row, invoices[key], decided, applications)
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
    for key, version, _, _, _, _, patient_id, received_on, _ in rows:
        if version != FIRST_VERSION:
            continue
        invoice = replace(invoices[key], lines=[line.sent for line in lines[key].values()])
        if patient_id in free_cards and invoice.free_card is None:
            covering = _covering(free_cards[patient_id], invoice.lines)
            invoice = replace(invoice, free_card=covering)
        found.setdefault(patient_id, []).append(
            Current(
                key,
                *newest[key],
                invoice,
                received_on,
                lines[key],
                visits[key],
                given_back.get(key, _NOTHING),
                assessed.get(key, _NOTHING),
            )
        )
    return found


_NOTHING: Mapping[Any, Any] = {}


class _DecidedLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line as a version decides it."""

    line: int
    outcome: Outcome
    allowed_ore: int
    preassessment_id: int | None
    preassessment_line: int | None
    credit_id: int | None


_decided_lines = msgspec.json.Decoder(list[_DecidedLine]).decode
_kept_visits = msgspec.json.Decoder(list[tuple[date, int, FeeReason]]).decode
_number = attrgetter("line")


def _take_lines(
    lines: dict[int, CurrentLine],
    row: int,
    invoice: Invoice,
    decided: str,
    applications: Mapping[int, str],
) -> None:
    """Let the lines that a version decides stand in place of those before."""
    sent = {line.line: line for line in invoice.lines}
    for one in sorted(_decided_lines(decided), key=_number):
        carrier: ApprovedKey | None = None
        if one.preassessment_id is not None:
            assert one.preassessment_line is not None
            carrier = applications[one.preassessment_id], one.preassessment_line
        before, since = lines.get(one.line), row
        if before is not None and before.outcome == one.outcome == "approved":
            since = before.since
        lines[one.line] = CurrentLine(
            sent[one.line],
            row,
            since,
            one.outcome,
            one.allowed_ore,
            carrier,
            one.credit_id is not None,
        )


def _add_documents(lines: dict[int, CurrentLine], documents: Mapping[int, list[Document]]) -> None:
    """Let lines carry what came after them."""
    for number, more in documents.items():
        line = lines[number]
        with_more = [*(line.sent.documents or ()), *more]
        lines[number] = replace(line, sent=replace(line.sent, documents=with_more))


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
    invoice = tables.invoice
    line, visit, credited = tables.line, tables.visit, tables.credited_line
    these = listed(dialect, invoice.c.patient_id)
    credit_id = select(credited.c.credit_id).where(tables.is_credited).scalar_subquery()
    decided = [
        line.c.line, line.c.outcome, line.c.allowed_ore, line.c.preassessment_id,
        line.c.preassessment_line, credit_id,
    ]  # fmt: skip
    charged = [visit.c.treated_on, visit.c.fee_ore, visit.c.reason]
    return (
        select(
            invoice.c.id,
            invoice.c.version,
            invoice.c.clinic_id,
            invoice.c.number,
            in_json(dialect, decided, line.c.invoice_id == invoice.c.id),
            in_json(dialect, charged, visit.c.invoice_id == invoice.c.id),
            invoice.c.patient_id,
            invoice.c.received_on,
            invoice.c.sent,
        )
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .order_by(invoice.c.id)
    )


def in_json(
    dialect: str, columns: Sequence[ColumnElement[Any]], where: ColumnElement[bool]
) -> ScalarSelect[str]:
    """The rows of a table that belong to an invoice, as one list of lists: read so they cost a
    fourth of what rows cost."""
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
