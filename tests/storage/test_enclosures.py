"""Attachments go with an application: all or none, of its clinic and patient, ten at most."""

from datetime import date

import msgspec
import pytest
from sqlalchemy import select

from attachments.kinds import AttachmentKind
from attachments.limits import MOST_IN_A_CASE
from attachments.verdict import Sound
from registry.cards import Card
from storage import tables
from storage.attachments import Announced, add_content, announce
from storage.database import Database
from storage.enclosures import EnclosureFault, enclose, enclosures_of
from storage.files import Whole
from storage.reference import put_cards
from tests import desks
from tests.commands import PATIENT, card

DAY = date(2026, 2, 20)
CLINIC, OTHER_CLINIC = "SE2321000057-4F2A", "SE2321000057-9B00"
OTHER = desks.person_number(date(1951, 1, 1))


@pytest.fixture
def database(database: Database) -> Database:
    """Two patients who are known."""
    held = [card(), card(number="F-2", patient=OTHER)]
    with database.writing() as connection:
        put_cards(connection, desks.library(), msgspec.convert(held, list[Card]))
    return database


def attached(
    database: Database,
    kind: AttachmentKind = "xray",
    clinic: str = CLINIC,
    patient: str = PATIENT,
    has_come: bool = True,
) -> int:
    """An attachment by its key."""
    with database.writing() as connection:
        made, _ = announce(connection, Announced(clinic, patient, kind, "OPG"), DAY, None)
        assert made is not None
        if has_come:
            whole = Whole(f"file-{made.id}", 1, b"x" * 32)
            add_content(connection, made, whole, Sound("png", 1), DAY)
        return made.id


def enclosed(database: Database, keys: list[int], application: str = "A-1") -> list[EnclosureFault]:
    """What speaks against these attachments of an application of the clinic for the patient."""
    clinic, patient = tables.clinic.c, tables.patient.c
    with database.writing() as connection:
        return enclose(
            connection,
            application,
            keys,
            clinic=connection.scalar(select(clinic.id).where(clinic.hsa_id == CLINIC)) or 0,
            patient=connection.scalar(
                select(patient.id).where(patient.number == PATIENT.replace("-", ""))
            )
            or 0,
            added_on=DAY,
        )


def listed(database: Database, application: str = "A-1") -> list[int]:
    with database.reading() as connection:
        return [one.id for one in enclosures_of(connection, application)]


def test_attachments_go_with_an_application_by_kind(database: Database) -> None:
    xray, photo = attached(database), attached(database, "photo")
    status = attached(database, "periodontal_status")
    assert enclosed(database, [xray, photo, photo]) == []
    assert enclosed(database, [xray, status]) == []
    assert listed(database) == [status, photo, xray]
    assert enclosed(database, [xray], "A-2") == []
    assert (listed(database, "A-2"), listed(database, "A-3")) == ([xray], [])


def test_what_does_not_go_with_it_is_told_and_none_is_taken(database: Database) -> None:
    right, empty = attached(database), attached(database, has_come=False)
    theirs = attached(database, clinic=OTHER_CLINIC)
    of_other = attached(database, patient=OTHER)
    assert enclosed(database, [right, empty, theirs, of_other, 9999]) == [
        EnclosureFault("not_come", 1),
        EnclosureFault("attachment_unknown", 2),
        EnclosureFault("other_patient", 3),
        EnclosureFault("attachment_unknown", 4),
    ]
    assert listed(database) == []


def test_so_many_and_no_more(database: Database) -> None:
    keys = [attached(database) for _ in range(MOST_IN_A_CASE + 1)]
    assert enclosed(database, keys) == [EnclosureFault("too_many")]
    assert enclosed(database, keys[:-1]) == []
    assert enclosed(database, keys[-1:]) == [EnclosureFault("too_many")]
    assert enclosed(database, keys[:3]) == []
    assert listed(database) == keys[:-1]
