"""Two at once: one wins, the other is told, nothing is lost. And what is decided again is what was
shown."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from adjudication.invoice import Invoice, Line
from invoices.correction import Credit
from invoices.supplement import LineDocument
from registry.cards import Card
from storage import rows, tables
from storage.approving import RedecisionFault, approve
from storage.assessing import AssessFault, Verdict, assess
from storage.causes import CardChanged
from storage.checking import faults
from storage.claims import claim_line
from storage.crediting import credit_invoice
from storage.current import read_currents
from storage.database import Database
from storage.documents import Supplement, supplement
from storage.done import known_actions
from storage.keeper import Keeper, Sent
from storage.proposals import Proposal
from storage.proposing import propose
from storage.reference import put_cards, void_card
from storage.versions import Revised
from tests import desks
from tests.storage.attaching import attached

TODAY = date(2026, 3, 1)
PATIENT = desks.person_number(date(1950, 1, 1))
CLINIC = "SE2321000057-4F2A"
RUNS = 6


def keeper_of(database: Database) -> Keeper:
    return Keeper(database, desks.library(), "jonkoping")


def sent(number: str = "1", codes: Sequence[str] = ("108", "303", "301")) -> Sent:
    prices = {"108": 189_500, "303": 124_500, "301": 47_000}
    lines = [
        Line(
            line=place,
            treated_on=date(2026, 2, place),
            code=code,
            price_ore=prices[code],
            performer="dentist",
            tooth=f"1{number}" if number.isdigit() else None,
        )
        for place, code in enumerate(codes, 1)
    ]
    return Sent(Invoice(clinic=CLINIC, number=number, patient=PATIENT, support="F", lines=lines),
                TODAY)  # fmt: skip


def prepared(database: Database, invoices: int = 1) -> list[int]:
    """Invoices with two held lines each, and one that stands; their keys."""
    card = Card(
        number="C-1",
        patient=PATIENT,
        region="jonkoping",
        category="F5",
        valid_from=date(2020, 1, 1),
    )
    keeper = keeper_of(database)
    keeper.acts.do(lambda connection: (None, put_cards(connection, keeper.library, [card])))
    answers = keeper.submit([sent(str(number)) for number in range(1, invoices + 1)])
    return [one.key or 0 for one in answers if one is not None]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    together = Barrier(len(acts), timeout=30)

    def do(act: Callable[[], Any]) -> Any:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def need_whole(database: Database) -> None:
    with database.reading() as connection:
        assert list(faults(connection)) == []


def verdict(line: int, version: int = 1, *, is_approved: bool = True) -> Verdict:
    return Verdict(line, version, is_approved, None, "Bedömd")


def versions(database: Database, key: int) -> list[int]:
    revision = tables.revision.c
    with database.reading() as connection:
        return list(
            connection.scalars(
                select(revision.invoice_id)
                .where(revision.first_id == key)
                .order_by(revision.invoice_id)
            )
        )


@pytest.mark.parametrize(
    "_run", [0, *(pytest.param(run, marks=pytest.mark.soak) for run in range(1, 40))]
)
def test_of_two_assessors_at_once_one_wins_and_the_other_is_told(
    database: Database, _run: int
) -> None:
    """Of the same line and of two lines of one invoice: whoever read it as it was before is told
    the current version."""
    keys = prepared(database, RUNS)
    keepers = [keeper_of(database), keeper_of(database)]
    for key in keys:
        found = at_once(
            partial(assess, keepers[0], key, verdict(1), TODAY),
            partial(assess, keepers[1], key, verdict(2, is_approved=False), TODAY),
        )
        assert sorted(type(one).__name__ for one in found) == ["AssessFault", "Revised"]
        (told,) = (one for one in found if isinstance(one, AssessFault))
        assert (told.code, told.version) == ("version_changed", 2)
        assert len(versions(database, key)) == 1
    need_whole(database)


def forget_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the look at the version that an assessor has read."""

    def fault(_connection: Any, current: Any, number: int, *_: Any) -> Any:
        return None if number in current.lines else AssessFault("line_unknown", 0)

    monkeypatch.setattr("storage.assessing._fault", fault)


def test_without_the_look_at_the_version_both_win(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above would notice."""
    forget_versions(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        test_of_two_assessors_at_once_one_wins_and_the_other_is_told(database, 0)


def test_without_the_lock_the_database_still_lets_one_win(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No version is replaced twice: the later one is undone and decides again, and is told."""
    from sqlalchemy import Select

    if database.is_sqlite:
        return  # it has one writer, whatever is locked
    monkeypatch.setattr(Select, "with_for_update", lambda self, of: self)
    monkeypatch.setattr(rows, "_locking", rows._locking.__wrapped__)
    test_of_two_assessors_at_once_one_wins_and_the_other_is_told(database, 0)


def credit_all(keeper: Keeper, key: int) -> Any:
    return keeper.acts.do(lambda connection: credit_invoice(connection, key, None, TODAY))


def test_an_assessor_and_a_clinic_at_once(database: Database) -> None:
    """A credit, and the invoice sent again: both are done, in some order, and all adds up."""
    keys = prepared(database, RUNS)
    keepers = [keeper_of(database) for _ in range(3)]
    for number, key in enumerate(keys, 1):
        settled, credited, (again,) = at_once(
            partial(assess, keepers[0], key, verdict(1), TODAY),
            partial(credit_all, keepers[1], key),
            partial(keepers[2].submit, [sent(str(number))]),
        )
        assert isinstance(settled, Revised)
        assert isinstance(credited, Credit)
        assert not again.is_new
        with database.reading() as connection:
            patient = connection.scalars(select(tables.patient.c.id)).one()
            currents = read_currents(connection, [patient])[patient]
            (now,) = (one for one in currents if one.key == key)
        taken = {line.line for line in credited.lines}
        assert {number for number, one in now.lines.items() if one.is_credited} == taken
        assert taken in ({3}, {1, 3})
        assert now.lines[1].outcome == "approved"
    need_whole(database)


def test_two_take_a_line_at_once(database: Database) -> None:
    from storage.access import issue

    (key,) = prepared(database)
    keepers = [keeper_of(database), keeper_of(database)]
    for name in ("one", "other"):

        def work(connection: Any, name: str = name) -> Any:
            secret, entry = issue(connection, name, "assessor", None)
            return secret, [entry]

        keepers[0].acts.do(work)
    found = at_once(
        *(
            lambda keeper=keeper, token=token: keeper.acts.do(
                lambda connection: claim_line(connection, key, 1, token, is_taken=True)
            )
            for token, keeper in enumerate(keepers, 1)
        )
    )
    assert sum(one is True for one in found) == 1
    (told,) = (one for one in found if one is not True)
    assert told.name in {"one", "other"}


def test_a_document_decides_a_waiting_line_at_once_and_once(database: Database) -> None:
    (key,) = prepared(database)
    (note,) = attached(database, key, ["day_note"], TODAY)
    asked = [LineDocument(2, note)]
    found = at_once(*(lambda: supplement(keeper_of(database), key, asked, TODAY) for _ in range(3)))
    supplements = [one for one in found if isinstance(one, Supplement)]
    assert [len(one.added) for one in supplements] == [1, 1, 1]
    (revised,) = (one.revised for one in supplements if one.revised is not None)
    assert [(one.line, one.outcome) for one in revised.version.lines] == [(2, "approved")]
    assert revised.version.decision.lines[0].outcome == "needs_preassessment"
    need_whole(database)


def void(keeper: Keeper) -> None:
    keeper.acts.do(lambda connection: (None, void_card(connection, "C-1", date(2026, 1, 1)) or []))


def test_a_proposal_is_carried_out_once_by_two_at_once(database: Database) -> None:
    keys = prepared(database, 2)
    keepers = [keeper_of(database), keeper_of(database)]
    void(keepers[0])
    proposal = propose(keepers[0], CardChanged("C-1"), TODAY)
    assert proposal is not None
    assert proposal.summary.invoices == 2
    found = at_once(
        *(
            lambda keeper=keeper: approve(keeper, proposal.id, proposal.digest, TODAY)
            for keeper in keepers
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["Proposal", "RedecisionFault"]
    (told,) = (one for one in found if isinstance(one, RedecisionFault))
    assert told.code in {"already_approved", "outdated"}
    assert [len(versions(database, key)) for key in keys] == [1, 1]
    need_whole(database)


def test_what_is_shown_and_what_is_sent_meanwhile(database: Database) -> None:
    """A new invoice of the patient is no part of what was shown; one that changed undoes all."""
    (key, _) = prepared(database, 2)
    keeper = keeper_of(database)
    void(keeper)
    proposal = propose(keeper, CardChanged("C-1"), TODAY)
    assert proposal is not None
    keeper.submit([sent("new", codes=("301",))])
    keeper.acts.do(lambda connection: credit_invoice(connection, key, [3], TODAY))
    assert approve(keeper, proposal.id, proposal.digest, TODAY) == RedecisionFault("outdated")
    assert versions(database, key) == []
    anew = propose(keeper, CardChanged("C-1"), TODAY)
    assert anew is not None
    keeper.submit([sent("newer", codes=("301",))])
    assert isinstance(approve(keeper, anew.id, anew.digest, TODAY), Proposal)
    need_whole(database)


def test_nothing_is_carried_out_partly(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of several cannot be kept, none is."""
    keys = prepared(database, 2)
    keeper = keeper_of(database)
    void(keeper)
    proposal = propose(keeper, CardChanged("C-1"), TODAY)
    assert proposal is not None
    keep_credit, calls = "storage.versions.keep_credit", []

    def broken(*arguments: Any) -> int:
        calls.append(arguments)
        raise ArithmeticError

    monkeypatch.setattr(keep_credit, broken)
    with pytest.raises(ArithmeticError):
        approve(keeper, proposal.id, proposal.digest, TODAY)
    assert calls
    assert [versions(database, key) for key in keys] == [[], []]
    monkeypatch.undo()
    assert isinstance(approve(keeper, proposal.id, proposal.digest, TODAY), Proposal)


def test_the_changes_that_are_kept_are_those_that_were_made(database: Database) -> None:
    (key,) = prepared(database)
    keeper = keeper_of(database)
    void(keeper)
    proposal = propose(keeper, CardChanged("C-1"), TODAY)
    assert proposal is not None
    approve(keeper, proposal.id, proposal.digest, TODAY)
    with database.reading() as connection:
        (shown,) = connection.scalars(select(tables.redecision_patient.c.changes)).all()
        answer = connection.scalar(
            select(tables.invoice.c.answer).where(tables.invoice.c.id.in_(versions(database, key)))
        )
    (change,) = msgspec.json.decode(shown)
    after = {one["after"]["line"]: one["after"] for one in change["lines"]}
    decision = msgspec.json.decode(answer or b"")
    assert {one["line"]: one for one in decision["lines"] if one["line"] in after} == after
    assert change["after"]["payable_ore"] == decision["payable_ore"] == 0


def test_what_is_known_to_be_done_is_what_the_current_version_says(database: Database) -> None:
    (key,) = prepared(database)
    keeper = keeper_of(database)

    def known() -> list[str]:
        with database.reading() as connection:
            patient = connection.scalars(select(tables.patient.c.id)).one()
            return [one.outcome for one in known_actions(connection, patient, "F", [TODAY.year])]

    before = known()
    assert isinstance(assess(keeper, key, Verdict(2, 1, False, None, "Nej"), TODAY), Revised)
    assert len(known()) == len(before) - 1
    assert "needs_document" in before
    assert "needs_document" not in known()
