"""What was spent in a period: approved and not credited, visit by visit, and added up by what the
visits are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    union_all,
)

from adjudication.library import Library
from invoices.figures import Counts, Spend
from registry.holding import CardInForce, card_on
from storage import tables
from storage.patients import cards_of
from storage.rows import as_driven, given, listed
from terms.vocabulary import Support

WITHOUT_CARD = "-"
_PATIENTS_AT_ONCE = 20_000


Cell = tuple[str, Support, str, str]
"""A month, a support, a category and a clinic: what all tables but that of codes are made of."""


class Spending(NamedTuple):
    """The whole, and its parts."""

    total: Spend
    by_month: tuple[Spend, ...]
    by_support: tuple[Spend, ...]
    by_category: tuple[Spend, ...]
    by_clinic: tuple[Spend, ...]
    by_code: tuple[Spend, ...]


def read_spending(
    connection: Connection, library: Library, first_on: date, last_on: date
) -> Spending:
    """What care from a day to another came to."""
    cells = _cells(connection, library, first_on, last_on)
    codes = sorted(connection.execute(_by_code(first_on, last_on)))
    total = Counts()
    for counts in cells.values():
        total.add_all(counts)
    return Spending(
        total.spend(""),
        _table(cells, 0),
        _table(cells, 1),
        _table(cells, 2),
        _table(cells, 3),
        tuple(Spend(row.code, row.lines, row.patients, int(row.ore), None) for row in codes),
    )


def _cells(
    connection: Connection, library: Library, first_on: date, last_on: date
) -> dict[Cell, Counts]:
    """Visit by visit, each put where it belongs."""
    allowed = as_driven(connection.execute(_allowed(first_on, last_on)))
    fees = as_driven(connection.execute(_fees(first_on, last_on)))
    patients = {row[0] for row in allowed} | {row[0] for row in fees}
    categories = _Categories(connection, library, patients)
    clinics = dict(connection.execute(select(tables.clinic.c.id, tables.clinic.c.hsa_id)).all())
    cells: dict[Cell, Counts] = defaultdict(Counts)
    for patient, clinic, support, day, lines, ore in allowed:
        category = categories.of(patient, support, day)
        cells[day[:7], support, category, clinics[clinic]].add(patient, lines, ore)
    for patient, clinic, support, day, fee in fees:
        category = categories.of(patient, support, day)
        cells[day[:7], support, category, clinics[clinic]].charge(fee)
    return cells


def _table(cells: dict[Cell, Counts], place: int) -> tuple[Spend, ...]:
    """What the cells come to by one part of what they are of."""
    parts: dict[str, Counts] = defaultdict(Counts)
    for cell, counts in cells.items():
        parts[cell[place]].add_all(counts)
    return tuple(parts[name].spend(name) for name in sorted(parts))


class _Categories:
    """The categories of patients' cards as they are in force now."""

    def __init__(self, connection: Connection, library: Library, patients: Iterable[int]) -> None:
        keys, patient = sorted(patients), tables.patient
        these = listed(connection.dialect.name, patient.c.id)
        numbers = select(patient.c.id, patient.c.number).join(these, these.c.id == patient.c.id)
        self._cards: dict[int, tuple[CardInForce, ...]] = {}
        for start in range(0, len(keys), _PATIENTS_AT_ONCE):
            some = keys[start : start + _PATIENTS_AT_ONCE]
            cards = cards_of(connection, library, some)
            for key, number in as_driven(connection.execute(numbers, given(connection, some))):
                self._cards[key] = cards.get(number, ())
        self._day = cache(date.fromisoformat)

    def of(self, patient: int, support: Support, day: str) -> str:
        """Of a visit, with its region, since regions call different things alike."""
        card = card_on(self._cards[patient], support, self._day(day))
        return WITHOUT_CARD if card is None else f"{card.region}/{card.category}"


def _allowed(first_on: date, last_on: date) -> Select[Any]:
    """What stands of each day of an invoice: added up before anything is looked up of it."""
    invoice, line = tables.invoice, tables.line
    whose = (line.c.invoice_id, line.c.treated_on)
    days = (
        select(*whose, func.count().label("lines"), _sum(line.c.allowed_ore).label("ore"))
        .outerjoin(tables.credited_line, tables.is_credited)
        .where(*_is_standing(first_on, last_on))
        .group_by(*whose)
        .subquery()
    )
    return select(
        invoice.c.patient_id,
        invoice.c.clinic_id,
        invoice.c.support,
        cast(days.c.treated_on, Text),
        days.c.lines,
        days.c.ore,
    ).join(days, days.c.invoice_id == invoice.c.id)


def _by_code(first_on: date, last_on: date) -> Select[Any]:
    """What stands of each code."""
    line, invoice = tables.line, tables.invoice
    return (
        select(
            line.c.code,
            func.count().label("lines"),
            func.count(invoice.c.patient_id.distinct()).label("patients"),
            _sum(line.c.allowed_ore).label("ore"),
        )
        .join(invoice, invoice.c.id == line.c.invoice_id)
        .outerjoin(tables.credited_line, tables.is_credited)
        .where(*_is_standing(first_on, last_on))
        .group_by(line.c.code)
    )


def _is_standing(first_on: date, last_on: date) -> Iterator[ColumnElement[bool]]:
    """Approved lines that are not credited, of whichever version: one that decides anew what was
    approved takes that back by a credit."""
    yield tables.line.c.outcome == "approved"
    yield tables.credited_line.c.line.is_(None)
    yield tables.line.c.treated_on.between(first_on, last_on)


def _fees(first_on: date, last_on: date) -> CompoundSelect[Any]:
    """What each version charged for a visit, and what credits gave back of it."""
    invoice, visit = tables.invoice, tables.visit
    credit, back = tables.credit, tables.credited_visit
    whose = (invoice.c.patient_id, invoice.c.clinic_id, invoice.c.support)
    charged = (
        select(*whose, _day(visit), visit.c.fee_ore)
        .join(invoice, invoice.c.id == visit.c.invoice_id)
        .where(visit.c.fee_ore != 0, visit.c.treated_on.between(first_on, last_on))
    )
    given_back = (
        select(*whose, _day(back), -back.c.fee_ore)
        .select_from(back)
        .join(credit, credit.c.id == back.c.credit_id)
        .join(invoice, invoice.c.id == credit.c.invoice_id)
        .where(back.c.treated_on.between(first_on, last_on))
    )
    return union_all(charged, given_back)


def _day(table: Table) -> ColumnElement[str]:
    """The day of treatment, written `2026-05-01` by both databases."""
    return cast(table.c.treated_on, Text)


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
