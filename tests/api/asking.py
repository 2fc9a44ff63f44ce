"""Asking the API: the application over a database, with a token of every role and a fixed day."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from httpx import Response
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import Connection, func, literal, select, union_all

from adjudication.library import Library
from api.app import application
from registry.roles import Role
from storage import tables
from storage.access import issue, revoke
from storage.acts import Acts, Done
from storage.audit import Entry
from storage.database import Database
from tests import commands, desks
from tests.commands import ndjson
from tests.desks import Row
from tests.serving import attachments_of, bearer

TODAY = date(2026, 2, 20)
CLINIC, OTHER_CLINIC = "SE2321000057-4F2A", "SE2321000057-9B00"
NDJSON = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}
BYTES = {"Content-Type": "application/octet-stream"}

Name = Literal[
    "clinic", "other", "import", "registrar", "assessor", "second", "consultant",
    "payout_preparer", "payout_approver", "payout_chief", "finance", "reader", "monitor",
    "log_reviewer", "administrator",
]  # fmt: skip
"""Who asks: `other` is another clinic than `clinic`, `second` another assessor than `assessor`;
each other one is named by its role."""

ROLES: dict[Name, Role] = {
    **{name: name for name in get_args(Role)},
    "other": "clinic",
    "second": "assessor",
}
_CLINICS: Mapping[Name, str] = {"clinic": CLINIC, "other": OTHER_CLINIC}


def issued(database: Database, name: str, role: Role, clinic: str | None = None) -> str:
    """A new token's secret."""

    def work(connection: Connection) -> Done[str]:
        secret, entry = _issue(connection, name, role, clinic)
        return secret, [entry]

    return Acts(database).do(work)


def _issue(connection: Connection, name: str, role: Role, clinic: str | None) -> tuple[str, Entry]:
    return issue(connection, name, role, clinic, person=f"person {name}")


def revoked(database: Database, name: str) -> None:
    """A token is revoked, as by a command on the server."""
    Acts(database).do(lambda connection: (None, [revoke(connection, name)]))


def issued_to_all(database: Database) -> dict[Name, str]:
    """The secret of a token for everybody."""

    def work(connection: Connection) -> Done[dict[Name, str]]:
        found = {
            name: _issue(connection, name, role, _CLINICS.get(name)) for name, role in ROLES.items()
        }
        return {name: secret for name, (secret, _) in found.items()}, [
            entry for _, entry in found.values()
        ]

    return Acts(database).do(work)


def rules() -> Library:
    """The rules that the API decides by."""
    return desks.library()


def made(database: Database) -> Litestar:
    """The application over a database."""
    return application(database, rules(), "jonkoping", lambda: TODAY, attachments_of(database))


@dataclass
class Api:
    """The API over a database. Who asks is told by name; None shows no token."""

    client: TestClient[Litestar]
    database: Database
    secrets: dict[Name, str]

    def post(
        self, path: str, body: Any = None, who: Name | None = "clinic", **options: Any
    ) -> Response:
        """Send JSON, or bytes as they are with headers of one's own."""
        sent = options.pop("headers", JSON)
        content = body if isinstance(body, bytes) else encoded(body)
        return self.client.post(
            path, content=content, headers={**self.token(who), **sent}, **options
        )

    def file(self, *rows: Row | bytes, who: Name = "clinic") -> list[Row]:
        """The answers to a file of these rows."""
        lines = [row if isinstance(row, bytes) else ndjson([row]) for row in rows]
        answer = self.post("/invoices/file", b"".join(lines), who, headers=NDJSON)
        assert answer.status_code == 200, answer.text
        return commands.rows(answer.content)

    def put(
        self, path: str, content: Any, who: Name = "clinic", headers: Mapping[str, str] = BYTES
    ) -> Response:
        """Send bytes as they are."""
        sent = {**BYTES, **self.token(who), **headers}
        return self.client.put(path, content=content, headers=sent)

    def announced(self, who: Name = "clinic", **fields: Any) -> int:
        """An attachment that is to come."""
        answer = self.post("/attachments", attachment(**fields), who)
        assert answer.status_code == 201, answer.text
        key: int = answer.json()["id"]
        return key

    def attached(self, content: bytes, who: Name = "clinic", **fields: Any) -> int:
        """An attachment that has come."""
        key = self.announced(who, **fields)
        answer = self.put(f"/attachments/{key}/content", content, who)
        assert answer.status_code == 201, answer.text
        return key

    def get(self, path: str, who: Name | None = "clinic", **options: Any) -> Response:
        """Ask for what is at an address."""
        return self.client.get(path, headers=self.token(who), **options)

    def token(self, who: Name | None) -> dict[str, str]:
        """The header that shows a token."""
        return {} if who is None else bearer(self.secrets[who])

    def submitted(self, row: Row, who: Name = "clinic") -> Response:
        """The answer to an invoice that is new and kept."""
        answer = self.post("/invoices", row, who)
        assert answer.status_code == 201, answer.text
        return answer

    def with_card(self, **fields: Any) -> None:
        """Put in a card, which the examples of tests/commands.py are approved by."""
        answer = self.post("/cards", commands.card(**fields), "registrar")
        assert answer.status_code == 201, answer.text


def encoded(body: object) -> bytes:
    """A body in JSON."""
    return json.dumps(body).encode()


def invoice(number: str = "1", **fields: Any) -> Row:
    """A right invoice whose day of receipt is the receiver's to say."""
    row = commands.invoice(number, **fields)
    if "received_on" not in fields:
        del row["received_on"]
    return row


def attachment(**fields: Any) -> Row:
    """What is said of an attachment before it comes."""
    return {
        "clinic": CLINIC, "patient": commands.PATIENT, "kind": "day_note", "title": "Daganteckning",
        **fields,
    }  # fmt: skip


@contextmanager
def opened(database: Database) -> Iterator[Api]:
    """The API over a database, working."""
    secrets = issued_to_all(database)
    with TestClient(made(database), raise_server_exceptions=False) as client:
        yield Api(client, database, secrets)


# --- what is told and kept ---------------------------------------------------------------------


def problem(answer: Response, status: int, name: str) -> Row:
    """The problem that an answer tells."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: Row = answer.json()
    assert told["type"] == f"urn:partitur:{name}", told
    assert told["status"] == status
    return told


def paths(answer: Response) -> list[str]:
    """The paths of the faults of what was sent."""
    return [fault["path"] for fault in problem(answer, 400, "malformed")["faults"]]


def kept(database: Database) -> dict[str, int]:
    """How many rows each table has, and the patients' versions, which tell of any change."""
    with database.reading() as connection:
        return {name: many or 0 for name, many in connection.execute(_COUNTS)}


_COUNTS = union_all(
    *(
        select(literal(table.name), func.count()).select_from(table)
        for table in tables.metadata.sorted_tables
        if table.name not in {"audit", "audit_chain"}
    ),
    select(literal("versions"), func.sum(tables.patient.c.version)),
)
"""All in one statement, since it is asked before and after most tests."""


def noted(database: Database) -> list[tuple[str, str | None, str | None]]:
    """What the audit log says in its order: act, the token's name, the patient's number."""
    audit, token, patient = tables.audit, tables.token, tables.patient
    with database.reading() as connection:
        rows = connection.execute(
            select(audit.c.act, token.c.name, patient.c.number)
            .outerjoin(token, token.c.id == audit.c.token_id)
            .outerjoin(patient, patient.c.id == audit.c.patient_id)
            .order_by(audit.c.at, audit.c.audit_chain_id, audit.c.place)
        )
        return [(row[0], row[1], row[2]) for row in rows]


# --- routes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """An operation: how it is asked for, at which address, and the task that a token must have."""

    method: str
    path: str
    task: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: Litestar) -> list[Route]:
    """Every operation of ours, by its address."""
    return [
        Route(method, route.path_format, handler.opt["task"])
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "task" in handler.opt
        for method in sorted(handler.http_methods)
    ]


def handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """Every handler, the framework's own among them."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute), route
        yield from route.route_handlers
