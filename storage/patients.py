"""What is known of patients, read from their rows."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, Select, select

from adjudication.library import Library
from adjudication.patient import Patient, patient_of
from preassessments.balance import Balance
from quotas.record import CARRIED, Clinics, fee_taken, kind_of, what, when
from registry.cards import in_force
from registry.holding import CardInForce
from storage import tables
from storage.balances import read_balances
from storage.reference import read_cards
from storage.rows import given, listed, lock
from terms.period import day_number

MOST_REMEMBERED = 200_000

Known = tuple[int, int, Patient]
"""A patient's key, the version of what is known, and that."""


class Patients:
    """Patients as they were last read, each as long as its version is that of its row."""

    def __init__(self, library: Library, clinics: Clinics) -> None:
        self._library = library
        self._clinics = clinics
        self._known: dict[str, Known] = {}

    def read(self, connection: Connection, numbers: Collection[str]) -> dict[str, Known]:
        """Those of the numbers who have a row, locked until the transaction ends."""
        rows = lock(connection, tables.patient.c.number, numbers) if numbers else []
        found: dict[str, Known] = {}
        stale: dict[int, str] = {}
        versions: dict[int, int] = {}
        for key, number, version in rows:
            known = self._known.get(number)
            if known is not None and _is_current(known, version):
                found[number] = known
            else:
                stale[key], versions[key] = number, version
        if len(self._known) > MOST_REMEMBERED:
            self._known = found.copy()
        if stale:
            for key, patient in self._patients(connection, stale).items():
                number = stale[key]
                found[number] = self._known[number] = (key, versions[key], patient)
        return found

    def remember(self, known: Mapping[str, Known]) -> None:
        """Take note of what a transaction that ended well left behind."""
        self._known.update(known)

    def forget(self, number: str) -> None:
        """Read this one anew the next time."""
        self._known.pop(number, None)

    def _patients(self, connection: Connection, numbers: Mapping[int, str]) -> dict[int, Patient]:
        balances = read_balances(connection, list(numbers))
        known = _known_of(connection, self._library, list(numbers), balances)
        found = {key: known(number) for key, number in numbers.items()}
        for key, record in self._records(connection, numbers).items():
            found[key].take_up(*record)
        return found

    def _records(
        self, connection: Connection, numbers: Mapping[int, str]
    ) -> dict[int, tuple[bytes, int]]:
        """Each record, and the day number of the last line whose code has a least interval. What is
        credited is not there. Within a day they stand as they were approved."""
        rows = connection.execute(_used(connection.dialect.name), given(connection, list(numbers)))
        library = self._library
        found = {}
        for patient, group in groupby(rows, key=itemgetter(0)):
            parts, latest = [], -1
            for (
                _, support, treated_on, code, performer, tooth, zone, surfaces, outcome, allowed,
                application, assessment, clinic, reason,
            ) in group:  # fmt: skip
                if outcome != "approved":
                    continue
                number, day = library.number_of(code), day_number(treated_on)
                where = library.sites[tooth, zone, surfaces]
                where = where | CARRIED if application or assessment else where
                parts.append(what(allowed, where, kind_of(number, support, performer)))
                mark = when(day)
                # a fee is never more than what is allowed, so a line of 0 öre is no part of one
                is_charged = reason == "charged" and allowed > 0
                parts.append(fee_taken(mark, self._clinics[clinic]) if is_charged else mark)
                if number in library.with_interval:
                    latest = day
            if parts:
                found[patient] = b"".join(parts), latest
        return found


def unused_patients(
    connection: Connection, library: Library, keys: Collection[int]
) -> Callable[[str], Patient]:
    """What gives each of some patients, by their number, with all that is known of them, and
    nothing used yet."""
    return _known_of(connection, library, keys, read_balances(connection, keys, is_drawn=False))


def _known_of(
    connection: Connection,
    library: Library,
    keys: Collection[int],
    balances: Mapping[str, Balance],
) -> Callable[[str], Patient]:
    cards = cards_of(connection, library, keys)
    return lambda number: patient_of(number, cards.get(number, ()), balances.get(number))


def cards_of(
    connection: Connection, library: Library, keys: Collection[int]
) -> dict[str, tuple[CardInForce, ...]]:
    """The cards of patients, by their numbers, each as its region reads it."""
    return {
        number: tuple(in_force(card, library.regions[card.region].cards) for card in group)
        for number, group in groupby(
            read_cards(connection, tables.card.c.patient_id, keys), key=_patient
        )
    }


def _is_current(known: Known, version: int) -> bool:
    return known[1] == version


_patient = attrgetter("patient")


@cache
def _used(dialect: str) -> Select[Any]:
    """Lines that are not credited, patient by patient as they were decided. Those that are not
    approved are left to the reader: asked for approved ones, PostgreSQL takes them for a handful as
    long as it has not counted them, and reads the whole table for that."""
    line, credited, visit = tables.line, tables.credited_line, tables.visit
    invoice, clinic = tables.invoice, tables.clinic
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(
            invoice.c.patient_id,
            invoice.c.support,
            line.c.treated_on,
            line.c.code,
            line.c.performer,
            line.c.tooth,
            line.c.zone,
            line.c.surfaces,
            line.c.outcome,
            line.c.allowed_ore,
            line.c.preassessment_id,
            line.c.assessment_id,
            clinic.c.hsa_id,
            visit.c.reason,
        )
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .join(line, line.c.invoice_id == invoice.c.id)
        .join(
            visit,
            (visit.c.invoice_id == line.c.invoice_id) & (visit.c.treated_on == line.c.treated_on),
        )
        .outerjoin(credited, tables.is_credited)
        .where(credited.c.line.is_(None))
        .order_by(invoice.c.patient_id, line.c.treated_on, invoice.c.id, line.c.line)
    )
