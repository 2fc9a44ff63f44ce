"""Files that are sent to a server process to hurt it, or under which it falls: whatever comes, it
answers others, holds little memory, and what it acknowledged is kept whole."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from resource import RLIMIT_FSIZE, prlimit
from threading import Thread
from typing import Any

import httpx
import msgspec
import pytest

from registry.cards import Card
from storage.audit import Break, verify
from storage.checking import faults
from storage.database import Database
from storage.filechecking import file_faults
from storage.reference import put_cards
from storage.schema import upgrade
from tests import desks, files
from tests import hostilefiles as hostile
from tests.api.asking import BYTES, attachment, issued_to_all, kept
from tests.api.test_hostile import SECONDS, Server, in_a_thread, read_all
from tests.commands import ENVIRONMENT, PARTITUR, address_of, card
from tests.serving import attachments_of

MIB = 1 << 20
MOST_GROWTH = 48 * MIB
"""Of the server's resident memory, whatever is sent. The largest file is 20 MiB, the largest one
unpacked more than there is memory."""


def ready(database: Database) -> Database:
    """A patient who is known."""
    with database.writing() as connection:
        put_cards(connection, desks.library(), [msgspec.convert(card(), Card)])
    return database


@contextmanager
def asking(server: Server, who: Any = "clinic") -> Iterator[httpx.Client]:
    """Somebody with a token."""
    with httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}", headers=server.token(who), timeout=SECONDS
    ) as client:
        yield client


def announced(client: httpx.Client) -> str:
    """Where the content of a new attachment is put."""
    answer = client.post("/attachments", json=attachment())
    assert answer.status_code == 201, answer.text
    return f"/attachments/{answer.json()['id']}/content"


@contextmanager
def started(
    database: Database, secrets: Any, limit: int | None = None
) -> Iterator[tuple[Server, "subprocess.Popen[str]"]]:
    """A server process, which may write no larger files than some limit."""
    url = database.engine.url.render_as_string(hide_password=False)
    folder = str(attachments_of(database))
    with subprocess.Popen(
        [*PARTITUR, "serve", "--db", url, "--port", "0", "--attachments", folder],
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
    ) as process:
        try:
            if limit is not None:
                prlimit(process.pid, RLIMIT_FSIZE, (limit, limit))
            port = int(address_of(process).rpartition(":")[2])
            assert process.stderr is not None
            reading = Thread(target=process.stderr.read)
            reading.start()
            yield Server(port, secrets, database, process.pid), process
        finally:
            process.kill()
            process.wait()
            reading.join()


def need_whole(database: Database) -> None:
    """What is kept agrees with itself and with the files, and there are no others."""
    folder = attachments_of(database)
    with database.reading() as connection:
        assert list(faults(connection)) == []
        assert list(file_faults(connection, folder)) == []
        assert not any(isinstance(one, Break) for one in verify(connection))
    assert len(list(folder.iterdir())) == kept(database)["attachment_content"]


def sqlite(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'partitur.db'}")
    upgrade(database)
    return database


@pytest.mark.parametrize(
    "many", [30, pytest.param(1000, marks=pytest.mark.soak)], ids=["30", "1000"]
)
def test_files_that_mean_harm_are_refused_and_cost_little(tmp_path: Path, many: int) -> None:
    """Truncated, two kinds at once, of another kind, bombs, changed by chance: each is answered 422
    or 413 (or is sound by chance), the server stays as small as it was, and nothing is left."""
    database = ready(sqlite(tmp_path))
    secrets = issued_to_all(database)
    some = list(hostile.hostile(1000))
    if many < len(some):
        some = Random(1).sample(some, many)
    taken = 0
    with started(database, secrets) as (server, process), asking(server) as client:
        for _ in range(3):  # whatever is imported and remembered is there before it is measured
            client.put(announced(client), content=files.pdf(), headers=BYTES)
        before, place = server.memory(), announced(client)
        for one in some:
            answer = client.put(place, content=one.make(), headers=BYTES)
            if answer.status_code == 201:
                assert not one.is_refused, one.name
                taken, place = taken + 1, announced(client)
                continue
            name = answer.json()["type"].rpartition(":")[2]
            assert (answer.status_code, name) in {
                (422, "attachment_refused"), (413, "too_large")
            }, one.name  # fmt: skip
        assert server.memory() - before < MOST_GROWTH
        assert process.poll() is None
        server.is_well()
    assert kept(database)["attachment_content"] == taken + 3
    need_whole(database)
    database.close()


def test_others_are_answered_while_a_file_is_read(tmp_path: Path) -> None:
    """Two files take all that reading may take; whoever asks something else does not notice."""
    database = ready(sqlite(tmp_path))
    bomb = hostile.PDF_BOMBS["pdf: many that are large together"]()
    with started(database, issued_to_all(database)) as (server, _), asking(server) as client:
        answers = list[int]()

        def send(place: str) -> None:
            with asking(server) as sender:
                answers.append(sender.put(place, content=bomb, headers=BYTES).status_code)

        threads = [Thread(target=send, args=(announced(client),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            server.is_well()
        assert answers == [422] * 4
    need_whole(database)
    database.close()


@pytest.mark.parametrize(
    ("seed", "kills"), [(1, 2), pytest.param(2, 40, marks=pytest.mark.soak)], ids=["2", "40"]
)
def test_a_server_that_is_killed_has_kept_what_it_acknowledged(
    tmp_path: Path, seed: int, kills: int
) -> None:
    """While files come, are read and are kept. Nothing else is left once it has started again, and
    whoever got no answer sends the same again."""
    database, rng = ready(sqlite(tmp_path)), Random(seed)
    secrets = issued_to_all(database)
    acknowledged: dict[str, bytes] = {}
    unanswered: list[tuple[str, bytes]] = []
    padding = hostile.chunk(b"prVt", bytes(MIB))
    for _ in range(kills):
        with started(database, secrets) as (server, process):
            places = rng.randrange(1, 12)

            def send(
                server: Server = server, places: int = places, kill: Any = process.kill
            ) -> None:
                with asking(server) as client:
                    for number in range(40):
                        place = announced(client)
                        sent = hostile.grey(9, number + 1, padding)
                        unanswered.append((place, sent))
                        if number == places:
                            Thread(target=kill).start()
                        if client.put(place, content=sent, headers=BYTES).status_code == 201:
                            acknowledged[place] = sent
                            unanswered.remove((place, sent))

            with pytest.raises(httpx.TransportError):
                send()
    with started(database, secrets) as (server, _), asking(server) as client:
        for place, sent in acknowledged.items():
            assert client.get(place).content == sent
        need_whole(database)
        for place, sent in unanswered:
            assert client.put(place, content=sent, headers=BYTES).status_code in {200, 201}
            assert client.get(place).content == sent
        assert len(unanswered) == kills
    need_whole(database)
    database.close()


def test_a_disk_that_takes_no_more_is_told_and_hurts_nobody(tmp_path: Path) -> None:
    """The file is refused for now, nothing is left of it, and smaller ones are kept."""
    database = ready(sqlite(tmp_path))
    large = hostile.grey(9, 9, hostile.chunk(b"prVt", bytes(12 * MIB)))
    with started(database, issued_to_all(database), 8 * MIB) as (server, _):
        with asking(server) as client:
            answer = client.put(announced(client), content=large, headers=BYTES)
            assert answer.status_code == 503, answer.text
            assert answer.json()["type"] == "urn:partitur:attachments_unavailable"
            assert answer.headers["retry-after"] == "60"
            place = announced(client)
            assert client.put(place, content=files.png(), headers=BYTES).status_code == 201
            assert client.get(place).content == files.png()
        server.is_well()
    need_whole(database)
    database.close()


@pytest.mark.parametrize(
    "seconds", ["api.request.SECONDS_FOR_A_PIECE", "api.contents.SECONDS_FOR_A_FILE"]
)
def test_a_file_has_to_come_in_time(
    database: Database, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    """Each piece, and all of it: also who sends a byte now and then is told to end."""
    monkeypatch.setattr(seconds, 0.3)
    ready(database)
    with in_a_thread(database) as server:
        with asking(server) as client:
            place = announced(client)
        with server.connect() as connection:
            head = server.head(place, "Content-Length: 9999", kind=BYTES).replace(
                b"POST", b"PUT", 1
            )
            connection.sendall(head + files.png()[:50])
            answer = read_all(connection)
        server.is_well()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"urn:partitur:too_slow" in answer
    need_whole(database)


def test_a_sender_who_leaves_in_the_middle_leaves_nothing(database: Database) -> None:
    ready(database)
    with in_a_thread(database) as server, asking(server) as client:
        for sent in (b"", files.png()[:50], bytes(2 * MIB)):
            place = announced(client)
            head = server.head(place, "Content-Length: 9999999", kind=BYTES)
            with server.connect() as connection:
                connection.sendall(head.replace(b"POST", b"PUT", 1) + sent)
        place = announced(client)
        assert client.put(place, content=files.png(), headers=BYTES).status_code == 201
        server.is_well()
    need_whole(database)  # the server has ended, and with it whatever it waited for
