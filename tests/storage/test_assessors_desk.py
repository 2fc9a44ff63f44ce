"""What an assessor has before them: the desk, the next one to take, a case with all of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from adjudication.invoice import Invoice
from registry.cards import Card
from storage import tables
from storage.access import revoke
from storage.acts import Acts
from storage.applying import NotMoved
from storage.casedocuments import read_case_document
from storage.casefile import CaseFile, read_case_file
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards
from storage.waiting import Desk, DeskFilters, read_desk, take_next
from tests import commands, desks
from tests.applications import assessed, assessment, content, planned
from tests.storage.applying import OTHER_CLINIC, TODAY, Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def submitted(office: Office, number: str, on: date = TODAY, **fields: Any) -> int:
    key = office.begun(number, **fields)
    office.moved(key, "clinic", "submit", on=on)
    return key


def desk(office: Office, who: str = "assessor", limit: int = 100, **filters: Any) -> str:
    """The numbers on a desk, read page by page."""
    found = ""
    after: int | None = None
    while True:
        page: Desk = office.acts.do(
            lambda connection, after=after: read_desk(  # type: ignore[misc]
                connection, office.library, DeskFilters(**filters), after, limit, office.who[who]
            )
        )
        assert len(page.applications) <= limit
        found += "".join(one.listed.number for one in page.applications)
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_what_came_first_is_first_whatever_its_key(office: Office, limit: int) -> None:
    ages = {"a": 3, "b": 9, "c": 3, "d": 30, "e": 0}
    keys = {
        number: submitted(office, number, TODAY - timedelta(days)) for number, days in ages.items()
    }
    assert desk(office, limit=limit) == "dbace"
    for number in "cd":
        office.moved(keys[number], "assessor", "take")
    office.moved(keys["b"], "second", "take")
    assert desk(office, limit=limit, view="mine") == "dc"
    assert desk(office, limit=limit, view="others") == desk(office, "second", view="mine") == "b"
    office.moved(keys["d"], "assessor", "ask_supplement", said="?", answer_by=TODAY)
    assert desk(office, limit=limit, view="away") == "d"
    office.moved(keys["c"], "assessor", "decide", assessment=assessment())
    office.moved(keys["b"], "second", "decide", assessment=assessment(), on=TODAY + timedelta(1))
    assert desk(office, limit=limit, view="decided") == "bc"
    assert desk(office, limit=limit) == "ae"


def test_what_stands_of_each_and_how_many_there_are(office: Office) -> None:
    first = submitted(office, "a", TODAY - timedelta(35))
    submitted(
        office, "b", content=content(kind="retrospective", lines=[planned(done_on="2026-02-02")])
    )
    office.begun("draft")
    page = office.acts.do(
        lambda connection: read_desk(
            connection, office.library, DeskFilters(), None, 10, office.who["assessor"]
        )
    )
    assert page.many == {"new": 2, "mine": 0, "others": 0, "away": 0}
    one, other = page.applications
    assert (one.listed.id, one.kind, one.last, one.codes) == (
        first, "advance", "submit", ["407", "405"],
    )  # fmt: skip
    assert one.applied_ore == 2 * 247_000 + 433_000
    assert one.decide_by == TODAY - timedelta(5)
    assert other.kind == "retrospective"
    assert desk(office, kind="retrospective") == "b"
    assert desk(office, kind="advance") == "a"
    assert desk(office, region="dalarna") == desk(office, support="N") == ""
    assert desk(office, region="jonkoping", support="F") == "ab"


def test_an_appeal_is_as_old_as_the_appeal(office: Office) -> None:
    old = office.decided("a").id
    submitted(office, "b", TODAY + timedelta(1))
    office.moved(old, "clinic", "appeal", said="Fler behövs.", on=TODAY + timedelta(2))
    assert desk(office) == "ba"


def test_the_next_one_is_the_first_that_nobody_has(office: Office) -> None:
    keys = [submitted(office, number, TODAY - timedelta(days)) for number, days in
            (("a", 1), ("b", 2))]  # fmt: skip

    def taken(who: str, **filters: Any) -> int | None:
        found = office.acts.do(
            lambda connection: take_next(
                connection, office.library, DeskFilters(**filters), office.who[who], TODAY
            )
        )
        return None if found is None else found.id

    assert taken("assessor", support="N") is None
    assert [taken("assessor"), taken("second"), taken("assessor")] == [keys[1], keys[0], None]
    assert desk(office, view="mine") == "b"
    assert desk(office, "second", view="mine") == "a"


def test_of_several_who_take_the_next_at_once_each_has_another(office: Office) -> None:
    keys = {submitted(office, number) for number in "abcdef"}
    together = Barrier(3)

    def taken(who: str) -> list[int]:
        acts = Acts(office.database)
        together.wait()
        found = [
            acts.do(
                lambda connection: take_next(
                    connection, office.library, DeskFilters(), office.who[who], TODAY
                )
            )
            for _ in range(2)
        ]
        return [one.id for one in found if one is not None]

    with ThreadPoolExecutor(3) as threads:
        some = threads.map(taken, ("assessor", "second", "assessor"))
        had = [key for one in some for key in one]
    assert sorted(had) == sorted(keys)


def file_of(office: Office, key: int, who: str = "assessor") -> CaseFile | None:
    keeper = Keeper(office.database, office.library, "jonkoping")
    return read_case_file(keeper, key, office.who[who], TODAY)


def test_a_case_has_all_that_belongs_to_it(office: Office) -> None:
    keeper = Keeper(office.database, office.library, "jonkoping")
    office.acts.do(
        lambda connection: (
            None,
            put_cards(connection, office.library, [msgspec.convert(commands.card(), Card)]),
        )
    )
    row = commands.invoice("1", lines=[commands.line()])
    keeper.submit([Sent(msgspec.convert(row, Invoice), TODAY)])
    lines = [planned(), planned(2, code="101", tooth=None, count=1, price_ore=110_000)]
    key = submitted(office, "a", TODAY - timedelta(5), content=content(lines=lines))
    found = file_of(office, key)
    assert found is not None
    assert found.trial is not None
    said = {line.line: [one.rule for one in line.findings] for line in found.trial.lines}
    assert said == {
        1: ["application_in_general_care"], 2: ["examination_every_ten_months"],
    }  # fmt: skip
    assert found.standing.card is not None
    assert [one.code for one in found.kept.known] == ["101"]
    assert found.lacking == []
    assert (found.submitted_on, found.decide_by) == (
        TODAY - timedelta(5), TODAY + timedelta(25),
    )  # fmt: skip
    assert found.assessors == ["assessor", "second"]
    assert found.consultants == ["aside", "consultant"]
    office.acts.do(lambda connection: (None, [revoke(connection, "aside")]))
    again = file_of(office, key)
    assert again is not None
    assert again.consultants == ["consultant"]
    assert file_of(office, key, "other") is None


def test_looks_at_a_case_are_noted_and_change_nothing(office: Office) -> None:
    key = submitted(office, "a")

    def entries() -> list[str]:
        audit = tables.audit
        with office.database.reading() as connection:
            return list(
                connection.scalars(
                    select(audit.c.act)
                    .where(audit.c.token_id == office.who["assessor"].id)
                    .order_by(audit.c.at, audit.c.audit_chain_id, audit.c.place)
                )
            )

    assert file_of(office, key) == file_of(office, key)
    assert entries() == ["read_application", "read_standing"] * 2


def test_earlier_decisions_on_like_cases_name_nobody(office: Office) -> None:
    cut = assessment(lines=[
        assessed(1, count=1, amount_ore=200_000, motive="En räcker."),
        assessed(2, "refused", motive="Visdomstanden stör inte."),
    ])  # fmt: skip
    office.decided("first", cut)
    office.decided("second", patient=desks.person_number(date(1950, 1, 1)))
    key = submitted(office, "a", content=content(lines=[planned(7, code="407", count=1)]))
    found = file_of(office, key)
    assert found is not None
    newest, oldest = found.precedents["407"]
    assert (newest.outcome, newest.count, newest.motive) == ("approved", None, None)
    assert (oldest.outcome, oldest.applied_count) == ("approved", 2)
    assert (oldest.count, oldest.amount_ore, oldest.motive) == (1, 200_000, "En räcker.")
    assert set(found.precedents) == {"407"}
    told = str(found.precedents)
    assert "19480512" not in told
    assert "SE23" not in told


def test_a_document_is_seen_through_the_application_that_names_it(office: Office) -> None:
    from storage.attachments import Announced, announce

    said = Announced("SE2321000057-4F2A", commands.PATIENT, "xray", "36")
    submitted(office, "there")  # so that somebody knows the patient
    kept = office.acts.do(lambda connection: announce(connection, said, TODAY, None))
    assert not isinstance(kept, str)
    key = submitted(office, "a")

    def seen(who: str, application: int, attachment: int) -> bool:
        found = office.acts.do(
            lambda connection: read_case_document(
                connection, application, attachment, office.who[who]
            )
        )
        return found is not None

    assert not seen("assessor", key, kept.id)  # not come, so no application names it
    assert not seen("assessor", 99, kept.id)
    assert not seen("other", key, kept.id)


def test_a_supplement_is_asked_for_by_a_day_that_is_to_come(office: Office) -> None:
    key = submitted(office, "a")
    office.moved(key, "assessor", "take")
    late = office.move(key, "assessor", "ask_supplement", said="Bild?",
                       answer_by=TODAY - timedelta(1))  # fmt: skip
    assert isinstance(late, NotMoved)
    assert [one.code for one in late.faults] == ["answer_by_passed"]
    kept = office.moved(key, "assessor", "ask_supplement", said="Bild?", answer_by=TODAY)
    assert kept.moves[-1].answer_by == TODAY
    assert office.read(key, "clinic").moves[-1].answer_by == TODAY
    assert office.put("x", "other", clinic=OTHER_CLINIC)
