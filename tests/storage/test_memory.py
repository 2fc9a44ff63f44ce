"""What a keeper remembers of patients is bounded, and nothing but a shorter way."""

import pytest

from storage.database import Database
from tests import desks, test_reference
from tests.storage.test_keeper import FOLDERS, keeper_of, received


def test_a_keeper_that_remembers_little_decides_alike(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.patients.MOST_REMEMBERED", 3)
    world = test_reference.world(4, FOLDERS, test_reference.FOUR_REGIONS, 200)
    mailroom = desks.Mailroom(desks.library(*FOLDERS), world.cards, world.preassessments)
    keeper = keeper_of(database, world)
    for row in world.invoices:
        (submitted,) = keeper.submit([received(row, world.today)])
        assert submitted is not None
        assert submitted.answer == desks.encoded([mailroom.answer(row, world.today)])
    assert len(keeper.patients._known) <= 5
