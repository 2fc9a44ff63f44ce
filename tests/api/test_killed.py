"""Servers that are killed, and databases that are: what was acknowledged is kept, whole and once.

Nothing waits for a time here: a kill comes after so many acknowledged invoices.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPException
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from random import Random
from threading import Event, Thread

import msgspec
import pytest

from registry.cards import Card
from storage.audit import Break, verify
from storage.checking import faults
from storage.database import Database
from storage.reference import put_cards
from storage.schema import upgrade
from tests import clusters, desks, serving
from tests.desks import Row
from tests.storage.replay import kept_answers, parted

CLIENTS = 6
PATIENTS = 3000
AT_A_LIMIT = (
    ("311", 59_500, 4), ("704", 94_000, 6), ("107", 90_000, 1), ("101", 100_000, 2),
)  # fmt: skip
"""Codes with a limit, the ceiling or an interval; an invoice's lines of each."""


def cards() -> list[Row]:
    return [
        {
            "number": str(serial), "patient": person(serial), "region": "jonkoping",
            "category": "F2", "valid_from": "2020-01-01",
        }
        for serial in range(PATIENTS)
    ]  # fmt: skip


def person(serial: int) -> str:
    return desks.person_number(date(1950, 1, 1) + timedelta(days=serial))


class Client:
    """Sends invoices one by one until it is told to end, some of them again, and notes what was
    acknowledged. All clients send for the same patients at about the same time."""

    def __init__(self, name: int, heard: socket.socket, secret: str, seed: int) -> None:
        self._name = name
        self._sender = serving.Sender(heard, secret)
        self._rng = Random(f"{seed}/{name}")
        self.sent: list[Row] = []
        self.acknowledged: dict[str, bytes] = {}
        self.refused = 0

    def work(self, ended: Event, works: Event, acknowledged: "SimpleQueue[str]") -> None:
        """Whoever is told that the database is away waits for it to be back."""
        while not ended.is_set():
            row = self._rng.choice(self.sent) if self._again() else self._new()
            try:
                status, body = self._sender.send("POST", "/invoices", msgspec.json.encode(row))
            except (OSError, HTTPException):
                continue
            if status == 503:
                assert b"urn:partitur:database_unavailable" in body
                self.refused += 1
                works.wait()
                continue
            assert status in {200, 201}, body
            assert self.acknowledged.setdefault(row["number"], body) == body
            acknowledged.put(row["number"])
        self._sender.close()

    def _again(self) -> bool:
        return bool(self.sent) and self._rng.random() < 0.1

    def _new(self) -> Row:
        place = len(self.sent)
        code, price, lines = self._rng.choice(AT_A_LIMIT)
        first = date(2026, 8, 1) + timedelta(days=self._rng.randrange(90))
        row = {
            "clinic": f"SE2321000057-{self._rng.randrange(2)}A01",
            "number": f"{self._name}-{place}",
            "patient": person(place // 4 % PATIENTS),
            "support": "F",
            "received_on": "2026-11-20",
            "lines": [
                {
                    "line": line, "treated_on": (first + timedelta(days=line)).isoformat(),
                    "code": code, "price_ore": price, "performer": "dentist",
                }
                for line in range(1, lines + 1)
            ],
        }  # fmt: skip
        self.sent.append(row)
        return row


class Load:
    """Some clients at once, and what came of it."""

    def __init__(self, database: Database, heard: socket.socket, seed: int) -> None:
        secret = serving.token(database, "import")
        self._database, self._heard, self._secret = database, heard, secret
        self.clients = [Client(name, heard, secret, seed) for name in range(CLIENTS)]
        self.works = Event()
        self.works.set()
        self._ended = Event()
        self._acknowledged: SimpleQueue[str] = SimpleQueue()
        self._threads = [
            Thread(target=one.work, args=(self._ended, self.works, self._acknowledged))
            for one in self.clients
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, many: int) -> None:
        """Wait until so many more are acknowledged."""
        for _ in range(many):
            self._acknowledged.get(timeout=120)

    def end(self) -> None:
        """Let everybody finish."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def need_whole(self) -> None:
        """Everything acknowledged is there as it was; whatever was not may be sent again, and has
        one answer then and for ever; nothing is half kept and no limit passed."""
        acknowledged = {
            number: answer for one in self.clients for number, answer in one.acknowledged.items()
        }
        before = kept_answers(self._database)
        assert acknowledged.items() <= before.items()
        sender = serving.Sender(self._heard, self._secret)
        rows = [row for one in self.clients for row in one.sent]
        answers = dict(zip((row["number"] for row in rows), sender.submit_file(rows), strict=True))
        assert before.items() <= answers.items()
        assert sender.submit_file(rows) == list(answers.values())
        sender.close()
        assert kept_answers(self._database) == answers
        with self._database.reading() as connection:
            assert list(faults(connection)) == []
            assert not any(isinstance(one, Break) for one in verify(connection))
        assert parted(self._database, desks.Mailroom(desks.library(), cards())) == []


def prepared(url: str) -> Database:
    database = Database(url)
    upgrade(database)
    with database.writing() as connection:
        put_cards(connection, desks.library(), msgspec.convert(cards(), list[Card]))
    return database


@contextmanager
def loaded(database: Database, url: str, seed: int) -> Iterator[tuple[Load, "Servers"]]:
    with serving.listening() as heard:
        load, servers = Load(database, heard, seed), Servers(url, heard)
        try:
            yield load, servers
        finally:
            load.works.set()
            load.end()
            servers.kill()


class Servers:
    """One server process after another on the same socket."""

    def __init__(self, url: str, heard: socket.socket) -> None:
        self._url, self._heard = url, heard
        self.start()

    def start(self) -> None:
        self.running: BaseProcess = serving.process(self._url, self._heard)

    def kill(self) -> None:
        """Without a word."""
        self.running.kill()
        self.running.join()


@pytest.mark.parametrize(
    ("seed", "kills"), [(1, 6), pytest.param(2, 30, marks=pytest.mark.soak)], ids=["6", "30"]
)
def test_a_server_that_is_killed_has_kept_what_it_acknowledged(
    tmp_path: Path, seed: int, kills: int
) -> None:
    url = f"sqlite:///{tmp_path / 'partitur.db'}"
    database, rng = prepared(url), Random(seed)
    with loaded(database, url, seed) as (load, servers):
        for _ in range(kills):
            load.wait_for(rng.randint(1, 120))
            servers.kill()
            servers.start()
        load.wait_for(100)
        load.end()
        load.need_whole()
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    database.close()


@pytest.mark.parametrize(
    ("seed", "stops"), [(3, 2), pytest.param(4, 5, marks=pytest.mark.soak)], ids=["2", "5"]
)
def test_a_database_that_is_stopped_has_kept_what_was_acknowledged(seed: int, stops: int) -> None:
    """The server goes on by itself when the database is back."""
    cluster = clusters.Cluster(clusters.SAFE)
    url = cluster.url(cluster.new())
    database, rng = prepared(url), Random(seed)
    try:
        with loaded(database, url, seed) as (load, servers):
            for _ in range(stops):
                load.wait_for(rng.randint(1, 300))
                load.works.clear()
                cluster.stop()
                need_told(load)
                cluster.start()
                load.works.set()
            load.wait_for(300)
            load.end()
            assert servers.running.is_alive()
            database.close()  # its connections are broken too
            load.need_whole()
    finally:
        database.close()
        cluster.remove()


def need_told(load: Load) -> None:
    """While the database is away everybody is told to come again, and the process is well."""
    client = Client(CLIENTS, load._heard, load._secret, 0)
    sender = serving.Sender(load._heard, load._secret)
    assert sender.send("GET", "/health")[0] == 200
    assert sender.send("GET", "/ready")[0] == 503
    row = client._new()
    for path, body, kind in (
        ("/invoices", msgspec.json.encode(row), "application/json"),
        ("/invoices/file", msgspec.json.encode(row), serving.NDJSON),
        ("/invoices/1/credit", b"{}", "application/json"),
    ):
        status, said = sender.send("POST", path, body, kind)
        assert (status, b"database_unavailable" in said) == (503, True)
    sender.close()
