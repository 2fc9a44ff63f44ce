"""Whatever goes wrong is told as a problem (RFC 9457), is logged where it is a defect, and says
nothing that it should not."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.exceptions import InternalServerException
from sqlalchemy.exc import OperationalError

from api import edge
from api.logs import JsonLines
from invoices.submission import submit
from tests.api.asking import (
    BYTES,
    CLINIC,
    JSON,
    NDJSON,
    TODAY,
    Api,
    Name,
    attachment,
    invoice,
    kept,
    made,
    noted,
    problem,
    routes,
)
from tests.applications import BY_CLINIC, MOVES, assessment, sent
from tests.commands import PATIENT, application, card
from tests.desks import Row
from tests.intake.journals import as_csv
from tools.example_settlement import PAYER

SECRET = f"{PATIENT} och ett meddelande"
HEADERS = {
    "cache-control", "content-security-policy", "cross-origin-resource-policy", "referrer-policy",
    "strict-transport-security", "x-content-type-options", "x-frame-options",
}  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, by whomever, as the service writes its own."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root, ours = logging.getLogger(), logging.getLogger("partitur")
    before = root.level, ours.level, ours.propagate
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.INFO)
    ours.propagate = True
    yield written
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])
    ours.propagate = before[2]


def lines(log: io.StringIO, what: str) -> list[Row]:
    return [row for row in map(json.loads, log.getvalue().splitlines()) if row["what"] == what]


def broken(error: BaseException) -> Any:
    """A function that fails, with a person number in what it is given and says."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


DAYS = "first_on=2026-01-01&last_on=2026-12-31"
FUNCTIONS = {
    "GET /invoices": "api.invoices.list_invoices",
    "GET /invoices/{key}": "api.invoices.read_invoice",
    "GET /rules": "api.rules.editions",
    "GET /rules/{region}/{support}": "api.rules.rule_book",
    "GET /rules/diff?before=jonkoping&after=dalarna/F": "api.rules.differences_of",
    "GET /sources": "api.sources.sources_in_use",
    "GET /findings": "api.findings.every_finding",
    "POST /invoices": "storage.keeper.submit",
    "POST /invoices/check": "storage.keeper.submit",
    "POST /invoices/file": "storage.keeper.submit",
    "POST /invoices/{key}/credit": "api.invoices.credit_invoice",
    "POST /patients/standing": "storage.keeper.standing",
    "POST /cards": "api.reference.put_cards",
    "POST /cards/void": "api.reference.void_card",
    "POST /cards/find": "api.reference.read_cards",
    "POST /preassessments": "api.reference.put_preassessments",
    "POST /preassessments/find": "api.reference.read_preassessments",
    "POST /applications": "api.applications.put_application",
    "POST /applications/check": "api.trying.try_application",
    "GET /applications": "api.applications.list_applications",
    "GET /applications/expiring": "api.applications.list_expiring",
    "GET /applications/{key}": "api.applications.read_application",
    "GET /applications/{key}/versions/{version}": "api.applications.read_version",
    "GET /applications/{key}/difference?before=1&after=1": "api.applications.compare_versions",
    "GET /applications/{key}/decisions/{place}/letter": "api.letters.read_decision",
    "POST /applications/{key}/letter": "api.letters.try_decision",
    **{f"POST /applications/{{key}}/{move}": "api.moving.move_application" for move in MOVES},
    "POST /attachments": "api.attachments.announce",
    "POST /attachments/find": "api.attachments.attachments_of_patient",
    "GET /attachments/{key}": "api.attachments.read_attachment",
    "PUT /attachments/{key}/content": "api.contents.find_attachment",
    "GET /attachments/{key}/content": "api.contents.read_attachment",
    "POST /invoices/{key}/documents": "api.documents.supplement",
    "GET /invoices/{key}/documents": "api.documents.read_documents",
    "GET /held-lines": "api.heldlines.list_held",
    "POST /invoices/{key}/lines/{line}/assessment": "api.heldlines.assess",
    "POST /invoices/{key}/lines/{line}/question": "api.heldlines.ask_for_material",
    "POST /invoices/{key}/lines/{line}/take": "api.heldlines.claim_line",
    "POST /invoices/{key}/lines/{line}/put-back": "api.heldlines.claim_line",
    "GET /invoices/{key}/versions": "api.versions.read_versions",
    "GET /invoices/{key}/versions/{version}": "api.versions.read_version",
    "GET /invoices/{key}/difference?before=1&after=1": "api.versions.read_difference",
    "POST /redecisions": "api.redecisions.propose",
    "GET /redecisions": "api.redecisions.list_proposals",
    "GET /redecisions/{key}": "api.redecisions.read_proposal_noted",
    "GET /redecisions/{key}/changes": "api.redecisions.read_changes",
    "POST /redecisions/{key}/approve": "api.redecisions.approve",
    "POST /redecisions/{key}/continue": "api.redecisions.go_on",
    "POST /free-cards": "api.redecisions.freecards.put_free_card",
    "POST /payees": "api.payees.put_payee",
    "GET /payees": "api.payees.list_payees",
    "POST /payer": "api.payees.put_payer",
    "POST /runs": "api.runs.prepare",
    "GET /runs": "api.runs.list_runs",
    "POST /runs/preview": "api.runs.preview",
    **{
        f"GET /runs/{{number}}{rest}": "api.runs.find_run"
        for rest in ("", "/shares", "/files", "/files/{name}", "/clinics/{clinic}/{form}")
    },
    "POST /runs/{number}/approve": "api.runs.move_run",
    "POST /runs/{number}/discard": "api.runs.move_run",
    "POST /runs/{number}/export": "api.runs.export_run",
    "POST /runs/{number}/answers": "api.runfiles.take_answer",
    "GET /payments": "api.runfiles.list_payments",
    "GET /payments/coming?clinic=x": "api.runfiles.coming_to",
    "GET /trace/lines/{key}/{line}": "api.traces.trace_line",
    "GET /trace/payments/{reference}": "api.traces.run_of_payment",
    "GET /trace/vouchers/{number}": "api.traces.run_of_voucher",
    "GET /proof?through_on=2026-12-31": "api.traces.prove",
    "POST /reconciliation": "api.reconciliation.reconcile_journal",
    f"GET /figures?{DAYS}": "api.figures.read_figures",
    f"GET /figures/spreadsheet?{DAYS}": "api.figures.read_figures",
    f"GET /figures/chart?plot=spend_by_month&{DAYS}": "api.figures.read_figures",
}
"""What each route calls."""

BODIES = {
    "POST /invoices": invoice(),
    "POST /invoices/check": invoice(),
    "POST /invoices/file": invoice(),
    "POST /invoices/{key}/credit": {},
    "POST /patients/standing": {"patient": PATIENT, "support": "F"},
    "POST /cards": card(),
    "POST /cards/void": {"number": PATIENT, "voided_on": "2026-01-01"},
    "POST /cards/find": {"patient": PATIENT},
    "POST /preassessments": application(),
    "POST /preassessments/find": {"patient": PATIENT},
    "POST /attachments": attachment(),
    "POST /attachments/find": {"patient": PATIENT},
    "POST /invoices/{key}/documents": {"documents": [{"line": 1, "attachment": 1}]},
    "POST /applications": sent(),
    "POST /applications/check": sent(),
    "POST /applications/{key}/letter": {"assessment": assessment()},
    **{f"POST /applications/{{key}}/{move}": {"after": 1, **body} for move, body in MOVES.items()},
    "POST /invoices/{key}/lines/{line}/assessment": {"version": 1, "is_approved": True},
    "POST /invoices/{key}/lines/{line}/question": {"version": 1, "kinds": [], "question": PATIENT},
    "POST /redecisions": {"cause": {"kind": "card", "number": PATIENT}},
    "POST /redecisions/{key}/approve": {"digest": PATIENT},
    "POST /free-cards": {
        "patient": PATIENT, "number": PATIENT, "valid_from": "2026-01-01",
        "valid_to": "2026-01-02",
    },
    "POST /payees": {
        "clinic": CLINIC, "name": PATIENT, "valid_from": "2026-01-01",
        "account": {"kind": "bankgiro", "number": "99999997"},
    },
    "POST /payer": {
        "paid_from": {"payer": msgspec.to_builtins(PAYER), "bank": "common-3"},
        "valid_from": "2026-01-01",
    },
    **{
        f"POST /runs{rest}": {"through_on": "2026-01-01", "pay_on": "2026-01-01"}
        for rest in ("", "/preview")
    },
    **{
        f"POST /runs/{{number}}/{move}": {"digest": PATIENT}
        for move in ("approve", "discard", "export")
    },
    "POST /runs/{number}/answers": PATIENT,
    "POST /reconciliation": as_csv(
        [(CLINIC, "1", "1", PATIENT, "F", "2026-01-20", "101", "", "1100")]
    ),
}  # fmt: skip


def ask(api: Api, route: str, **more: Any) -> Any:
    body = BODIES.get(route)
    values = {
        "key": "1", "line": "1", "version": "1", "place": "1", "region": "jonkoping",
        "support": "F",
        "number": "1", "name": "x", "clinic": CLINIC, "form": "statement.pdf", "reference": "x",
    }  # fmt: skip
    for name, value in values.items():
        route = route.replace(f"{{{name}}}", value)
    method, path = route.split()
    who: Name = "registrar" if path.startswith(("/cards", "/preass")) else "clinic"
    if path.startswith(("/runs", "/pay", "/trace", "/proof")):
        who = "payout_chief" if path.endswith("/approve") else "payout_preparer"
    elif "/lines/" in path or path.startswith(("/held-lines", "/redecisions", "/free-cards")):
        who = "assessor"
    if path.startswith("/figures"):
        who = "finance"
    if path.startswith("/applications/1/") and method == "POST":
        move = path.rpartition("/")[2]
        who = "clinic" if move in BY_CLINIC else "assessor" if move != "answer" else "consultant"
    headers = NDJSON if path.endswith("file") else BYTES if path.endswith("/content") else JSON
    if path.endswith("/answers"):
        headers = {"Content-Type": "application/xml"}
    elif isinstance(body, (str, bytes)):
        headers = {"Content-Type": "text/csv"}
    return api.client.request(
        method,
        path,
        content=body if body is None or isinstance(body, str) else json.dumps(body),
        headers={**api.token(who), **headers, **more},
    )


def test_every_route_has_its_function_here(shared: Api) -> None:
    ours = {str(one) for one in routes(shared.client.app) if one.task is not None}
    assert ours - {"GET /metrics"} == {route.partition("?")[0] for route in FUNCTIONS}


@pytest.mark.parametrize("route", FUNCTIONS)
def test_a_defect_is_logged_and_told_without_anything_of_it(
    shared: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, route: str
) -> None:
    before = kept(shared.database), noted(shared.database)
    cause = ZeroDivisionError(SECRET)
    error = KeyError(SECRET)
    error.__cause__ = cause
    monkeypatch.setattr(FUNCTIONS[route], broken(error))
    answer = ask(shared, route, Cookie=f"session={SECRET}")
    told = problem(answer, 500, "defect")
    assert set(told) == {"type", "title", "status", "detail"}
    (line,) = lines(log, "defect")
    assert line["number"] in told["detail"]
    assert line["level"] == "ERROR"
    assert [one["kind"] for one in line["causes"]] == ["KeyError", "ZeroDivisionError"]
    assert any("test_problems.py" in place for place in line["causes"][0]["places"])
    for text in (answer.text, log.getvalue()):
        assert PATIENT not in text
        assert PATIENT.replace("-", "") not in text
        assert "meddelande" not in text
    monkeypatch.undo()
    assert (kept(shared.database), noted(shared.database)) == before


@pytest.mark.parametrize("route", FUNCTIONS)
def test_a_database_that_cannot_be_used_is_worth_another_try(
    shared: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, route: str
) -> None:
    monkeypatch.setattr(
        FUNCTIONS[route], broken(OperationalError(SECRET, {"number": SECRET}, OSError(SECRET)))
    )
    answer = ask(shared, route)
    problem(answer, 503, "database_unavailable")
    assert answer.headers["retry-after"] == "5"
    (line,) = lines(log, "database_unavailable")
    assert line["causes"][0]["kind"] == "OperationalError"
    assert PATIENT not in log.getvalue() + answer.text


def test_a_defect_of_the_framework_is_one_too(
    shared: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setattr("api.invoices.list_invoices", broken(InternalServerException(SECRET)))
    problem(shared.get("/invoices"), 500, "defect")
    assert len(lines(log, "defect")) == 1


def test_a_defect_in_the_middle_of_a_file_is_told_in_the_last_answer(
    shared: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    """And logged. What was answered before is kept, and answered so again."""
    monkeypatch.setattr("api.files.FIRST_AT_ONCE", 2)
    monkeypatch.setattr("api.files.AT_ONCE", 2)
    sent = [invoice(f"defect {place}") for place in range(6)]

    def fail_at_the_fourth(store: Any, by: Any, one: Any, received_on: Any) -> Any:
        if one.number == "defect 3":
            raise ValueError(SECRET)
        return submit(store, by, one, received_on)

    monkeypatch.setattr("storage.keeper.submit", fail_at_the_fourth)
    answers = shared.file(*sent)
    assert [one["status"] for one in answers] == ["denied", "denied", "invalid"]
    (line,) = lines(log, "defect")
    assert answers[2]["input_line"] == 3
    (fault,) = answers[2]["findings"]
    assert line["number"] in fault["message"]
    assert PATIENT not in log.getvalue()
    monkeypatch.undo()
    again = shared.file(*sent)
    assert again[:2] == answers[:2]
    assert [one["status"] for one in again] == ["denied"] * 6


def test_the_log_holds_nothing_of_a_request(shared: Api, log: io.StringIO) -> None:
    """Neither body nor address nor header, of what is done, refused and not understood."""
    marks = {"X-Anything": "hemlighet-i-huvud", "Cookie": "session=kaka-i-huvud"}
    headers = {**shared.token("clinic"), **marks}
    for route in FUNCTIONS:
        ask(shared, route)
    for path in ("/invoices?number=194805121011", "/194805121011", "/invoices?194805121011=1"):
        shared.client.get(path, headers=headers)
        shared.client.delete(path, headers=headers)
        shared.client.get(path, headers={"Authorization": "Bearer fel-hemlighet"})
    shared.post("/invoices", {"märke": "i kroppen"})
    shared.post("/invoices", invoice(clinic="märke-klinik"))
    shared.post("/cards", card("märke-kort"), "clinic")
    shared.post("/invoices", invoice("märke-skyddad", protected_identity=True))
    text = log.getvalue()
    for secret in (PATIENT, "194805121011", "märke", "kaka", "hemlighet", "Bearer",
                   *shared.secrets.values()):  # fmt: skip
        assert secret not in text
    assert {row["what"] for row in lines(log, "refused")} == {"refused"}
    assert {row["token"] for row in lines(log, "refused")} == {"clinic"}


# --- the shape of every answer -----------------------------------------------------------------


def refused(api: Api) -> Iterator[tuple[int, Any]]:
    """Requests that are refused, one for every reason."""
    yield 404, api.get("/nowhere")
    yield 404, api.get("/openapi")
    yield 404, api.get("/openapi/openapi.json")
    yield 404, api.get("/schema")
    yield 404, api.get("/invoices/999999")
    yield 404, api.get("/invoices/abc")
    yield 404, api.post("/invoices/999999/credit", {})
    yield 404, api.post("/cards/void", {"number": "-", "voided_on": "2026-01-01"}, "registrar")
    yield 405, api.get("/cards/void")
    yield 405, api.client.delete("/invoices", headers=api.token("clinic"))
    yield 401, api.get("/invoices", None)
    yield 403, api.get("/metrics", "clinic")
    yield 403, api.post("/invoices", invoice(clinic="another"))
    yield 400, api.post("/invoices", {})
    yield 400, api.get("/invoices?limit=0")
    yield 400, api.post("/invoices", invoice(received_on=str(TODAY)))
    yield 409, api.post("/cards", card(patient="194805121012"), "registrar")
    yield 413, api.post("/invoices", b" " * (1 << 21))
    yield 415, api.post("/invoices", b"{}", headers={})
    yield 422, api.post("/invoices", invoice("refused", lines=[]))
    yield 422, api.post("/patients/standing", {"patient": "1", "support": "F"})


def test_every_refusal_is_a_problem(shared: Api) -> None:
    """Its title is the same for all of its type, and says nothing of the request."""
    titles: dict[str, set[str]] = {}
    for status, answer in refused(shared):
        assert answer.status_code == status, answer.text
        told = problem(answer, status, answer.json()["type"].removeprefix("urn:partitur:"))
        assert set(told) <= {"type", "title", "status", "detail", "faults", "decision"}
        assert set(told) >= {"type", "title", "status"}
        titles.setdefault(told["type"], set()).add(told["title"])
        for fault in told.get("faults", []):
            assert set(fault) == {"code", "message", "path"}
    assert all(len(known) == 1 for known in titles.values()), titles


def test_what_is_refused_as_a_whole_holds_the_decision(shared: Api) -> None:
    answer = shared.post("/invoices", invoice("whole", lines=[], patient="194805121012"))
    told = problem(answer, 422, "invoice_refused")
    codes = [finding["code"] for finding in told["decision"]["findings"]]
    assert codes == ["patient_id_invalid", "lines_missing"]
    assert told["decision"]["status"] == "invalid"


def test_every_answer_carries_the_headers(shared: Api) -> None:
    """Once each, whoever answers: a route, a refusal, or the framework by itself."""
    answers = [answer for _, answer in refused(shared)]
    answers += [
        shared.get(path, "monitor") for path in ("/health", "/ready", "/metrics", "/openapi.json")
    ]
    answers += [ask(shared, route) for route in FUNCTIONS]
    answers += [shared.client.request("OPTIONS", "/invoices"), shared.client.head("/invoices")]
    for answer in answers:
        names = [name for name, _ in answer.headers.multi_items()]
        assert set(names) >= HEADERS, answer.request.url
        assert len(names) == len(set(names))
        assert "set-cookie" not in names
        assert "server" not in names
    assert {name.decode() for name in edge._HEADERS} == HEADERS


def test_what_a_method_is_not_for_says_which_are(shared: Api) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        answer = shared.client.request(method, "/invoices", headers=shared.token("clinic"))
        problem(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}


def test_no_other_site_may_ask(shared: Api) -> None:
    """There is no CORS: no browser lets another site's page read an answer, or send JSON at all."""
    for method in ("OPTIONS", "GET"):
        answer = shared.client.request(
            method,
            "/invoices",
            headers={
                "Origin": "https://elsewhere.example",
                "Access-Control-Request-Method": "POST",
            },
        )
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_debugging_is_off(shared: Api) -> None:
    assert not shared.client.app.debug
    assert shared.client.app.pdb_on_exception is False
    assert shared.client.app.logging_config is None


def test_figures_name_routes_and_no_address(shared: Api) -> None:
    shared.get("/194805121011")
    shared.get("/invoices/194805121011")
    shared.get("/invoices?number=194805121011")
    shared.client.request("BREW", "/invoices")
    text = shared.get("/metrics", "monitor").text
    assert "194805121011" not in text
    assert 'partitur_requests_total{method="GET",route="/invoices/{key}",status="404"}' in text
    assert 'partitur_requests_total{method="GET",route="other",status="404"}' in text
    assert 'method="other"' in text
    assert "BREW" not in text


def test_figures_are_of_one_application(shared: Api) -> None:
    """Two in one process do not share a registry."""
    assert made(shared.database).state.metrics is not shared.client.app.state.metrics
