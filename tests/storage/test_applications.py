"""Applications that are kept: moved by those who may, drawn down by invoices, never changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Select, delete, func, select, text, update

from adjudication.invoice import Invoice
from preassessments.application import Content
from registry.cards import Card
from storage import rows, tables
from storage.access import revoke
from storage.acts import Done
from storage.applications import KeptApplication
from storage.applying import NotMoved, NumberUsed
from storage.checking import faults
from storage.crediting import credit_invoice
from storage.database import Database
from storage.expiring import ExpiringPage, list_expiring
from storage.keeper import Keeper, Sent
from storage.people import give
from storage.queue import Queue, QueueFilters, list_applications
from storage.reference import put_cards, put_preassessments
from storage.written import compare_versions, read_version
from terms.person import without_dash
from tests import commands, desks
from tests.applications import assessed, assessment, content, planned
from tests.desks import Row
from tests.storage.applying import OTHER_CLINIC, TODAY, Office
from tests.storage.test_checking import unguard


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def counted(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
            if table.name not in {"audit", "audit_chain"}
        }


def refused(answer: object, reason: str) -> NotMoved:
    assert isinstance(answer, NotMoved), answer
    assert answer.reason == reason
    return answer


# --- from draft to decision --------------------------------------------------------------------


def test_the_whole_way_there(office: Office) -> None:
    """Each move is kept with who and what; the decision is there for invoices."""
    key = office.begun(content=content(status=None))
    assert [lack.path for lack in office.read(key).lacking] == ["$.content.status"]
    refused(office.move(key, "clinic", "submit"), "incomplete")
    office.moved(key, "clinic", "save", content=content())
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    office.moved(key, "assessor", "ask_supplement", said="Bild av 37?")
    later = content(xrays=[{"exposed_on": "2026-02-19", "shows": "37"}])
    office.moved(key, "clinic", "supplement", content=later, said="Här.")
    office.moved(key, "assessor", "ask_consultant", said="Rotfyllning?", to="consultant")
    office.moved(key, "consultant", "answer", said="Ja.")
    kept = office.moved(key, "assessor", "decide", assessment=assessment())
    assert [(one.place, one.move, one.state, one.version, one.by, one.holder, one.consultant)
            for one in kept.moves] == [
        (1, "create", "draft", 1, "clinic", None, None),
        (2, "save", "draft", 2, "clinic", None, None),
        (3, "submit", "submitted", 2, "clinic", None, None),
        (4, "take", "under_assessment", 2, "assessor", "assessor", None),
        (5, "ask_supplement", "waiting_for_supplement", 2, "assessor", "assessor", None),
        (6, "supplement", "under_assessment", 3, "clinic", "assessor", None),
        (7, "ask_consultant", "waiting_for_consultant", 3, "assessor", "assessor", "consultant"),
        (8, "answer", "under_assessment", 3, "consultant", "assessor", None),
        (9, "decide", "approved", 3, "assessor", "assessor", None),
    ]  # fmt: skip
    assert kept.content == msgspec.convert(later, Content)
    assert kept.lacking == []
    (made,) = kept.decisions
    assert (made.preassessment, made.replaces, made.status) == (f"A{key}", None, "approved")
    assert [(one.line, one.code, one.count, one.left) for one in made.lines] == [
        (1, "407", 2, 2), (2, "405", 1, 1),
    ]  # fmt: skip
    with office.database.reading() as connection:
        assert list(faults(connection)) == []


def test_what_is_asked_of_a_consultant_stays_within_the_region(office: Office) -> None:
    key = office.begun()
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    office.moved(key, "assessor", "ask_consultant", said="Litar du på det?", to="consultant")
    office.moved(key, "consultant", "answer", said="Nej.")
    said = {who: [one.said for one in office.read(key, who).moves[3:]] for who in office.who
            if office.seen(key, who)}  # fmt: skip
    assert said == {
        "clinic": [None, None],
        **{who: ["Litar du på det?", "Nej."] for who in ("assessor", "second", "reader")},
    }


def test_who_sees_an_application_when(office: Office) -> None:
    """A draft is the clinic's own, also one that was withdrawn; a consultant sees what waits."""
    key = office.begun()

    def seeing() -> set[str]:
        return {who for who in office.who if office.seen(key, who) is not None}

    region = {"assessor", "second", "reader"}
    assert seeing() == {"clinic"}
    office.moved(key, "clinic", "submit")
    assert seeing() == {"clinic", *region}
    office.moved(key, "assessor", "take")
    office.moved(key, "assessor", "ask_consultant", said="?", to="consultant")
    assert seeing() == {"clinic", "consultant", *region}
    office.moved(key, "assessor", "recall")
    assert seeing() == {"clinic", *region}
    drafted = office.begun("A-2")
    office.moved(drafted, "clinic", "withdraw")
    assert {who for who in office.who if office.seen(drafted, who) is not None} == {"clinic"}


def test_one_that_is_not_seen_is_not_moved(office: Office) -> None:
    key = office.begun()
    office.moved(key, "clinic", "submit")
    before = counted(office.database)
    assert office.move(key, "other", "withdraw", after=2) is None
    assert office.move(key, "consultant", "answer", after=2, said="Ja.") is None
    assert office.move(99, "clinic", "submit", after=1) is None
    assert counted(office.database) == before


def test_the_same_sent_again_is_there_already(office: Office) -> None:
    first = office.put()
    assert isinstance(first, tuple)
    assert first[1]
    before = counted(office.database)
    office_again = office.put(content=content(lines=content()["lines"], attachments=[]))
    assert isinstance(office_again, tuple)
    assert (office_again[0].id, office_again[1]) == (first[0].id, False)
    for other in ({"content": content(status="Annat.")}, {"support": "F", "region": "dalarna"},
                  {"patient": desks.person_number(date(1950, 1, 1))}):  # fmt: skip
        assert office.put(**other) == NumberUsed()
    assert counted(office.database) == before
    theirs = office.put(clinic=OTHER_CLINIC, who="other")
    assert isinstance(theirs, tuple)
    assert theirs[0].id != first[0].id


def test_of_one_with_a_protected_identity_nothing_is_kept(office: Office) -> None:
    before = counted(office.database)
    answer = office.put(protected_identity=True)
    assert isinstance(answer, list)
    assert [one.code for one in answer] == ["protected_identity"]
    assert counted(office.database) == before


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"move": "ask_supplement", "said": " "}, ["words_missing"]),
        ({"move": "ask_consultant", "said": "?", "to": "assessor"}, ["recipient_unknown"]),
        ({"move": "ask_consultant", "said": "", "to": "nobody"},
         ["recipient_unknown", "words_missing"]),
        ({"move": "hand_over", "to": "consultant"}, ["recipient_unknown"]),
        ({"move": "hand_over", "to": "aside"}, ["recipient_unknown"]),
        ({"move": "dismiss"}, ["words_missing"]),
        ({"move": "decide", "assessment": assessment(motive="", lines=[])},
         ["motive_missing", "line_left_out", "nothing_decided"]),
    ],
)  # fmt: skip
def test_everything_wrong_with_a_move_is_told(office: Office, asked: Row, codes: list[str]) -> None:
    key = office.begun()
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    before = counted(office.database)
    answer = refused(office.move(key, "assessor", **asked), "faulty")
    assert [one.code for one in answer.faults] == codes
    assert counted(office.database) == before


def test_nothing_goes_to_one_whose_token_is_revoked(office: Office) -> None:
    key = office.begun()
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    office.acts.do(lambda connection: (None, [revoke(connection, "consultant")]))
    refused(office.move(key, "assessor", "ask_consultant", said="?", to="consultant"), "faulty")


def test_nothing_goes_to_one_whose_assignment_has_not_begun_or_is_over(office: Office) -> None:
    def give_to(name: str, valid_from: date, valid_to: date | None) -> str:
        hsa_id = f"SE2321000057-{name}"

        def work(connection: Connection) -> Done[None]:
            given = give(connection, hsa_id, name, "consultant", None, valid_from, valid_to)
            return None, [given[1]]

        office.acts.do(work)
        return f"{name}, {hsa_id}"

    key, a_day = office.begun(), timedelta(days=1)
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    asked: Row = {"move": "ask_consultant", "said": "?"}
    for to in (
        give_to("OVER", TODAY - 2 * a_day, TODAY - a_day),
        give_to("LATER", TODAY + a_day, None),
    ):
        refused(office.move(key, "assessor", **asked, to=to), "faulty")
    office.moved(key, "assessor", **asked, to=give_to("NOW", TODAY, TODAY))


@pytest.mark.parametrize(
    "asked",
    [
        {"move": "put_back"}, {"move": "ask_supplement", "said": "?"},
        {"move": "ask_consultant", "said": "?", "to": "consultant"},
        {"move": "decide", "assessment": assessment()}, {"move": "dismiss", "said": "?"},
    ],
)  # fmt: skip
def test_an_assessor_moves_what_they_have(office: Office, asked: Row) -> None:
    """Another takes it over first."""
    key = office.begun()
    office.moved(key, "clinic", "submit")
    office.moved(key, "assessor", "take")
    answer = refused(office.move(key, "second", **asked), "held_by_other")
    assert answer.stands.holder == "assessor"
    office.moved(key, "second", "hand_over", to="second")
    refused(office.move(key, "assessor", **asked), "held_by_other")
    office.moved(key, "second", **asked)


# --- in retrospect -----------------------------------------------------------------------------


def test_a_list_of_the_year_holds_what_the_clinic_has_billed(office: Office) -> None:
    """What waits too, and neither what is credited nor what another clinic did; the assessor sees
    that as well."""
    keeper = Keeper(office.database, office.library, "jonkoping")
    office.acts.do(
        lambda connection: (
            None,
            put_cards(connection, office.library, [msgspec.convert(commands.card(), Card)]),
        )
    )
    sent: list[tuple[str, str, list[tuple[str, str, str | None]]]] = [
        ("1", "SE2321000057-4F2A", [("101", "2026-01-12", None), ("407", "2026-01-13", "36")]),
        ("2", "SE2321000057-4F2A", [("121", "2026-01-14", None)]),
        ("1", OTHER_CLINIC, [("121", "2026-01-15", None)]),
        ("3", "SE2321000057-4F2A", [("800", "2026-01-16", None)]),
    ]
    keys = []
    for number, clinic, lines in sent:
        row = commands.invoice(
            number,
            clinic=clinic,
            lines=[
                commands.line(line=place, code=code, treated_on=on, tooth=tooth, price_ore=100)
                for place, (code, on, tooth) in enumerate(lines, 1)
            ],
        )
        (kept,) = keeper.submit([Sent(msgspec.convert(row, Invoice), TODAY)])
        assert kept is not None
        keys.append(kept.key)
    credited = keys[1]
    assert credited is not None
    office.acts.do(lambda connection: credit_invoice(connection, credited, None, TODAY))
    listed = [planned(1, code="407", count=1, done_on="2026-01-13")]
    key = office.begun(content=content(kind="retrospective", lines=listed))
    answer = refused(office.move(key, "clinic", "submit"), "incomplete")
    assert [(lack.code, lack.action and lack.action.code) for lack in answer.lacking] == [
        ("action_not_listed", "101")
    ]
    listed.append(planned(2, code="101", tooth=None, count=1, done_on="2026-01-12"))
    office.moved(key, "clinic", "submit", content=content(kind="retrospective", lines=listed))
    known = [(one.code, one.clinic == OTHER_CLINIC) for one in office.read(key, "assessor").known]
    assert known == [("101", False), ("407", False), ("121", True)]
    assert office.read(key, "clinic").known == []


# --- drawn down, appealed, changed -------------------------------------------------------------


def billed(office: Office, number: str, code: str, on: str, **fields: Any) -> str | None:
    """Bill an action; the application that carries it, where it is approved."""
    keeper = Keeper(office.database, office.library, "jonkoping")
    office.acts.do(
        lambda connection: (
            None,
            put_cards(connection, office.library, [msgspec.convert(commands.card(), Card)]),
        )
    )
    given = {"code": code, "treated_on": on, "price_ore": 200_000, **fields}
    row = commands.invoice(number, received_on=on, lines=[commands.line(**given)])
    (kept,) = keeper.submit([Sent(msgspec.convert(row, Invoice), date.fromisoformat(on))])
    assert kept is not None
    assert kept.decision is not None
    (line,) = kept.decision.lines
    return line.preassessment if line.outcome == "approved" else None


def test_invoices_draw_it_down_and_a_changed_decision_counts_on(office: Office) -> None:
    kept = office.decided()
    key = kept.id
    assert billed(office, "1", "407", "2026-03-02", tooth="36") == f"A{key}"
    assert [(one.drawn, one.left) for one in office.read(key).decisions[0].lines] == [
        (1, 1), (0, 1),
    ]  # fmt: skip
    office.moved(key, "second", "change", said="Färre räcker.")
    refused(office.move(key, "assessor", "decide", assessment=assessment()), "held_by_other")
    less = assessment(lines=[assessed(1), assessed(2, "refused", motive="Behövs inte.")])
    office.moved(key, "second", "decide", assessment=less)
    first, second = office.read(key).decisions
    assert (second.preassessment, second.replaces) == (f"A{key}-2", f"A{key}")
    assert second.status == "approved_with_limits"
    assert [(one.drawn, one.left) for one in first.lines] == [(1, 0), (0, 0)]
    assert [(one.line, one.drawn, one.left) for one in second.lines] == [(1, 0, 1)]
    assert billed(office, "2", "405", "2026-03-03", zone="18-11") is None
    assert billed(office, "3", "407", "2026-03-03", tooth="36") == f"A{key}-2"
    assert billed(office, "4", "407", "2026-03-04", tooth="36") is None
    with office.database.reading() as connection:
        assert list(faults(connection)) == []


def test_an_appeal_that_is_let_go_leaves_the_decision(office: Office) -> None:
    key = office.decided().id
    before = office.read(key).decisions
    for who, move, said in (("clinic", "withdraw", None), ("assessor", "dismiss", "För sent.")):
        office.moved(key, "clinic", "appeal", said="Fler behövs.")
        assert office.read(key).decisions == before, "it stands until there is another"
        office.moved(key, "assessor", "take")
        assert office.moved(key, who, move, said=said).stands.state == "approved"
    assert office.read(key).decisions == before
    assert billed(office, "1", "407", "2026-03-02", tooth="36") == f"A{key}"


def test_an_appeal_may_bring_a_new_content(office: Office) -> None:
    nothing = assessment(
        covers_from=None, covers_to=None,
        lines=[assessed(line, "refused", motive="Nej.") for line in (1, 2)],
    )  # fmt: skip
    key = office.decided(decision=nothing).id
    assert office.read(key).stands.state == "refused"
    assert office.read(key).decisions[0].lines == []
    broken = content(xrays=None)
    refused(office.move(key, "clinic", "appeal", said="Se bild.", content=broken), "incomplete")
    office.moved(key, "clinic", "appeal", said="Se bild.", content=content(lines=[planned(5)]))
    office.moved(key, "assessor", "take")
    office.moved(key, "assessor", "decide", assessment=assessment(lines=[assessed(5)]))
    assert [one.status for one in office.read(key).decisions] == ["refused", "approved"]
    assert billed(office, "1", "407", "2026-03-02", tooth="36") == f"A{key}-2"

    def compare(connection: Any) -> Any:
        return compare_versions(connection, key, 1, 2, office.who["clinic"])

    found = office.acts.do(compare)
    assert found is not None
    assert {one.path.partition("]")[0] for one in found.differences} == {
        "$.lines[line=1", "$.lines[line=2", "$.lines[line=5",
    }  # fmt: skip


def test_names_from_elsewhere_are_passed_over(office: Office) -> None:
    from preassessments.decision import Preassessment

    given = msgspec.convert(commands.application("A1"), Preassessment)
    office.acts.do(lambda connection: (None, put_preassessments(connection, [given])))
    kept = office.decided()
    assert (kept.id, kept.decisions[0].preassessment) == (1, "A1-2")


def test_versions_are_kept_as_they_were(office: Office) -> None:
    key = office.begun()
    texts = [f"Status {number}" for number in range(2, 6)]
    for status in texts:
        office.moved(key, "clinic", "save", content=content(status=status))

    def read(version: int, who: str = "clinic") -> Any:
        return office.acts.do(
            lambda connection: read_version(connection, key, version, office.who[who])
        )

    assert [read(version).content.status for version in range(2, 6)] == texts
    assert read(1).content == msgspec.convert(content(), Content)
    assert read(6) is None
    assert read(1, "other") is None
    assert read(1, "reader") is None


# --- lists -------------------------------------------------------------------------------------


def listed(office: Office, who: str, limit: int = 100, **filters: Any) -> list[str]:
    """The numbers in a list, read page by page."""
    found: list[str] = []
    after: int | None = 0
    while after is not None:
        page: Queue = office.acts.do(
            lambda connection, after=after: list_applications(  # type: ignore[misc]
                connection, QueueFilters(**filters), after, limit, office.who[who]
            )
        )
        assert len(page.applications) <= limit
        found += [one.number for one in page.applications]
        after = page.next
    return found


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_queue_is_the_oldest_first_by_filters(office: Office, limit: int) -> None:
    keys = {number: office.begun(number) for number in "abcde"}
    for number in "bcde":
        office.moved(keys[number], "clinic", "submit")
    for number in "cde":
        office.moved(keys[number], "assessor", "take")
    office.moved(keys["d"], "assessor", "ask_supplement", said="?")
    office.moved(keys["e"], "assessor", "ask_consultant", said="?", to="consultant")
    office.put("f", "other", clinic=OTHER_CLINIC)

    def numbers(who: str, **filters: Any) -> str:
        return "".join(listed(office, who, limit, **filters))

    assert numbers("clinic") == "abcde"
    assert numbers("other") == "f"
    assert numbers("assessor") == numbers("reader") == "bcde"
    assert numbers("consultant") == "e"
    assert numbers("aside") == ""
    assert numbers("assessor", waits_for="assessor") == "bc"
    assert numbers("assessor", waits_for="clinic") == "d"
    assert numbers("clinic", waits_for="clinic") == "ad"
    assert numbers("assessor", state="submitted") == "b"
    assert numbers("assessor", holder="assessor") == "cde"
    assert numbers("assessor", holder="second") == ""
    assert numbers("assessor", region="dalarna") == ""
    assert numbers("assessor", support="N") == ""
    assert numbers("assessor", submitted_to=TODAY) == "bcde"
    assert numbers("assessor", submitted_to=TODAY - timedelta(1)) == ""


def expiring(office: Office, on: str, who: str, limit: int = 100) -> list[tuple[str, list[int]]]:
    found: list[tuple[str, list[int]]] = []
    after: int | None = 0
    while after is not None:
        page: ExpiringPage = office.acts.do(
            lambda connection, after=after: list_expiring(  # type: ignore[misc]
                connection, date.fromisoformat(on), 30, after, limit, office.who[who]
            )
        )
        found += [(one.preassessment, [line.left for line in one.lines]) for one in page.expiring]
        after = page.next
    return found


@pytest.mark.parametrize("limit", [1, 100])
def test_what_ends_soon_with_something_left_is_listed(office: Office, limit: int) -> None:
    first = office.decided("1").id
    second = office.decided("2", assessment(covers_to="2026-12-30", lines=[
        assessed(1), assessed(2, "refused", motive="Nej.")])).id  # fmt: skip
    third = office.decided("3").id
    office.moved(third, "second", "change", said="Fel.")
    nothing = assessment(lines=[assessed(line, "refused", motive="Nej.") for line in (1, 2)])
    office.moved(third, "second", "decide", assessment=nothing)
    every = [(f"A{first}", [2, 1]), (f"A{second}", [2])]
    assert expiring(office, "2026-11-29", "assessor", limit) == []
    assert expiring(office, "2026-11-30", "assessor", limit) == every[1:]
    assert expiring(office, "2026-12-01", "assessor", limit) == every
    assert expiring(office, "2026-12-31", "assessor", limit) == every[:1]
    assert expiring(office, "2027-01-01", "assessor", limit) == []
    assert expiring(office, "2026-12-01", "clinic", limit) == every
    assert expiring(office, "2026-12-01", "other", limit) == []
    for number in (1, 2):
        assert billed(office, str(number), "407", f"2026-03-0{number}", tooth="36") == f"A{first}"
    assert expiring(office, "2026-12-01", "assessor", limit) == [(f"A{first}", [1]), every[1]]


# --- at once -----------------------------------------------------------------------------------

THREADS = 6


def at_once(office: Office, key: int, asked: list[Row]) -> list[object]:
    """Each asks on a connection of its own, all at the same moment and from the same place."""
    place = office.read(key).stands.place
    together = Barrier(len(asked), timeout=60)
    offices = [Office(office.database, office.who) for _ in asked]

    def ask(one: Office, row: Row) -> object:
        together.wait()
        return one.move(key, after=place, **row)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(ask, offices, asked))


ROUNDS: dict[str, list[Row]] = {
    "assessors take one": [
        {"who": who, "move": "take"} for who in ("assessor", "second") for _ in range(THREADS // 2)
    ],
    "an assessor takes what the clinic adds to": [
        {"who": "assessor", "move": "take"},
        {"who": "clinic", "move": "supplement", "content": content(status="Nytt.")},
        {"who": "clinic", "move": "withdraw"},
    ],
}


@pytest.mark.parametrize("name", ROUNDS)
def test_of_those_who_come_at_once_one_wins_and_the_others_are_told(
    office: Office, name: str
) -> None:
    for number in range(5):
        key = office.begun(str(number))
        office.moved(key, "clinic", "submit")
        answers = at_once(office, key, ROUNDS[name])
        won = [one for one in answers if isinstance(one, KeptApplication)]
        told = [one for one in answers if isinstance(one, NotMoved)]
        assert (len(won), len(told)) == (1, len(answers) - 1)
        for one in told:
            assert one.reason == "moved_on"
            assert (one.stands.place, one.stands.state) == (3, won[0].stands.state)
        kept = office.read(key)
        assert [move.place for move in kept.moves] == [1, 2, 3]
        assert kept.content == won[0].content
    with office.database.reading() as connection:
        assert list(faults(connection)) == []


def test_two_decisions_at_once_are_one(office: Office) -> None:
    for number in range(3):
        key = office.begun(str(number))
        office.moved(key, "clinic", "submit")
        office.moved(key, "assessor", "take")
        both: list[Row] = [
            {"who": "assessor", "move": "decide", "assessment": assessment()},
            {"who": "assessor", "move": "dismiss", "said": "Avliden."},
        ]
        answers = at_once(office, key, both)
        assert sum(isinstance(one, KeptApplication) for one in answers) == 1
        kept = office.read(key)
        assert len(kept.decisions) == (kept.stands.state == "approved")


def test_without_its_lock_the_key_still_lets_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row of a move is the last line of defence: whoever is refused by it asks again, and is
    told."""
    monkeypatch.setattr(Select, "with_for_update", lambda self, of: self)
    monkeypatch.setattr(rows, "_locking", rows._locking.__wrapped__)
    test_of_those_who_come_at_once_one_wins_and_the_others_are_told(office, "assessors take one")


def test_a_number_sent_at_once_is_begun_once(office: Office) -> None:
    together = Barrier(THREADS, timeout=60)
    offices = [Office(office.database, office.who) for _ in range(THREADS)]

    def put(one: Office) -> object:
        together.wait()
        return one.put("same")

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(put, offices))
    assert sum(isinstance(one, tuple) and one[1] for one in answers) == 1
    assert len({one[0].id for one in answers if isinstance(one, tuple)}) == 1
    assert counted(office.database)["application"] == 1


# --- as it is kept -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [tables.application, tables.application_version, tables.application_move,
     tables.application_decision, tables.preassessment],
    ids=str,
)  # fmt: skip
def test_no_row_is_changed_or_removed(office: Office, table: Any) -> None:
    office.decided()
    column = next(iter(table.columns))
    for statement in (update(table).values({column: column}), delete(table)):
        with (
            pytest.raises(Exception, match="never changed"),
            office.database.writing() as connection,
        ):
            connection.execute(statement)


_move = tables.application_move


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (update(_move).where(_move.c.place == 3).values(state="approved"), "går inte att ta"),
        (delete(_move).where(_move.c.place == 2), "går inte att ta"),
        (delete(tables.application_decision), "går inte att ta"),
        (update(_move).values(said="Något annat"), "noterades i loggen"),
        (update(tables.application_version).values(content=b"{}"), "noterades i loggen"),
        (update(tables.application_decision).values(content=b"{}"), "noterades i loggen"),
        (update(_move).where(_move.c.place == 4).values(version=3), "versionen"),
        (delete(tables.application_version), "versionen"),
    ],
)
def test_what_is_tampered_with_is_found(
    office: Office, statement: Callable[[], object], what: str
) -> None:
    office.decided()
    with office.database.writing() as connection:
        unguard(connection)
        connection.execute(statement)  # type: ignore[call-overload]
    with office.database.reading() as connection:
        found = list(faults(connection))
    assert any(what in one.what for one in found)


def test_no_content_holds_who_the_patient_is(office: Office) -> None:
    office.decided()
    number = without_dash(commands.PATIENT)
    with office.database.reading() as connection:
        for table in (tables.application, tables.application_version, _move,
                      tables.application_decision, tables.audit):  # fmt: skip
            found = repr(connection.execute(select(table)).all())
            assert number not in found
            assert commands.PATIENT not in found
        assert connection.scalar(text("SELECT count(*) FROM patient")) == 1
