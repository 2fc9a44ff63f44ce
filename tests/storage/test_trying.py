"""What is said of an application while it is written is what keeping and submitting it says, and
nothing of it is kept."""

from datetime import date
from typing import Any

import msgspec
import pytest

from adjudication.invoice import Invoice
from preassessments.application import Application
from registry.cards import Card
from storage.applying import NotMoved
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards
from storage.trying import Tried, try_application
from tests import desks
from tests.api.asking import kept, noted
from tests.applications import content, planned, sent
from tests.commands import card, invoice, line
from tests.storage.applying import OTHER_CLINIC, TODAY, Office

LIBRARY = desks.library()
SPEECHLESS: dict[str, Any] = {"category": None, "status": " ", "periodontal_status": None}


@pytest.fixture
def office(database: Database) -> Office:
    """A patient who is known, with an action of the clinic's own and one of another clinic's."""
    with database.writing() as connection:
        put_cards(connection, LIBRARY, msgspec.convert([card()], list[Card]))
    keeper = Keeper(database, LIBRARY, "jonkoping")
    for row in (
        invoice(lines=[line(code="301", tooth="11", price_ore=1000)]),
        invoice("2", clinic=OTHER_CLINIC, lines=[line(code="303", tooth="21", price_ore=1000)]),
    ):
        (answer,) = keeper.submit([Sent(msgspec.convert(row, Invoice), TODAY)])
        assert answer is not None
    return Office(database)


def tried(office: Office, **fields: Any) -> Tried:
    """What is said, by nobody but the clinic."""
    asked = msgspec.convert(sent("tried", **fields), Application)
    return office.acts.do(
        lambda connection: try_application(connection, LIBRARY, asked, office.who["clinic"], TODAY)
    )


ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"content": content(**SPEECHLESS)},
    {"content": content(lines=None, xrays=None)},
    {"content": content(lines=[planned(code="704"), planned(code="9999", tooth="99")])},
    {"content": content(kind="retrospective", lines=[planned(done_on="2026-01-20")])},
    {"content": content(category="X", lines=[planned(done_on="2027-01-20")])},
    {"content": content(attachments=[7])},
    {"region": "atlantis"},
    {"patient": "191212121213"},
    {"patient": "19121212-1212", "protected_identity": True},
)


def test_it_is_what_keeping_and_submitting_says(office: Office) -> None:
    lacked = refused = 0
    for place, fields in enumerate(ASKED):
        before = kept(office.database)
        found = tried(office, **fields)
        assert kept(office.database) == before
        answer = office.put(f"kept-{place}", **fields)
        if not isinstance(answer, tuple):
            assert answer == found.faults != []
            refused += 1
            continue
        assert found.faults == []
        assert answer[0].lacking == found.lacking
        moved = office.move(answer[0].id, "clinic", "submit")
        assert found.lacking == (moved.lacking if isinstance(moved, NotMoved) else [])
        lacked += bool(found.lacking)
    assert (lacked, refused) == (5, 4)


def test_every_part_that_is_due_and_not_given_lacks(office: Office) -> None:
    for fields in ({}, SPEECHLESS, {"lines": [planned(code="704")]}):
        found = tried(office, content=content(**fields))
        lacks = {one.path for one in found.lacking if one.code == "content_missing"}
        assert lacks == {
            f"$.content.{one.field}" for one in found.parts if one.is_due and not one.is_given
        }
        assert len(found.parts) == 6
    assert tried(office, region="dalarna", content=content()).parts == []


def test_a_clinic_is_told_what_it_has_done_itself_and_that_is_noted(office: Office) -> None:
    found = tried(office)
    assert [(one.code, one.tooth) for one in found.done] == [("301", "11")]
    assert ("try_application", "clinic") in {(act, name) for act, name, _ in noted(office.database)}
    unknown = tried(office, patient=desks.person_number(date(1951, 1, 1)))
    assert unknown.done == []
