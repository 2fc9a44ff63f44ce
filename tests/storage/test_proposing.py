"""A proposal over many patients comes about in steps, whoever takes them and however often."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from adjudication.invoice import Invoice, Line
from invoices.proposal import Summary
from registry.cards import Card
from storage import proposing, tables
from storage.approving import approve
from storage.causes import RulesChanged
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.proposals import Proposal
from storage.proposing import begin, go_on, propose
from storage.redeciding import OfPatients, decide
from storage.reference import put_cards, void_card
from tests import desks

TODAY = date(2026, 3, 1)
YEAR = RulesChanged("jonkoping", "F", date(2026, 1, 1), date(2026, 12, 31))
MANY = 5
CHANGING = (2, 3, 5)


def keeper_of(database: Database) -> Keeper:
    return Keeper(database, desks.library(), "jonkoping")


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for at in ("causes", "proposing"):
        monkeypatch.setattr(f"storage.{at}.PATIENTS_AT_ONCE", 2)


def put_card(keeper: Keeper, number: str, patient: str) -> None:
    card = Card(
        number=number, patient=patient, region="jonkoping", category="F5",
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    keeper.acts.do(lambda connection: (None, put_cards(connection, keeper.library, [card])))


def void(keeper: Keeper, number: str) -> None:
    on = date(2026, 1, 1)
    keeper.acts.do(lambda connection: (None, void_card(connection, number, on) or []))


def submit(keeper: Keeper, number: str, patient: str) -> None:
    line = Line(
        line=1, treated_on=date(2026, 2, 1), code="301", price_ore=47_000, performer="dentist"
    )
    sent = Invoice(clinic="A", number=number, patient=patient, support="F", lines=[line])
    keeper.submit([Sent(sent, TODAY)])


def prepared(database: Database) -> Keeper:
    """Patients with an invoice each; the cards of some were voided since."""
    keeper = keeper_of(database)
    for place in range(1, MANY + 1):
        patient = desks.person_number(date(1950, 1, place))
        put_card(keeper, f"C-{place}", patient)
        submit(keeper, str(place), patient)
    for place in CHANGING:
        void(keeper, f"C-{place}")
    return keeper


def shown(database: Database, proposal: Proposal) -> list[int]:
    """The patients of whom a proposal shows something."""
    table = tables.redecision_patient
    with database.reading() as connection:
        return list(
            connection.scalars(
                select(table.c.patient_id).where(table.c.redecision_id == proposal.id)
            )
        )


def test_it_goes_on_from_where_somebody_was_stopped(database: Database) -> None:
    keeper = prepared(database)
    whole = propose(keeper, YEAR, TODAY)
    assert whole is not None
    found = begin(keeper, YEAR)
    assert found is not None
    assert (found.reached, found.through, found.summary) == (0, MANY, Summary())
    reached = []
    while not found.is_complete:
        found = go_on(keeper_of(database), found.id, TODAY)
        assert found is not None
        reached.append((found.reached, found.summary.patients))
    assert reached == [(2, 1), (4, 2), (5, 3)]
    assert found.summary == whole.summary
    assert sorted(shown(database, found)) == sorted(shown(database, whole)) == list(CHANGING)
    assert go_on(keeper, found.id, TODAY) == found
    assert go_on(keeper, 99, TODAY) is None
    assert isinstance(approve(keeper, found.id, found.digest, TODAY), Proposal)


def test_of_two_who_take_a_step_one_has_taken_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other, who had decided the same patients already, is told how far it has come."""
    keeper = prepared(database)
    found = begin(keeper, YEAR)
    assert found is not None
    others: list[Any] = []

    def slowly(*asked: Any) -> OfPatients:
        monkeypatch.undo()
        others.append(go_on(keeper_of(database), found.id, TODAY))
        return decide(*asked)

    monkeypatch.setattr(proposing, "decide", slowly)
    monkeypatch.setattr("storage.causes.PATIENTS_AT_ONCE", MANY + 1)
    monkeypatch.setattr("storage.proposing.PATIENTS_AT_ONCE", MANY + 1)
    mine = go_on(keeper, found.id, TODAY)
    assert others == [mine]
    assert mine is not None
    assert mine.is_complete
    assert sorted(shown(database, mine)) == list(CHANGING)


def test_of_nobody_it_is_complete_at_once(database: Database) -> None:
    found = propose(keeper_of(database), YEAR, TODAY)
    assert found is not None
    assert found.is_complete
    assert found.summary == Summary()


def test_who_came_after_it_began_is_no_part_of_it(database: Database) -> None:
    keeper = prepared(database)
    found = begin(keeper, YEAR)
    assert found is not None
    late = desks.person_number(date(1951, 1, 1))
    submit(keeper, "late", late)
    put_card(keeper, "C-9", late)
    while not found.is_complete:
        found = go_on(keeper, found.id, TODAY)
        assert found is not None
    assert (found.through, found.summary.patients) == (MANY, len(CHANGING))
