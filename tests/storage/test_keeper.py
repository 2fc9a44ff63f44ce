"""Decisions that are kept are those that a desk gives."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
import pytest

from adjudication.invoice import Invoice
from preassessments.decision import Preassessment
from registry.cards import Card
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards, put_preassessments
from tests import desks, test_reference, worlds

FOLDERS = ("blekinge",)


def keeper_of(database: Database, world: worlds.World) -> Keeper:
    library = desks.library(*FOLDERS)
    with database.writing() as connection:
        put_cards(connection, library, [msgspec.convert(one, Card) for one in world.cards])
        put_preassessments(
            connection, [msgspec.convert(one, Preassessment) for one in world.preassessments]
        )
    return Keeper(database, library, "jonkoping")


def received(row: dict[str, Any], today: date) -> Sent:
    invoice = msgspec.convert(row, Invoice)
    return Sent(invoice, invoice.received_on or today)


def parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


@pytest.mark.parametrize("at_once", [1, 7, 400])
def test_a_world_is_decided_as_at_a_desk(database: Database, at_once: int) -> None:
    world = test_reference.world(3, FOLDERS, test_reference.FOUR_REGIONS, 400)
    mailroom = desks.Mailroom(desks.library(*FOLDERS), world.cards, world.preassessments)
    keeper = keeper_of(database, world)
    for number, part in enumerate(parts(world.invoices, at_once)):
        if number % 5 == 4:
            keeper = Keeper(database, desks.library(*FOLDERS), "jonkoping")
        answers = keeper.submit([received(row, world.today) for row in part])
        for row, submitted in zip(part, answers, strict=True):
            assert submitted is not None
            assert submitted.answer == desks.encoded([mailroom.answer(row, world.today)])
