"""Figures are what one gets who counts everything again by hand, invoice by invoice."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from invoices.figures import Figures, Spend, Waiting
from invoices.store import FIRST_VERSION
from population.region import year
from registry.cards import CardRegister
from registry.holding import card_on
from storage import tables
from storage.database import Database
from storage.figures import read_figures
from storage.keeper import Keeper, Sent
from storage.reference import put_reference_data, read_cards
from tests import desks
from tests.api.asking import kept, noted
from tests.storage.applying import TODAY, Office
from tests.storage.lived import FIRST, LAST, currents, lived
from tests.storage.test_keeper import FOLDERS

ON = date(2029, 7, 1)
EVERYTHING = (FIRST, LAST)


def figures(keeper: Keeper, days: tuple[date, date] = EVERYTHING, on: date = ON) -> Figures:
    return read_figures(keeper.acts, keeper.database, keeper.library, days, on)


def register(database: Database) -> CardRegister:
    library = desks.library(*FOLDERS)
    found = CardRegister({name: one.cards for name, one in library.regions.items()})
    with database.reading() as connection:
        keys = list(connection.scalars(select(tables.card.c.id)))
        for card in read_cards(connection, tables.card.c.id, keys):
            found.add(card)
    return found


def recounted(database: Database, days: tuple[date, date]) -> dict[str, dict[str, list[Any]]]:
    """By table and name: lines, patients, what was allowed, and fees."""
    cards = register(database)
    sums: dict[str, dict[str, list[Any]]] = defaultdict(
        lambda: defaultdict(lambda: [0, set(), 0, 0])
    )
    for one in currents(database).values():
        invoice = one.invoice

        def parts(day: date, code: str | None) -> dict[str, str]:
            card = card_on(cards.of(invoice.patient), invoice.support, day)  # noqa: B023
            named = {
                "total": "", "by_month": f"{day:%Y-%m}", "by_support": invoice.support,  # noqa: B023
                "by_category": "-" if card is None else f"{card.region}/{card.category}",
                "by_clinic": invoice.clinic,  # noqa: B023
            }  # fmt: skip
            return named if code is None else {**named, "by_code": code}

        for line in one.lines.values():
            if line.is_standing and days[0] <= line.sent.treated_on <= days[1]:
                for table, name in parts(line.sent.treated_on, line.sent.code).items():
                    counted = sums[table][name]
                    counted[0] += 1
                    counted[1].add(invoice.patient)
                    counted[2] += line.allowed_ore
        for day, fee in one.fees_left().items():
            if fee and days[0] <= day <= days[1]:
                for table, name in parts(day, None).items():
                    sums[table][name][3] += fee
    return sums


def expected(sums: dict[str, list[Any]], *, has_fees: bool) -> list[Spend]:
    return [
        Spend(name, lines, len(patients), allowed, fee if has_fees else None)
        for name, (lines, patients, allowed, fee) in sorted(sums.items())
    ]


@pytest.fixture(scope="module")
def keeper(shared_database: Database) -> Keeper:
    """Of a database in which much has happened."""
    return lived(shared_database, 21)


def test_figures_are_what_is_counted_by_hand(keeper: Keeper) -> None:
    compare(keeper)
    assert figures(keeper).total.fee_ore
    assert len(figures(keeper).by_category) > 3


def test_figures_of_the_made_up_region_are_what_is_counted(database: Database) -> None:
    keeper = Keeper(database, desks.library(*FOLDERS), "jonkoping")
    made = year(1, 60, date(2026, 1, 1))
    keeper.acts.do(
        lambda connection: (
            None,
            put_reference_data(connection, keeper.library, made.cards, made.preassessments),
        )
    )
    keeper.submit([Sent(one, received_on) for one, received_on in made.invoices])
    compare(keeper)
    assert figures(keeper).total.patients > 40


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(22, 50))
def test_figures_of_many_regions_are_what_is_counted(database: Database, seed: int) -> None:
    compare(lived(database, seed))


def compare(keeper: Keeper) -> None:
    for days in (EVERYTHING, (date(2026, 1, 15), date(2027, 6, 30)), (date(2031, 1, 1), LAST)):
        found, sums = figures(keeper, days), recounted(keeper.database, days)
        assert [found.total] == (expected(sums["total"], has_fees=True) or [Spend("", 0, 0, 0, 0)])
        for table in ("by_month", "by_support", "by_category", "by_clinic", "by_code"):
            told = [one for one in getattr(found, table) if one.lines or one.fee_ore]
            assert told == expected(sums[table], has_fees=table != "by_code"), table


def test_first_answers_are_counted_as_they_were_given(keeper: Keeper) -> None:
    days = (date(2025, 3, 1), date(2028, 2, 29))
    invoice, clinic = tables.invoice.c, tables.clinic.c
    with keeper.database.reading() as connection:
        rows = connection.execute(
            select(clinic.hsa_id, invoice.received_on, invoice.answer)
            .join(tables.clinic, clinic.id == invoice.clinic_id)
            .where(invoice.version == FIRST_VERSION)
        ).all()
    assert len(rows) > 50
    all_of, passed = Counter[str](), Counter[str]()
    for hsa_id, received_on, answer in rows:
        if days[0] <= received_on <= days[1]:
            is_right = all(one["outcome"] == "approved" for one in json.loads(answer)["lines"])
            for name in ("", hsa_id, f"{received_on:%Y-%m}"):
                all_of[name] += 1
                passed[name] += is_right
    found = figures(keeper, days)
    told = (found.first_pass, *found.first_pass_by_month, *found.first_pass_by_clinic)
    assert {one.of: one.invoices for one in told} == all_of
    assert {one.of: one.passed for one in told} == {name: passed[name] for name in all_of}
    assert 0 < passed[""] < all_of[""]


def test_what_waits_is_counted_by_its_age(keeper: Keeper) -> None:
    waiting = currents(keeper.database)
    received = [one.received_on for one in waiting.values() if one.held()]
    on = sorted(received)[len(received) // 2] + timedelta(30)
    ages: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    claimed = Counter[str]()
    for one in waiting.values():
        for number in one.held():
            line, days = one.lines[number], (on - one.received_on).days
            if days < 0:
                continue
            place = (
                0 if days <= 7 else 1 if days <= 30 else 2 if days <= 60 else 3 if days <= 90 else 4
            )
            ages[line.outcome][place] += 1
            claimed[line.outcome] += line.sent.price_ore
    found = {one.kind: one for one in figures(keeper, on=on).waiting}
    assert sum(map(sum, ages.values())) > 5
    for kind in ("needs_document", "needs_preassessment", "needs_review"):
        assert found[kind] == Waiting(kind, tuple(ages[kind]), claimed[kind])


def test_applications_wait_for_somebody(database: Database) -> None:
    """A draft waits for nobody of the region's."""
    office = Office(database)
    office.begun("draft")
    keys = [office.begun(number) for number in "abc"]
    for key in keys:
        office.moved(key, "clinic", "submit")
    office.moved(keys[1], "assessor", "take")
    office.moved(keys[2], "assessor", "take")
    office.moved(keys[2], "assessor", "ask_supplement", said="?")
    keeper = Keeper(database, desks.library(), "jonkoping")
    ages = {
        days: {one.kind: one.ages for one in figures(keeper, on=TODAY + timedelta(days)).waiting}
        for days in (-1, 7, 8, 91)
    }
    assert ages[7]["application_assessor"] == (2, 0, 0, 0, 0)
    assert ages[7]["application_clinic"] == (1, 0, 0, 0, 0)
    assert ages[8]["application_assessor"] == (0, 2, 0, 0, 0)
    assert ages[91]["application_assessor"] == (0, 0, 0, 0, 2)
    assert ages[-1]["application_assessor"] == ages[7]["application_consultant"] == (0,) * 5


def test_that_they_are_read_is_noted(database: Database) -> None:
    keeper = Keeper(database, desks.library(), "jonkoping")
    before = kept(database)
    found = figures(keeper)
    assert found.total == Spend("", 0, 0, 0, 0)
    assert (found.by_month, found.first_pass_by_clinic) == ((), ())
    assert kept(database) == before
    assert noted(database) == [("read_figures", None, None)]
