"""What is sent to a server process to hurt it is refused or ends, at little cost, and the server
goes on answering others."""

import gzip
import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn

from storage.database import Database
from terms.person import without_dash
from tests.api.asking import JSON, NDJSON, Name, invoice, issued_to_all, kept, made
from tests.commands import ENVIRONMENT, PARTITUR, PATIENT, address_of, line, ndjson
from tests.serving import attachments_of, bearer

SECONDS = 60
"""Whoever waits so long waits for ever."""

MOST_GROWTH = 100 << 20


@dataclass
class Server:
    """A server that listens on a port."""

    port: int
    secrets: dict[Name, str]
    database: Database
    process: int | None = None

    def token(self, who: Name = "clinic") -> dict[str, str]:
        return bearer(self.secrets[who])

    def post(self, path: str, content: Any, headers: dict[str, str]) -> httpx.Response:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=SECONDS) as client:
            return client.post(path, content=content, headers={**self.token(), **headers})

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), SECONDS)

    def head(self, path: str, *more: str, kind: dict[str, str] = JSON) -> bytes:
        """What a request begins with, on a socket of one's own."""
        fields = {"Host": "localhost", **self.token(), **kind}
        told = [f"{name}: {value}" for name, value in fields.items()]
        return "\r\n".join([f"POST {path} HTTP/1.1", *told, *more, "", ""]).encode()

    def is_well(self) -> None:
        """It answers others."""
        answer = self.post("/invoices/check", json.dumps(invoice("well")), JSON)
        assert answer.status_code == 200, answer.text

    def memory(self) -> int:
        """Resident bytes, at most so far."""
        text = Path(f"/proc/{self.process}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", text)
        assert found is not None
        return int(found[1]) << 10


@pytest.fixture(scope="module")
def server(shared_database: Database) -> Iterator[Server]:
    """A process of its own: `partitur serve`."""
    url = shared_database.engine.url.render_as_string(hide_password=False)
    secrets = issued_to_all(shared_database)
    folder = str(attachments_of(shared_database))
    command = [*PARTITUR, "serve", "--db", url, "--port", "0", "--attachments", folder]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:
        port = int(address_of(process).rpartition(":")[2])
        assert process.stderr is not None
        log: list[str] = []
        reading = Thread(target=log.extend, args=(process.stderr,))
        reading.start()
        server = Server(port, secrets, shared_database, process.pid)
        server.is_well()
        yield server
        assert process.poll() is None, "it did not live through this"
        process.terminate()
        assert process.wait(SECONDS) in {0, 143}
        reading.join(SECONDS)
    text = "".join(log)
    for secret in (*secrets.values(), without_dash(PATIENT), PATIENT, "Traceback", "defect"):
        assert secret not in text


@contextmanager
def in_a_thread(database: Database) -> Iterator[Server]:
    """A server in this process, whose seconds a test can make few."""
    secrets = issued_to_all(database)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(made(database), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield Server(listening.getsockname()[1], secrets, database)
    finally:
        server.should_exit = True
        thread.join(SECONDS)
        listening.close()


def read_all(connection: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    found = b""
    with suppress(ConnectionResetError):
        while some := connection.recv(1 << 16):
            found += some
    return found


MIB = 1 << 20
NESTED = b"[" * 100_000
BOMB = gzip.compress(b" " * (64 << 20))

BODIES: dict[str, tuple[Callable[[], bytes], dict[str, str], set[int]]] = {
    "nested lists": (lambda: NESTED, JSON, {400}),
    "nested objects": (lambda: b'{"lines":' * 100_000, JSON, {400}),
    "nested where lists belong": (lambda: b'{"lines":[' + NESTED, JSON, {400}),
    "nested and closed": (lambda: b"[" * 400_000 + b"]" * 400_000, JSON, {400}),
    "ten MB of objects": (lambda: b"[" + b"{}," * (10 * MIB // 3), JSON, {413}),
    "a MB of objects": (lambda: b"[" + b"{}," * (MIB // 3 - 2) + b"{}]", JSON, {400}),
    "a MB of lines": (lambda: b'{"lines":[' + b"{}," * (MIB // 3 - 9) + b"{}]}", JSON, {400}),
    "a MB of fields": (
        lambda: b"{" + b",".join(b'"a%d":1' % place for place in range(80_000)) + b"}", JSON, {400},
    ),
    "a huge number": (lambda: b'{"clinic":' + b"9" * (MIB - 99) + b"}", JSON, {400}),
    "a huge fraction": (lambda: b'{"clinic":0.' + b"9" * (MIB - 99) + b"}", JSON, {400}),
    "a huge exponent": (lambda: b'{"clinic":1e999999999}', JSON, {400}),
    "a huge text": (lambda: b'{"clinic":"' + b"x" * (MIB - 99) + b'"}', JSON, {400}),
    "a text without end": (lambda: b'{"clinic":"' + b"\\" * (MIB - 99), JSON, {400}),
    "control characters": (
        lambda: json.dumps(invoice("0", region="\\" * 1000 + "\0" * 100_000)).encode(), JSON, {400},
    ),
    "lines to a MB": (
        lambda: json.dumps(invoice("0", lines=[line()] * 9_000), separators=(",", ":")).encode(),
        JSON, {422},
    ),
    "NUL": (lambda: b"\0" * MIB, JSON, {400}),
    "no UTF-8": (lambda: b"\xff" * MIB, JSON, {400}),
    "half a letter": (lambda: b'{"clinic":"\xc3', JSON, {400}),
    "a lone surrogate": (lambda: b'{"clinic":"\\ud800"}', JSON, {400}),
    "a bomb": (lambda: BOMB, {**JSON, "Content-Encoding": "gzip"}, {415}),
    "a bomb unnamed": (lambda: BOMB, JSON, {400}),
    "a form": (
        lambda: b"--x\r\n" * 3000, {"Content-Type": "multipart/form-data; boundary=x"}, {415},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused(server: Server, name: str) -> None:
    content, headers, statuses = BODIES[name]
    before = server.memory()
    answer = server.post("/invoices", content(), headers)
    assert answer.status_code in statuses, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 4 * MIB
    assert server.memory() - before < MOST_GROWTH
    server.is_well()


FILES: dict[str, tuple[Callable[[], bytes], int]] = {
    "nested lists": (lambda: NESTED + b"\n", 1),
    "nested objects": (lambda: (b'{"lines":' * 50_000 + b"\n") * 4, 4),
    "a huge number": (lambda: b'{"clinic":' + b"9" * (MIB - 99) + b"}\n", 1),
    "a line without end": (lambda: b"[" * (10 * MIB), 1),
    "NUL": (lambda: (b"\0" * 1000 + b"\n") * 1000, 1000),
    "no UTF-8": (lambda: (b'{"clinic":"\xff"}' + b"\n") * 1000, 1000),
    "blank lines": (lambda: b"\n" * 200_000, 0),
    "objects between commas": (lambda: b"{}," * (10 * MIB // 3), 1),
    "lone surrogates": (lambda: b'"\\ud800"\n' * 1000, 1000),
    "a bomb unnamed": (lambda: gzip.compress(b" " * MIB).replace(b"\n", b" "), 1),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_answered_line_by_line(server: Server, name: str) -> None:
    content, many = FILES[name]
    before = server.memory()
    answer = server.post("/invoices/file", content(), NDJSON)
    assert answer.status_code == 200
    answers = answer.text.splitlines()
    assert len(answers) == many
    assert all(json.loads(one)["status"] == "invalid" for one in answers)
    assert server.memory() - before < MOST_GROWTH
    server.is_well()


@pytest.mark.parametrize(
    ("line", "many", "said"),
    [(b"{}\n", 10 * MIB // 3, "fler än 10000 rader som inte går att läsa"),
     (b"\n", MIB, "fler än 300000 rader")],
)  # fmt: skip
def test_a_file_of_nothing_but_lines_comes_to_an_end(
    server: Server, line: bytes, many: int, said: str
) -> None:
    """Each `{}` has an answer a hundred times its size. Whoever does not read the answers costs no
    more, and others are answered meanwhile."""
    before = server.memory()
    length = f"Content-Length: {many * len(line)}"
    with server.connect() as connection:
        connection.sendall(
            server.head("/invoices/file", length, "Connection: close", kind=NDJSON) + line * many
        )
        server.is_well()
        answers = read_all(connection)
    assert said in answers.splitlines()[-4].decode()
    assert answers.endswith(b"\r\n0\r\n\r\n")
    assert server.memory() - before < MOST_GROWTH
    server.is_well()


def test_a_file_over_its_limit_says_so_in_the_last_answer(server: Server) -> None:
    """One that tells its size is refused at once, else it is answered as far as it came."""
    with server.connect() as connection:
        connection.sendall(server.head("/invoices/file", "Content-Length: 67108865", kind=NDJSON))
        assert connection.recv(99).startswith(b"HTTP/1.1 413 ")

    def pieces() -> Iterator[bytes]:
        yield ndjson([invoice("before the limit")])
        for _ in range(65):
            yield b"x" * MIB

    answer = server.post("/invoices/file", pieces(), NDJSON)
    assert answer.status_code == 200
    first, last = answer.text.splitlines()
    assert json.loads(first)["number"] == "before the limit"
    assert "större än 67108864 byte" in json.loads(last)["findings"][0]["message"]
    server.is_well()


def test_a_file_can_be_sent_whole_before_an_answer_is_read(server: Server) -> None:
    """Several megabytes each way, on one thread that sends and then reads."""
    long = "x" * 2_000
    rows = [invoice(f"whole-{place}", lines=[line(motivation=long)]) for place in range(4_000)]
    content = ndjson(rows)
    assert len(content) > 8 * MIB
    before = kept(server.database)["invoice"]
    length = f"Content-Length: {len(content)}"
    with server.connect() as connection:
        connection.sendall(
            server.head("/invoices/file", length, "Connection: close", kind=NDJSON) + content
        )
        answers = read_all(connection)
    assert answers.startswith(b"HTTP/1.1 200 OK")
    assert len(answers) > 2 * MIB
    assert answers.count(b'"number":"whole-') == 4_000
    assert answers.endswith(b"0\r\n\r\n")
    assert kept(server.database)["invoice"] == before + 4_000


def test_a_sender_who_leaves_in_the_middle_hurts_nobody(server: Server) -> None:
    """In the middle of the head, of a body, of a file, or of the answers to one."""
    row = json.dumps(invoice("left")).encode()
    before = kept(server.database)["invoice"]
    parts = [
        b"POST /inv",
        server.head("/invoices", "Content-Length: 1000"),
        server.head("/invoices", f"Content-Length: {len(row)}") + row[:-1],
        server.head("/invoices/check", "Transfer-Encoding: chunked") + b"10\r\n" + row[:10],
        server.head("/invoices/file", "Content-Length: 1000", kind=NDJSON) + row[:50],
    ]
    for part in parts * 5:
        with server.connect() as connection:
            connection.sendall(part)
    server.is_well()
    assert kept(server.database)["invoice"] == before
    many = ndjson([invoice(f"left-{place}") for place in range(2_500)])
    length = f"Content-Length: {len(many) + 1}"
    with server.connect() as connection:
        connection.sendall(server.head("/invoices/file", length, kind=NDJSON) + many)
        assert connection.recv(10)
    server.is_well()
    again = server.post("/invoices/file", many, NDJSON).text.splitlines()
    assert {json.loads(one)["status"] for one in again} == {"denied"}
    assert kept(server.database)["invoice"] == before + 2_500


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0" * 1000,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /invoices HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /invoices HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: " + b"x" * (1 << 20) + b"\r\n\r\n",
    ],
    ids=range(9),
)
def test_what_is_no_http_is_refused(server: Server, garbage: bytes) -> None:
    with server.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    assert answer == b"" or re.match(rb"HTTP/1\.1 4\d\d ", answer), answer
    server.is_well()


@pytest.mark.parametrize("path", ["/invoices", "/invoices/file"])
@pytest.mark.parametrize(
    "chunk", [b"zz\r\n{}\r\n", b"-1\r\n", b"2\r\n{}{}\r\n", b"fffffffffffffffff\r\n"]
)
def test_garbage_between_chunks_ends_it(server: Server, path: str, chunk: bytes) -> None:
    kind = NDJSON if path.endswith("file") else JSON
    with server.connect() as connection:
        connection.sendall(server.head(path, "Transfer-Encoding: chunked", kind=kind) + chunk)
        answer = read_all(connection)
    assert answer == b"" or re.match(rb"HTTP/1\.1 (4\d\d|200) ", answer), answer
    server.is_well()


@pytest.mark.parametrize("path", ["/invoices", "/invoices/file"])
def test_a_body_has_to_come_in_time(
    database: Database, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Headers and half a body, then nothing: a single invoice is refused; of a file what came is
    answered, and the last answer says that the rest did not."""
    monkeypatch.setattr("api.request.SECONDS_FOR_A_BODY", 0.3)
    monkeypatch.setattr("api.request.SECONDS_FOR_A_PIECE", 0.3)
    row = ndjson([invoice()])
    kind = NDJSON if path.endswith("file") else JSON
    with in_a_thread(database) as server:
        with server.connect() as connection:
            connection.sendall(server.head(path, "Content-Length: 9999", kind=kind) + row)
            answer = connection.recv(1 << 16)
            while path.endswith("file") and not answer.endswith(b"0\r\n\r\n"):
                answer += connection.recv(1 << 16)
        server.is_well()
    if path.endswith("file"):
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"filen kom inte fram hel" in answer
        assert kept(database)["invoice"] == 1
    else:
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"urn:partitur:too_slow" in answer
        assert b"connection: close" in answer.lower()
        assert kept(database)["invoice"] == 0


def test_many_who_send_nothing_keep_nobody_waiting(server: Server) -> None:
    """More than there are threads and keepers, each in the middle of a body."""
    connections = [server.connect() for _ in range(100)]
    try:
        for place, connection in enumerate(connections):
            path, kind = ("/invoices", JSON) if place % 2 else ("/invoices/file", NDJSON)
            connection.sendall(server.head(path, "Content-Length: 9999", kind=kind) + b"{")
        server.is_well()
    finally:
        for connection in connections:
            connection.close()
    server.is_well()
