"""The API on a socket of its own: in a thread of this process, or in a process.

The socket is made first and outlives its servers: who comes while there is none waits for the next.
"""

import logging
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import uvicorn

from api.app import application
from registry.roles import Role
from storage.access import issue
from storage.acts import Acts
from storage.database import Database
from tests import desks

NDJSON = "application/x-ndjson"
_FOLDERS = tempfile.TemporaryDirectory(prefix="partitur-attachments-")


def bearer(secret: str) -> dict[str, str]:
    """How a token is shown."""
    return {"Authorization": f"Bearer {secret}"}


def attachments_of(database: Database) -> Path:
    """The folder of a database's attachments: beside it, or one of this process."""
    return database.attachments or Path(_FOLDERS.name) / str(database.engine.url.database)


def listening() -> socket.socket:
    """A socket on a free port of this machine."""
    found = socket.create_server(("127.0.0.1", 0), backlog=200)
    found.set_inheritable(True)
    return found


def server(database: Database, today: date, *folders: str) -> uvicorn.Server:
    """A server of the API over the packaged rules and some of tests/rules."""
    app = application(
        database, desks.library(*folders), "jonkoping", lambda: today, attachments_of(database)
    )
    return uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))


@contextmanager
def serving(database: Database, today: date, *folders: str) -> Iterator[socket.socket]:
    """A server in a thread, which ends with the block."""
    with listening() as heard:
        serves = server(database, today, *folders)
        thread = Thread(target=serves.run, kwargs={"sockets": [heard]})
        thread.start()
        try:
            yield heard
        finally:
            serves.should_exit = True
            thread.join()


def process(url: str, heard: socket.socket) -> BaseProcess:
    """A server in a process of its own, over the packaged rules."""
    context = get_context("forkserver")  # one that has read the modules already begins at once
    context.set_forkserver_preload(["tests.serving"])
    found = context.Process(target=_serve, args=(url, heard), daemon=True)
    found.start()
    return found


def _serve(url: str, heard: socket.socket) -> None:
    logging.disable()
    server(Database(url), date(2026, 11, 20)).run([heard])


class Sender:
    """Somebody with a token who sends one request after another."""

    def __init__(self, heard: socket.socket, secret: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", heard.getsockname()[1], timeout=120)
        self._secret = secret

    def send(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """The status and the body of an answer. Raises OSError and HTTPException when it does not
        come whole; the next one is asked for on a new connection."""
        headers = {**bearer(self._secret), "Content-Type": kind}
        try:
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def put(self, path: str, row: Mapping[str, Any]) -> None:
        """Put in a card or an application."""
        status, said = self.send("POST", path, msgspec.json.encode(row))
        assert status == 201, said

    def submit(self, row: Mapping[str, Any]) -> bytes:
        """The decision on an invoice, as it is written to a file."""
        return decision_in(*self.send("POST", "/invoices", msgspec.json.encode(row)))

    def submit_file(self, rows: list[Any]) -> list[bytes]:
        """The decisions on the invoices of a file."""
        body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        status, answers = self.send("POST", "/invoices/file", body, NDJSON)
        assert status == 200, answers
        return answers.splitlines()


class _Refused(msgspec.Struct):
    """A problem with the decision in it."""

    decision: msgspec.Raw


def decision_in(status: int, body: bytes) -> bytes:
    """The decision in an answer, also where it refuses the invoice."""
    if status in {200, 201}:
        return body
    assert status in {409, 422}, (status, body)
    return bytes(msgspec.json.decode(body, type=_Refused).decision)


def token(database: Database, role: Role) -> str:
    """What somebody with a role shows."""
    acts = Acts(database)

    def work(connection: Any) -> tuple[str, list[Any]]:
        secret, entry = issue(connection, role, role, None)
        return secret, [entry]

    return acts.do(work)
