"""Attachments go with an application as its content names them: its clinic's, its patient's, ten
at most. Those that are announced and never come are so many and no more, and lapse."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from attachments.kinds import AttachmentKind
from attachments.limits import DAYS_TO_COME, MOST_AWAITED, MOST_IN_A_CASE
from attachments.verdict import Sound
from preassessments.faults import MoveFault
from registry.cards import Card
from storage.applying import NotMoved
from storage.attachments import Announced, add_content, announce
from storage.database import Database
from storage.files import Whole
from storage.reference import put_cards
from storage.written import ApplicationVersion, read_version
from tests import desks
from tests.applications import content
from tests.commands import PATIENT, card
from tests.storage.applying import CLINIC, OTHER_CLINIC, TODAY, Office

OTHER = desks.person_number(date(1951, 1, 1))


@pytest.fixture
def office(database: Database) -> Office:
    """Two patients who are known."""
    held = [card(), card(number="F-2", patient=OTHER)]
    with database.writing() as connection:
        put_cards(connection, desks.library(), msgspec.convert(held, list[Card]))
    return Office(database)


def announced(office: Office, clinic: str = CLINIC, patient: str = PATIENT, **fields: Any) -> Any:
    """What is answered to one who announces an attachment, on a day."""
    kind: AttachmentKind = fields.get("kind", "xray")
    asked, on = Announced(clinic, patient, kind, "OPG"), fields.get("on", TODAY)
    return office.acts.do(lambda connection: announce(connection, asked, on, None))


def attached(office: Office, clinic: str = CLINIC, patient: str = PATIENT, **fields: Any) -> int:
    """An attachment that has come, by its key."""
    made = announced(office, clinic, patient, **fields)
    with office.database.writing() as connection:
        whole = Whole(f"file-{made.id}", 1, b"x" * 32)
        add_content(connection, made, whole, Sound("png", 1), TODAY)
    key: int = made.id
    return key


def naming(*keys: int, xray: int | None = None) -> Any:
    """A content that names these attachments."""
    xrays = [{"exposed_on": "2026-01-15", "shows": "36"}]
    if xray is not None:
        xrays.append({"exposed_on": "2026-01-16", "attachment": xray})  # type: ignore[dict-item]
    return content(attachments=list(keys), xrays=xrays)


def enclosed(office: Office, key: int, who: str = "clinic") -> list[int]:
    return [one.id for one in office.read(key, who).enclosures]


def test_attachments_go_with_an_application_by_kind(office: Office) -> None:
    xray, photo = attached(office), attached(office, kind="photo")
    status = attached(office, kind="periodontal_status")
    key = office.begun(content=naming(photo, status, photo, xray=xray))
    assert enclosed(office, key) == [status, photo, xray]
    office.moved(key, "clinic", "submit")
    assert enclosed(office, key, "assessor") == [status, photo, xray]
    assert enclosed(office, office.begun("A-2", content=naming(xray))) == [xray]
    assert enclosed(office, office.begun("A-3")) == []


def test_a_version_shows_what_was_enclosed(office: Office) -> None:
    """What a supplement leaves out stays with the version before."""
    first, second = attached(office), attached(office)
    key = office.begun(content=naming(first))
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    office.moved(key, "assessor", "ask_supplement", said="37?")
    office.moved(key, "clinic", "supplement", content=naming(xray=second))

    def version(number: int) -> ApplicationVersion:
        found = office.acts.do(
            lambda connection: read_version(connection, key, number, office.who["assessor"])
        )
        assert found is not None
        return found

    assert [[one.id for one in version(number).enclosures] for number in (1, 2)] == [
        [first], [second],
    ]  # fmt: skip


FAULTY = ["not_come", "attachment_unknown", "other_patient", "attachment_unknown"]


def test_what_does_not_go_with_it_is_told_and_nothing_is_kept(office: Office) -> None:
    right, empty = attached(office), announced(office).id
    theirs, of_other = attached(office, OTHER_CLINIC), attached(office, patient=OTHER)
    wrong = naming(right, theirs, of_other, 9999, xray=empty)
    paths = [
        "$.content.xrays[1].attachment",
        *(f"$.content.attachments[{place}]" for place in (1, 2, 3)),
    ]
    told = office.put(content=wrong)
    assert isinstance(told, list)
    assert [(one.code, one.path) for one in told] == list(zip(FAULTY, paths, strict=True))
    key = office.begun(content=naming(right))
    for move in ("save", "supplement"):
        answer = office.move(key, "clinic", move, content=wrong)
        assert isinstance(answer, NotMoved)
        assert (answer.reason, answer.faults) == ("faulty", told)
        assert enclosed(office, key) == [right]
        office.move(key, "clinic", "submit")


def test_a_draft_of_one_whom_nobody_knows_has_no_attachment(office: Office) -> None:
    unknown = desks.person_number(date(1962, 3, 4))
    told = office.put(patient=unknown, content=naming(attached(office)))
    assert told == [
        MoveFault(
            "other_patient", "$.content.attachments[0]",
            "bilagan gäller en annan patient än ansökan",
        )
    ]  # fmt: skip
    assert announced(office, patient=unknown) == "patient_unknown"
    office.begun(patient=unknown)
    assert announced(office, patient=unknown).content is None


def test_so_many_and_no_more(office: Office) -> None:
    keys = [attached(office) for _ in range(MOST_IN_A_CASE + 1)]
    told = office.put(content=naming(*keys))
    assert isinstance(told, list)
    assert [(one.code, one.path) for one in told] == [("too_many", "$.content")]
    key = office.begun(content=naming(*keys[1:]))
    answer = office.move(key, "clinic", "save", content=naming(*keys[1:], xray=keys[0]))
    assert isinstance(answer, NotMoved)
    assert enclosed(office, key) == keys[1:]


def test_a_clinic_announces_so_many_that_have_not_come(office: Office) -> None:
    """What has come, what has lapsed and what is another clinic's is not counted."""
    lapsed = TODAY - timedelta(DAYS_TO_COME + 1)
    attached(office)
    announced(office, on=lapsed)
    announced(office, OTHER_CLINIC)
    days = [TODAY - timedelta(DAYS_TO_COME), *[TODAY] * (MOST_AWAITED - 1)]
    assert all(announced(office, on=day).id for day in days)
    assert announced(office) == "too_many_awaited"
    assert announced(office, OTHER_CLINIC).content is None
    assert announced(office, on=TODAY + timedelta(1)).content is None
    assert announced(office) == "too_many_awaited"
