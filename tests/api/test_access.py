"""Who may do what, for every route and every role, as the code itself lists them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, get_args

import msgspec
import pytest
from httpx import Response
from litestar.routes import HTTPRoute

from registry.roles import TASKS, Role, Task, may
from tests import files
from tests.api import asking
from tests.api.asking import (
    BYTES,
    CLINIC,
    JSON,
    NDJSON,
    OTHER_CLINIC,
    ROLES,
    TODAY,
    Api,
    Name,
    Route,
    attachment,
    handlers,
    invoice,
    kept,
    noted,
    problem,
)
from tests.applications import BY_CLINIC, MOVES, assessment, sent
from tests.commands import PATIENT, application, card, ndjson, rows
from tests.serving import bearer
from tools.example_settlement import PAYER

TO_CONSULTANT: tuple[tuple[str, Name], ...] = (
    ("submit", "clinic"), ("take", "assessor"), ("ask-consultant", "assessor"),
)  # fmt: skip
TO_DECISION: tuple[tuple[str, Name], ...] = (
    ("submit", "clinic"), ("take", "assessor"), ("decide", "assessor"),
)  # fmt: skip
DAYS = {"through_on": TODAY.isoformat(), "pay_on": TODAY.isoformat()}
OPEN = {"/health", "/ready", "/openapi.json"}
PORTALS = {"review_log", "read_users", "give_roles", "issue_tokens", "read_audit"}
"""Tasks of pages alone (tests/portal)."""
BODIES: dict[str, object] = {
    "/attachments": attachment(),
    "/attachments/find": {"patient": PATIENT},
    "/invoices/{key}/documents": {"documents": [{"line": 1, "attachment": 1}]},
    "/invoices": invoice("access"),
    "/invoices/check": invoice("access"),
    "/invoices/{key}/credit": {"lines": [9]},
    "/patients/standing": {"patient": PATIENT, "support": "F"},
    "/cards": card("access"),
    "/cards/void": {"number": "access", "voided_on": "2026-01-01"},
    "/cards/find": {"patient": PATIENT},
    "/preassessments": application("access"),
    "/preassessments/find": {"patient": PATIENT},
    "/applications": sent("access"),
    "/applications/check": sent("access"),
    "/applications/{key}/letter": {"assessment": assessment()},
    **{f"/applications/{{key}}/{move}": {"after": 99, **body} for move, body in MOVES.items()},
    "/invoices/{key}/lines/{line}/assessment": {"version": 1, "is_approved": True},
    "/invoices/{key}/lines/{line}/question": {
        "version": 1, "kinds": ["day_note"], "question": "Vad gjordes?",
    },
    "/redecisions": {"cause": {"kind": "card", "number": "access"}},
    "/redecisions/{key}/approve": {"digest": "00"},
    "/free-cards": {
        "patient": PATIENT, "number": "access", "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    },
    "/payees": {
        "clinic": CLINIC, "name": "Kliniken", "valid_from": "2026-01-01",
        "account": {"kind": "bankgiro", "number": "99999997"},
    },
    "/payer": {
        "paid_from": {"payer": msgspec.to_builtins(PAYER), "bank": "common-3"},
        "valid_from": "2026-01-01",
    },
    "/runs": DAYS, "/runs/preview": DAYS,
    **{f"/runs/{{number}}/{move}": {"digest": "00"} for move in ("approve", "discard", "export")},
}  # fmt: skip
JOURNAL = (
    "klinik;faktura;rad;patient;stöd;behandlad;åtgärd;belopp\n"
    f"{CLINIC};access;1;{PATIENT};F;2026-01-20;101;1100\n"
).encode()
ADDRESSES = [
    ("POST", "/invoices"), ("GET", "/invoices"), ("POST", "/invoices/check"),
    ("POST", "/invoices/file"), ("GET", "/invoices/{key}"), ("POST", "/invoices/{key}/credit"),
    ("POST", "/patients/standing"), ("POST", "/cards"), ("POST", "/cards/void"),
    ("POST", "/cards/find"), ("POST", "/preassessments"), ("POST", "/preassessments/find"),
    ("POST", "/attachments"), ("POST", "/attachments/find"), ("GET", "/attachments/{key}"),
    ("PUT", "/attachments/{key}/content"), ("GET", "/attachments/{key}/content"),
    ("POST", "/invoices/{key}/documents"), ("GET", "/invoices/{key}/documents"),
    ("POST", "/applications"), ("GET", "/applications"), ("GET", "/applications/expiring"),
    ("POST", "/applications/check"),
    ("GET", "/applications/{key}"), ("GET", "/applications/{key}/versions/{version}"),
    ("GET", "/applications/{key}/difference"), ("POST", "/applications/{key}/letter"),
    ("GET", "/applications/{key}/decisions/{place}/letter"),
    *(("POST", f"/applications/{{key}}/{move}") for move in MOVES),
    ("GET", "/rules"), ("GET", "/rules/{region}/{support}"), ("GET", "/rules/diff"),
    ("GET", "/sources"), ("GET", "/findings"),
    ("GET", "/invoices/{key}/versions"), ("GET", "/invoices/{key}/versions/{version}"),
    ("GET", "/invoices/{key}/difference"), ("GET", "/held-lines"),
    *(
        ("POST", f"/invoices/{{key}}/lines/{{line}}/{act}")
        for act in ("assessment", "question", "take", "put-back")
    ),
    ("POST", "/redecisions"), ("GET", "/redecisions"), ("GET", "/redecisions/{key}"),
    ("GET", "/redecisions/{key}/changes"), ("POST", "/redecisions/{key}/approve"),
    ("POST", "/redecisions/{key}/continue"),
    ("POST", "/free-cards"),
    ("POST", "/payees"), ("GET", "/payees"), ("POST", "/payer"),
    ("POST", "/runs"), ("GET", "/runs"), ("POST", "/runs/preview"), ("GET", "/runs/{number}"),
    ("GET", "/runs/{number}/shares"), ("POST", "/runs/{number}/approve"),
    ("POST", "/runs/{number}/discard"), ("POST", "/runs/{number}/export"),
    ("POST", "/runs/{number}/answers"), ("GET", "/runs/{number}/files"),
    ("GET", "/runs/{number}/files/{name}"), ("GET", "/runs/{number}/clinics/{clinic}/{form}"),
    ("GET", "/payments"), ("GET", "/payments/coming"), ("GET", "/trace/lines/{key}/{line}"),
    ("GET", "/trace/payments/{reference}"), ("GET", "/trace/vouchers/{number}"),
    ("GET", "/proof"),
    ("POST", "/reconciliation"),
    ("GET", "/figures"), ("GET", "/figures/spreadsheet"), ("GET", "/figures/chart"),
    ("GET", "/health"), ("GET", "/ready"), ("GET", "/metrics"), ("GET", "/openapi.json"),
]  # fmt: skip
PERIOD = "first_on=2026-01-01&last_on=2026-12-31"
NEEDING = [(method, path) for method, path in ADDRESSES if path not in OPEN]


def address(path: str) -> str:
    """One that there is, of a route."""
    values = {
        "key": "2" if "/decisions/" in path else "1", "line": "1", "version": "1", "place": "4",
        "region": "jonkoping", "support": "F",
        "number": "1", "name": "000001-vouchers.si", "clinic": CLINIC, "form": "remittance.json",
        "reference": "000001-00001",
    }  # fmt: skip
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    path += "?before=1&after=1" * path.endswith("/difference")
    path += "?through_on=2026-12-31" * (path == "/proof")
    path += f"?clinic={CLINIC}" * (path == "/payments/coming")
    path += f"?{PERIOD}" * path.endswith(("/figures", "/figures/spreadsheet"))
    path += f"?plot=spend_by_month&{PERIOD}" * path.endswith("/chart")
    return path + "?before=jonkoping&after=dalarna/F" * path.endswith("/diff")


def ask(api: Api, method: str, path: str, headers: dict[str, str]) -> Response:
    """A right request, by whomever."""
    body: Any = None
    if path == "/invoices/file":
        body, headers = ndjson([invoice("access")]), {**headers, **NDJSON}
    elif path.endswith("/answers"):
        body, headers = b"<x/>", {**headers, "Content-Type": "application/xml"}
    elif method == "PUT":
        body, headers = files.png(), {**headers, **BYTES}
    elif path == "/reconciliation":
        body, headers = JOURNAL, {**headers, "Content-Type": "text/csv"}
    elif path in BODIES and method == "POST":
        body, headers = asking.encoded(BODIES[path]), {**headers, **JSON}
    return api.client.request(method, address(path), content=body, headers=headers)


@pytest.fixture(scope="module")
def shared(shared: Api) -> Api:
    """With what the requests are about."""
    shared.with_card(number="access")
    shared.post("/preassessments", application("access"), "registrar")
    assert shared.submitted(invoice("access")).headers["location"] == "/invoices/1"
    assert shared.attached(files.png()) == 1
    shared.post("/applications", sent("access"))
    shared.post("/applications", sent("decided"))
    for key, moves in enumerate((TO_CONSULTANT, TO_DECISION), 1):
        for after, (move, who) in enumerate(moves, 1):
            body = {**MOVES[move], "after": after}
            answer = shared.post(f"/applications/{key}/{move}", body, who)
            assert answer.status_code == 200, answer.text
    answer = shared.post("/redecisions", BODIES["/redecisions"], "assessor")
    assert answer.headers["location"] == "/redecisions/1"
    settle(shared)
    return shared


def settle(api: Api) -> None:
    """A run that is exported."""
    for path in ("/payees", "/payer"):
        assert api.post(path, BODIES[path], "payout_preparer").status_code == 201
    run = api.post("/runs", DAYS, "payout_preparer").json()
    movers: dict[str, Name] = {"approve": "payout_chief", "export": "payout_preparer"}
    for move, who in movers.items():
        answer = api.post(f"/runs/1/{move}", {"digest": run["digest"]}, who)
        assert answer.status_code == 200, answer.text


def test_every_route_is_tried_here(shared: Api) -> None:
    """And every one has a task that is known, or None where it is open to all."""
    found = asking.routes(shared.client.app)
    assert sorted((one.method, one.path) for one in found) == sorted(ADDRESSES)
    assert {one.path for one in found if one.task is None} == OPEN
    tasks = {one.task for one in found if one.task is not None}
    assert tasks <= set(get_args(Task))
    assert tasks | {"set_day_of_receipt"} | PORTALS == set(get_args(Task))


def test_every_handler_has_a_task_or_shows_nothing(shared: Api) -> None:
    """The framework's own pages (for OpenAPI, and OPTIONS everywhere) say nothing."""
    ours = {handler.fn for handler in handlers(shared.client.app) if "task" in handler.opt}
    assert ours
    for route in shared.client.app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            if "task" in handler.opt:
                continue
            for method in handler.http_methods:
                path = address(route.path_format.replace("{path}", "x"))
                answer = shared.client.request(method, path, headers=shared.token("reader"))
                assert answer.status_code == (405 if method == "OPTIONS" else 404)


def test_every_role_has_its_tasks() -> None:
    assert set(TASKS) == set(get_args(Role)) == set(ROLES.values())


TASK_OF = {
    "GET /attachments/{key}": "read_attachments",
    "GET /attachments/{key}/content": "read_attachments",
    "GET /held-lines": "assess_lines",
    "GET /invoices/{key}/difference": "read_invoices",
    "GET /invoices/{key}/versions": "read_invoices",
    "GET /invoices/{key}/versions/{version}": "read_invoices",
    "GET /redecisions": "redecide",
    "GET /redecisions/{key}": "redecide",
    "GET /redecisions/{key}/changes": "redecide",
    "POST /free-cards": "redecide",
    "POST /invoices/{key}/lines/{line}/assessment": "assess_lines",
    "POST /invoices/{key}/lines/{line}/put-back": "assess_lines",
    "POST /invoices/{key}/lines/{line}/question": "assess_lines",
    "POST /invoices/{key}/lines/{line}/take": "assess_lines",
    "POST /redecisions": "redecide",
    "POST /redecisions/{key}/approve": "redecide",
    "POST /redecisions/{key}/continue": "redecide",
    "GET /invoices": "read_invoices",
    "GET /invoices/{key}/documents": "read_attachments",
    "GET /invoices/{key}": "read_invoices",
    "GET /metrics": "read_metrics",
    "GET /rules": "read_rules",
    "GET /rules/{region}/{support}": "read_rules",
    "GET /rules/diff": "read_rules",
    "GET /sources": "read_rules",
    "GET /findings": "read_rules",
    "POST /attachments": "send_attachments",
    "POST /attachments/find": "read_attachments",
    "POST /cards": "keep_cards",
    "POST /cards/find": "read_cards",
    "POST /cards/void": "keep_cards",
    "POST /invoices": "submit",
    "POST /invoices/check": "submit",
    "POST /invoices/file": "submit",
    "POST /invoices/{key}/credit": "credit",
    "POST /invoices/{key}/documents": "send_attachments",
    "POST /patients/standing": "read_standing",
    "POST /preassessments": "keep_preassessments",
    "POST /reconciliation": "reconcile",
    "GET /figures": "read_figures",
    "GET /figures/spreadsheet": "read_figures",
    "GET /figures/chart": "read_figures",
    "POST /preassessments/find": "read_preassessments",
    "PUT /attachments/{key}/content": "send_attachments",
    "POST /applications": "apply",
    "POST /applications/check": "apply",
    "GET /applications": "read_applications",
    "GET /applications/expiring": "read_applications",
    "GET /applications/{key}": "read_applications",
    "GET /applications/{key}/versions/{version}": "read_applications",
    "GET /applications/{key}/difference": "read_applications",
    "GET /applications/{key}/decisions/{place}/letter": "read_applications",
    "POST /applications/{key}/letter": "assess",
    **{
        f"POST /applications/{{key}}/{move}": "apply" if move in BY_CLINIC else "assess"
        for move in MOVES
    },
    "POST /applications/{key}/answer": "consult",
    "POST /payees": "keep_payees",
    "GET /payees": "read_runs",
    "POST /payer": "keep_payees",
    "POST /runs": "prepare_runs",
    "GET /runs": "read_runs",
    "POST /runs/preview": "read_runs",
    "GET /runs/{number}": "read_runs",
    "GET /runs/{number}/shares": "read_runs",
    "POST /runs/{number}/approve": "approve_runs",
    "POST /runs/{number}/discard": "discard_runs",
    "POST /runs/{number}/export": "export_runs",
    "POST /runs/{number}/answers": "export_runs",
    "GET /runs/{number}/files": "read_runs",
    "GET /runs/{number}/files/{name}": "read_runs",
    "GET /runs/{number}/clinics/{clinic}/{form}": "read_payments",
    "GET /payments": "read_payments",
    "GET /payments/coming": "read_payments",
    "GET /trace/lines/{key}/{line}": "trace",
    "GET /trace/payments/{reference}": "trace",
    "GET /trace/vouchers/{number}": "trace",
    "GET /proof": "read_runs",
}
"""Said here once more, so that a route cannot take another task unseen."""

NOT_THEIRS = {
    "GET /payments/coming": (403, "other_clinic"),
    "POST /invoices": (403, "other_clinic"),
    "POST /invoices/check": (403, "other_clinic"),
    "GET /invoices/{key}": (404, "not_found"),
    "GET /invoices/{key}/difference": (404, "not_found"),
    "GET /invoices/{key}/versions": (404, "not_found"),
    "GET /invoices/{key}/versions/{version}": (404, "not_found"),
    "POST /invoices/{key}/credit": (404, "not_found"),
    "POST /attachments": (403, "other_clinic"),
    "GET /attachments/{key}": (404, "not_found"),
    "PUT /attachments/{key}/content": (404, "not_found"),
    "GET /attachments/{key}/content": (404, "not_found"),
    "GET /invoices/{key}/documents": (404, "not_found"),
    "POST /invoices/{key}/documents": (404, "not_found"),
    "POST /applications": (403, "other_clinic"),
    "POST /applications/check": (403, "other_clinic"),
    "GET /runs/{number}/clinics/{clinic}/{form}": (404, "not_found"),
    "POST /reconciliation": (400, "malformed"),
    **{one: (404, "not_found") for one in TASK_OF if one.partition(" /applications/{key}")[1]},
}
"""What another clinic is told, which may do the same with invoices of its own."""


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize(("method", "path"), NEEDING)
def test_a_role_may_do_its_tasks_and_nothing_else(
    shared: Api, method: str, path: str, who: Name
) -> None:
    route: Any = Route(method, path, TASK_OF[f"{method} {path}"])
    assert route in asking.routes(shared.client.app)
    before = kept(shared.database), noted(shared.database)
    answer = ask(shared, method, path, shared.token(who))
    if not may(ROLES[who], route.task):
        problem(answer, 403, "forbidden")
    elif who == "other" and str(route) in NOT_THEIRS:
        problem(answer, *NOT_THEIRS[str(route)])
    elif who == "consultant" and "/decisions/" in path:
        problem(answer, 404, "not_found")  # it waits for them no longer
    else:
        assert answer.status_code in {200, 201, 409, 422}, answer.text
        return
    assert (kept(shared.database), noted(shared.database)) == before


NO_TOKENS = (
    None, "", "Bearer", "Bearer ", "Bearer  ", "Basic dXNlcjpwYXNz", "Bearer partitur_",
    "Bearer partitur_" + "x" * 43, "Bearer null", "bearer\tx", "Bearer " + "9" * 10_000,
    "Bearer ' OR 1=1 --", "Bearer \xff\xfe", "partitur_x",
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), NEEDING)
def test_nobody_asks_without_a_token_that_holds(shared: Api, method: str, path: str) -> None:
    """Whatever is wrong with it, the answer is the same."""
    before = kept(shared.database), noted(shared.database)
    for said in NO_TOKENS:
        headers: Any = {} if said is None else {"Authorization": said.encode("latin-1")}
        answer = ask(shared, method, path, headers)
        told = problem(answer, 401, "unauthorized")
        assert told == shared.get("/invoices", None).json()
        assert answer.headers["www-authenticate"] == 'Bearer realm="partitur"'
    assert (kept(shared.database), noted(shared.database)) == before


@pytest.mark.parametrize("who", ROLES)
def test_a_token_is_the_whole_of_what_is_shown(shared: Api, who: Name) -> None:
    """No part of it, nothing besides, no other case of its letters."""
    secret = shared.secrets[who]
    shared.client.get("/invoices", headers=bearer(secret))
    for wrong in (secret[:-1], secret + "A", secret.swapcase(), secret.removeprefix("partitur_")):
        answer = shared.client.get("/invoices", headers=bearer(wrong))
        problem(answer, 401, "unauthorized")


@pytest.mark.parametrize("path", sorted(OPEN))
def test_what_is_open_is_open_to_all(shared: Api, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, shared.token("clinic")):
        assert shared.client.get(path, headers=headers).status_code == 200


def test_no_token_is_read_before_who_asks(shared: Api) -> None:
    """Whoever may not ask is told so, whatever was sent, and learns nothing of what is right."""
    for body, headers in ((b"{", JSON), (b" " * (1 << 21), JSON), (b"", {})):
        for path in ("/invoices", "/cards", "/invoices/file"):
            problem(shared.post(path, body, None, headers=headers), 401, "unauthorized")
            problem(shared.post(path, body, "monitor", headers=headers), 403, "forbidden")
    problem(shared.get("/invoices?colour=1", None), 401, "unauthorized")
    problem(shared.get("/invoices/0", None), 401, "unauthorized")


# --- revoked -----------------------------------------------------------------------------------

RIGHT: dict[str, Role] = {
    "/figures": "finance", "/figures/spreadsheet": "finance", "/figures/chart": "finance",
    "/cards": "registrar", "/cards/void": "registrar", "/cards/find": "registrar",
    "/preassessments": "registrar", "/preassessments/find": "registrar", "/metrics": "monitor",
    "/applications/{key}/answer": "consultant", "/applications/{key}/letter": "assessor",
    **{f"/applications/{{key}}/{move}": "assessor"
       for move in MOVES if move not in (*BY_CLINIC, "answer")},
    **{
        path: "payout_chief" if path.endswith("/approve") else "payout_preparer"
        for _, path in ADDRESSES
        if path.startswith(("/runs", "/pay", "/trace", "/proof"))
    },
    **{
        path: "assessor"
        for _, path in ADDRESSES
        if path in {"/held-lines", "/free-cards"}
        or (path.startswith("/invoices/") and "/lines/" in path)
        or "/redecisions" in path
    },
}  # fmt: skip


@pytest.mark.parametrize(("method", "path"), NEEDING)
def test_a_token_that_is_revoked_holds_no_longer(shared: Api, method: str, path: str) -> None:
    """From the next request on, also one that the process remembers."""
    role: Role = RIGHT.get(path, "clinic")
    name = f"revoked {method} {path}"
    secret = asking.issued(shared.database, name, role, CLINIC if role == "clinic" else None)
    headers = bearer(secret)
    assert ask(shared, method, path, headers).status_code not in {401, 403}
    asking.revoked(shared.database, name)
    before = kept(shared.database), noted(shared.database)
    for _ in range(2):
        problem(ask(shared, method, path, headers), 401, "unauthorized")
    assert (kept(shared.database), noted(shared.database)) == before
    assert shared.get("/invoices", "reader").status_code == 200


def test_a_token_that_is_revoked_ends_a_file_in_mid_work(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered is kept; the last answer says from where on nothing is."""
    monkeypatch.setattr("api.files.FIRST_AT_ONCE", 2)
    monkeypatch.setattr("api.files.AT_ONCE", 2)
    submit_many = api.client.app.state.service.submit_many
    calls: list[int] = []

    async def submit_and_revoke(sent: Any, decided: Any) -> Any:
        calls.append(len(sent))
        if len(calls) == 2:
            asking.revoked(api.database, "clinic")
        return await submit_many(sent, decided)

    monkeypatch.setattr(api.client.app.state.service, "submit_many", submit_and_revoke)
    sent = ndjson([invoice(str(number)) for number in range(8)])
    answer = api.post("/invoices/file", sent, headers=NDJSON)
    assert answer.status_code == 200
    told = rows(answer.content)
    assert [one.get("number") for one in told] == ["0", "1", None]
    assert (told[2]["status"], told[2]["input_line"]) == ("invalid", 3)
    assert calls == [2, 2]
    assert kept(api.database)["invoice"] == 2
    assert ("submit", "clinic", None) not in noted(api.database)


def test_a_token_that_is_revoked_before_a_file_is_refused(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is revoked between the look at it and the first transaction."""
    submit_many = api.client.app.state.service.submit_many

    async def revoke_and_submit(sent: Any, decided: Any) -> Any:
        asking.revoked(api.database, "clinic")
        return await submit_many(sent, decided)

    monkeypatch.setattr(api.client.app.state.service, "submit_many", revoke_and_submit)
    answer = api.post("/invoices/file", ndjson([invoice()]), headers=NDJSON)
    problem(answer, 401, "unauthorized")
    assert kept(api.database)["invoice"] == 0


# --- another clinic's ----------------------------------------------------------------------------


def test_a_clinic_sees_and_touches_its_own_alone(api: Api) -> None:
    api.with_card()
    mine = api.submitted(invoice("1")).headers["location"]
    theirs = api.submitted(invoice("1", clinic=OTHER_CLINIC), "other").headers["location"]
    before = kept(api.database)
    asks: list[Callable[[], Response]] = [
        lambda: api.get(theirs),
        lambda: api.post(f"{theirs}/credit", {}),
        lambda: api.post("/invoices", invoice("1", clinic=OTHER_CLINIC)),
        lambda: api.post("/invoices", invoice("2", clinic=OTHER_CLINIC)),
        lambda: api.post("/invoices/check", invoice("1", clinic=OTHER_CLINIC)),
        lambda: api.get("/invoices", params={"clinic": OTHER_CLINIC}),
        lambda: api.get("/invoices", params={"clinic": CLINIC.lower()}),
        lambda: api.get("/invoices", params={"clinic": ""}),
    ]
    for ask_for in asks:
        answer = ask_for()
        assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}
        assert PATIENT.replace("-", "") not in answer.text
    (line,) = api.file(invoice("2", clinic=OTHER_CLINIC))
    assert (line["status"], line["findings"][0]["path"]) == ("invalid", "$.clinic")
    assert [one["number"] for one in line["findings"] if "number" in one] == []
    assert kept(api.database) == before
    numbers = {
        who: [one["id"] for one in api.get("/invoices", who).json()["invoices"]]
        for who in ("clinic", "other", "import", "reader")
    }
    ids = [int(place.rpartition("/")[2]) for place in (mine, theirs)]
    assert numbers == {
        "clinic": ids[:1], "other": ids[1:], "import": ids[::-1], "reader": ids[::-1],
    }  # fmt: skip
    filtered = api.get("/invoices", params={"number": "1", "before": 10}).json()["invoices"]
    assert [one["clinic"] for one in filtered] == [CLINIC]


def test_what_is_another_s_is_not_told_from_what_is_not_there(api: Api) -> None:
    theirs = api.submitted(invoice("1", clinic=OTHER_CLINIC), "other").headers["location"]
    assert api.get(theirs).content == api.get("/invoices/999").content
    there, nowhere = (api.post(f"{place}/credit", {}) for place in (theirs, "/invoices/999"))
    assert there.content == nowhere.content


@pytest.mark.parametrize("who", ["clinic", "import"])
def test_the_day_of_receipt_is_said_by_the_import_alone(api: Api, who: Name) -> None:
    row = invoice(received_on="2026-01-31")
    if who == "import":
        answer = api.submitted(row, who)
        assert api.get(answer.headers["location"]).json()["received_on"] == "2026-01-31"
        assert api.file({**row, "number": "2"}, who=who)[0]["status"] == "denied"
        return
    before = kept(api.database)
    for path in ("/invoices", "/invoices/check"):
        told = problem(api.post(path, row, who), 400, "malformed")
        assert [fault["path"] for fault in told["faults"]] == ["$.received_on"]
    both = {**row, "clinic": OTHER_CLINIC}
    (told,) = api.file(both, who=who)
    assert [one["path"] for one in told["findings"]] == ["$.clinic", "$.received_on"]
    assert kept(api.database) == before
    answer = api.submitted({**row, "received_on": None}, who)
    assert api.get(answer.headers["location"]).json()["received_on"] == str(TODAY)
