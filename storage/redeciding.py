"""Kept invoices of some patients, decided again: which would be decided otherwise, and how."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from adjudication.patient import Patient
from invoices.current import Current
from invoices.proposal import InvoiceChange, change_of
from invoices.redecision import redecide
from invoices.unchanged import are_carried, stays
from invoices.version import Version, next_version
from storage.current import read_currents
from storage.firstanswers import first_answers
from storage.keeper import Keeper
from storage.patients import unused_patients
from storage.versions import decisions


class OfPatients(NamedTuple):
    """The versions of invoices that are decided otherwise, by patient, and how these are shown."""

    versions: dict[int, list[tuple[Current, Version]]]
    changes: dict[int, list[InvoiceChange]]


def decide(
    connection: Connection,
    keeper: Keeper,
    patients: Collection[int],
    today: date,
) -> OfPatients:
    """Decide all invoices of some patients again. Most are seen quickly to stay as they are."""
    unused = unused_patients(connection, keeper.library, patients)
    changing: dict[int, list[Current]] = {}
    others = set(patients)
    for patient, of in first_answers(connection, patients):
        if are_carried(of):
            continue
        others.discard(patient)
        if not stays(keeper.adjudicator, unused(of[0].invoice.patient), of):
            changing[patient] = [one.current() for one in of]
    return _decide(connection, keeper, unused, changing | read_currents(connection, others), today)


def decide_fully(
    connection: Connection,
    keeper: Keeper,
    patients: Collection[int],
    today: date,
) -> OfPatients:
    """Decide all invoices of some patients again, whatever became of them."""
    unused = unused_patients(connection, keeper.library, patients)
    return _decide(connection, keeper, unused, read_currents(connection, patients), today)


def _decide(
    connection: Connection,
    keeper: Keeper,
    unused: Callable[[str], Patient],
    currents: Mapping[int, Sequence[Current]],
    today: date,
) -> OfPatients:
    decided = {}
    for patient in sorted(currents):
        of = currents[patient]
        found = redecide(keeper.adjudicator, unused(of[0].invoice.patient), of)
        if found:
            decided[patient] = found
    rows = [current.row for of in decided.values() for current, _ in of]
    before = decisions(connection, rows) if rows else {}
    versions = {
        patient: [
            (current, next_version(current, before[current.row], anew, today))
            for current, anew in of
        ]
        for patient, of in decided.items()
    }
    changes = {
        patient: [
            change_of(current, before[current.row], version.decision) for current, version in of
        ]
        for patient, of in versions.items()
    }
    return OfPatients(versions, changes)
