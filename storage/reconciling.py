"""Laying a journal beside what is kept. Nothing of the journal is: only that somebody looked."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, select

from adjudication.library import Library
from intake.journal import JournalRow
from invoices.matching import MOST_DAYS_APART
from invoices.reconciliation import (
    ClinicSum,
    ReconciledRow,
    Reconciliation,
    reconcile,
    sums_of,
)
from registry.holding import CardInForce, card_on, region_of
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from storage.patients import cards_of
from storage.regionlines import read_region_lines
from storage.rows import given, listed


class Rules(NamedTuple):
    """By which rules the last days to bill are told: without a card by those of a region."""

    library: Library
    default_region: str


class Asked(NamedTuple):
    """A journal, not empty, whose region's lines are asked for from a day to another; by default
    from its first day to its last. `on` is the day that days are counted from."""

    journal: Sequence[JournalRow]
    on: date
    treated_from: date | None = None
    treated_to: date | None = None

    def days(self) -> tuple[date, date]:
        """From which day to which."""
        told = [row.treated_on for row in self.journal]
        return self.treated_from or min(told), self.treated_to or max(told)


def reconcile_journal(
    connection: Connection, rules: Rules, asked: Asked, token: int | None
) -> Done[Reconciliation]:
    """Lay a journal beside the lines that the region has of its clinics."""
    first, last = asked.days()
    sums: list[ClinicSum] = []
    rows: list[ReconciledRow] = []
    entries: list[Entry] = []
    by_clinic = sorted(asked.journal, key=_clinic)
    for clinic, group in groupby(by_clinic, key=_clinic):
        journal = list(group)
        numbers = {row.number for row in journal if row.number is not None}
        held = read_region_lines(connection, rules.library, clinic, _wider(first, last), numbers)
        deadlines = _Deadlines(connection, rules, journal)
        found = [
            row
            for row in reconcile(clinic, journal, held.lines, asked.on, deadlines.last_day)
            if row.row is not None or first <= row.treated_on <= last
        ]
        rows += found
        sums.append(sums_of(clinic, found))
        entries.append(Entry("reconcile", token, subject=clinic))
        entries += _looks(held.patients | deadlines.patients, clinic, token)
    return Reconciliation(asked.on, first, last, tuple(sums), tuple(rows)), entries


def _wider(first: date, last: date) -> tuple[date, date]:
    """With the days that a row may be matched to beside its own."""
    apart = timedelta(MOST_DAYS_APART)
    return max(first, date.min + apart) - apart, min(last, date.max - apart) + apart


def _looks(patients: Iterable[int], clinic: str, token: int | None) -> list[Entry]:
    return [Entry("reconcile", token, patient, subject=clinic) for patient in sorted(patients)]


class _Deadlines:
    """The last day to bill what never arrived, by the patient's card, in the region that makes the
    patient's rules."""

    def __init__(self, connection: Connection, rules: Rules, journal: Sequence[JournalRow]) -> None:
        self._rules = rules
        numbers = {row.patient for row in journal if row.patient is not None}
        patient = tables.patient
        these = listed(connection.dialect.name, patient.c.number)
        known = connection.execute(
            select(patient.c.id).join(these, these.c.number == patient.c.number),
            given(connection, numbers),
        )
        self.patients = set(known.scalars())
        self._cards = cards_of(connection, rules.library, self.patients)

    def last_day(self, row: JournalRow) -> date | None:
        """None where no deadline is known."""
        cards: tuple[CardInForce, ...] = self._cards.get(row.patient or "", ())
        card = card_on(cards, row.support, row.treated_on)
        region = region_of(cards, row.support, card, self._rules.default_region)
        day = self._rules.library.calendar(region, row.support).on(row.treated_on)
        return day.last_day_to_bill


_clinic = attrgetter("clinic")
