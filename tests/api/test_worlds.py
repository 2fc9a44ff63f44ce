"""What is sent over HTTP is decided as at a desk and by the command, byte for byte: one by one, in
files, and by eight senders at once."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain
from typing import Any

import msgspec
import pytest

from storage.checking import faults
from storage.database import Database
from terms.person import without_dash
from tests import commands, desks, serving, test_reference
from tests.desks import Row

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
SENDERS = 8
Way = Callable[[Callable[[], serving.Sender], Sequence[Row]], list[bytes]]


def one_by_one(sender: Callable[[], serving.Sender], rows: Sequence[Row]) -> list[bytes]:
    one = sender()
    return [one.submit(row) for row in rows]


def in_files(sender: Callable[[], serving.Sender], rows: Sequence[Row]) -> list[bytes]:
    one = sender()
    return [
        answer
        for start in range(0, len(rows), 150)
        for answer in one.submit_file(list(rows[start : start + 150]))
    ]


def eight_at_once(sender: Callable[[], serving.Sender], rows: Sequence[Row]) -> list[bytes]:
    """Each sends some of the patients' invoices in their order."""
    answers = [b""] * len(rows)

    def send(places: Sequence[int]) -> None:
        one = sender()
        for place in places:
            answers[place] = one.submit(rows[place])

    groups = sorted(independent(rows), key=len, reverse=True)
    with ThreadPoolExecutor(SENDERS) as pool:
        shares = [list(chain(*groups[first::SENDERS])) for first in range(SENDERS)]
        list(pool.map(send, map(sorted, shares)))
    return answers


def independent(rows: Sequence[Row]) -> list[list[int]]:
    """The places of invoices that have to do with each other, by patient or clinic's number."""
    groups: dict[Any, list[int]] = {}
    for place, row in enumerate(rows):
        names = (without_dash(row["patient"]), (row["clinic"], row["number"]))
        joined = [place]
        for other in {id(groups[name]): groups[name] for name in names if name in groups}.values():
            joined += other
        for name, group in list(groups.items()):
            if group[0] in joined:
                groups[name] = joined
        groups.update(dict.fromkeys(names, joined))
    return list({id(group): group for group in groups.values()}.values())


@pytest.fixture(params=[one_by_one, in_files, eight_at_once])
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


def answers_over_http(
    database: Database,
    way: Way,
    today: date,
    folders: Sequence[str],
    cards: Sequence[Row],
    applications: Sequence[Row],
    invoices: Sequence[Row],
) -> list[bytes]:
    registrar, sends = serving.token(database, "registrar"), serving.token(database, "import")
    opened: list[serving.Sender] = []

    def sender(heard: socket.socket, secret: str = sends) -> serving.Sender:
        opened.append(serving.Sender(heard, secret))
        return opened[-1]

    with serving.serving(database, today, *folders) as heard:
        keeps = sender(heard, registrar)
        for card in cards:
            keeps.put("/cards", card)
        for application in applications:
            keeps.put("/preassessments", application)
        try:
            return way(lambda: sender(heard), invoices)
        finally:
            for one in opened:
                one.close()


def test_the_examples_are_answered_as_by_the_command(database: Database, way: Way) -> None:
    read = {
        name: commands.rows((commands.EXAMPLES / f"{name}.ndjson").read_bytes())
        for name in ("cards", "preassessments", "invoices")
    }
    by_command = commands.run(
        "adjudicate", commands.EXAMPLES / "invoices.ndjson",
        "--cards", commands.EXAMPLES / "cards.ndjson",
        "--preassessments", commands.EXAMPLES / "preassessments.ndjson",
    ).stdout.splitlines()  # fmt: skip
    assert len(by_command) == len(read["invoices"])
    answers = answers_over_http(
        database, way, date(2026, 11, 22), (),
        read["cards"], read["preassessments"], read["invoices"],
    )  # fmt: skip
    assert answers == by_command


def compare(database: Database, way: Way, seed: int, setting: Any, invoices: int) -> None:
    folders, regions = setting
    world = test_reference.world(seed, folders, regions, invoices)
    mailroom = desks.Mailroom(desks.library(*folders), world.cards, world.preassessments)
    expected = [
        msgspec.json.encode(mailroom.answer(invoice, world.today)) for invoice in world.invoices
    ]
    answers = answers_over_http(
        database, way, world.today, folders, world.cards, world.preassessments, world.invoices
    )
    for invoice, answer, right in zip(world.invoices, answers, expected, strict=True):
        assert answer == right, invoice["number"]
    with database.reading() as connection:
        assert list(faults(connection)) == []


FOUR_REGIONS = (("blekinge",), test_reference.FOUR_REGIONS)


@pytest.mark.parametrize(
    ("seed", "setting"), [(31, FOUR_REGIONS), (32, test_reference.BORDERLAND)], ids=["31", "32"]
)
def test_a_world_is_answered_as_at_a_desk(
    database: Database,
    way: Way,
    seed: int,
    setting: Any,
) -> None:
    compare(database, way, seed, setting, 150)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2000, 2010))
@pytest.mark.parametrize(
    "setting",
    [FOUR_REGIONS, test_reference.BORDERLAND, test_reference.MOVING, test_reference.LATER],
    ids=lambda one: "+".join(one[0]),
)
def test_many_more_worlds_are_answered_as_at_a_desk(
    database: Database,
    way: Way,
    seed: int,
    setting: Any,
) -> None:
    compare(database, way, seed, setting, 400)
