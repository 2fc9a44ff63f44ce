"""Settlement over HTTP: from approved lines to the bank's answer, and what a clinic sees of it."""

import json
from typing import Any

import pytest

from storage.acts import Acts
from storage.database import Database
from storage.exporting import export_run
from storage.runs import Held, find_run
from storage.runsteps import MoveAsked, move_run
from tests.api.asking import CLINIC, OTHER_CLINIC, TODAY, Api, Name, invoice, noted, problem
from tests.api.test_access import BODIES, DAYS
from tests.commands import PATIENT
from tests.desks import Row
from tests.paying import bank_answer, issued

XML = {"Content-Type": "application/xml"}
PAYABLE = 90_000


@pytest.fixture
def finance(api: Api) -> Api:
    """With an invoice of a clinic that can be paid."""
    api.with_card()
    api.submitted(invoice())
    for path in ("/payees", "/payer"):
        assert api.post(path, BODIES[path], "payout_preparer").status_code == 201
    return api


def prepared(api: Api) -> Row:
    answer = api.post("/runs", DAYS, "payout_preparer")
    assert answer.status_code == 201, answer.text
    found: Row = answer.json()
    assert answer.headers["location"] == f"/runs/{found['number']}"
    return found


def moved(api: Api, run: Row, move: str, who: Name) -> Any:
    return api.post(f"/runs/{run['number']}/{move}", {"digest": run["digest"]}, who)


def held(database: Database, number: int) -> Held:
    with database.reading() as connection:
        found = find_run(connection, "jonkoping", number)
    assert found is not None
    return found


def test_from_approved_lines_to_the_bank_s_answer(finance: Api) -> None:
    preview = finance.post("/runs/preview", DAYS, "payout_approver").json()
    run = prepared(finance)
    again = finance.post("/runs", DAYS, "payout_preparer")
    assert (again.status_code, again.json()) == (200, run)
    assert (run["state"], run["payment_ore"], run["clinics"]) == ("prepared", PAYABLE, 1)
    shares = finance.get("/runs/1/shares", "payout_chief").json()
    assert shares == {"shares": preview["shares"], "next": None}
    assert moved(finance, run, "approve", "payout_chief").status_code == 200
    done = moved(finance, run, "export", "payout_preparer").json()
    assert done["run"]["outcome"] == "waiting"
    assert moved(finance, run, "export", "payout_preparer").json() == done
    for one in done["files"]:
        answer = finance.get(f"/runs/1/files/{one['name']}", "finance")
        assert len(answer.content) == one["size"]
        assert answer.headers["content-disposition"] == f'attachment; filename="{one["name"]}"'
        assert answer.headers["x-content-type-options"] == "nosniff"
    said = bank_answer(held(finance.database, 1), "ACSC", {})
    taken = finance.post("/runs/1/answers", said, "payout_preparer", headers=XML)
    assert taken.json() == {"changed": {"000001-00001": "confirmed"}, "vouchers": None}
    (listed,) = finance.get("/runs", "reader").json()["runs"]
    assert (listed["state"], listed["outcome"]) == ("exported", "confirmed")
    proof = finance.get("/proof?through_on=9999-12-31", "finance").json()
    assert (proof["runs"], proof["differences"]) == (1, [])
    acts = {act for act, _, _ in noted(finance.database)}
    moves = {"prepare_run", "approve_run", "export_run", "answer_run"}
    assert {"put_payee", "put_payer", *moves} < acts


def test_who_prepared_it_does_not_approve_it_by_the_command_either(finance: Api) -> None:
    """A second token of the preparer's person, over HTTP and as the command does it."""
    run = prepared(finance)
    acts = Acts(finance.database)
    token = issued(acts, "the same", "payout_chief", "person payout_preparer")
    asked = MoveAsked("jonkoping", 1, run["digest"], token, TODAY)
    found = acts.do(lambda c: move_run(c, asked, "approve"))
    assert isinstance(found, list)
    assert [one.code for one in found] == ["prepared_by_same_person"]
    told = problem(moved(finance, run, "export", "payout_preparer"), 409, "not_in_this_state")
    assert told["faults"]
    moved(finance, run, "approve", "payout_approver")
    assert acts.do(lambda c: export_run(c, asked)) is not None


def test_another_digest_and_a_discarded_run(finance: Api) -> None:
    run = prepared(finance)
    other = {**run, "digest": "0" * 32}
    problem(moved(finance, other, "approve", "payout_chief"), 409, "run_differs")
    problem(moved(finance, {**run, "number": 9}, "approve", "payout_chief"), 404, "not_found")
    assert moved(finance, run, "discard", "payout_approver").json()["state"] == "discarded"
    problem(moved(finance, run, "approve", "payout_chief"), 409, "not_in_this_state")
    assert prepared(finance)["number"] == 2


def test_a_clinic_sees_its_own_and_what_is_exported(finance: Api) -> None:
    run = prepared(finance)
    statement = f"/runs/1/clinics/{CLINIC}/remittance.json"
    problem(finance.get(statement), 404, "not_found")
    assert finance.get("/payments").json() == {"payments": [], "next": None}
    coming = finance.get(f"/payments/coming?clinic={CLINIC}").json()
    assert (coming["sum_ore"], coming["open"]["payment_ore"]) == (PAYABLE, PAYABLE)
    moved(finance, run, "approve", "payout_chief")
    moved(finance, run, "export", "payout_preparer")
    nothing = {"owed_ore": 0, "brought_forward_ore": 0, "sum_ore": 0}
    path = f"/payments/coming?clinic={CLINIC}"
    assert finance.get(path).json() == {**nothing, "has_account": True, "open": None}
    assert finance.get(path, "finance").json() == finance.get(path).json()
    problem(finance.get(path, "other"), 403, "other_clinic")
    (payment,) = finance.get("/payments").json()["payments"]
    assert (payment["amount_ore"], payment["state"]) == (PAYABLE, "sent")
    assert finance.get("/payments", "other").json()["payments"] == []
    remittance = json.loads(finance.get(statement).content)
    assert remittance["reference"] == payment["reference"]
    for form, begins in (("statement.pdf", b"%PDF"), ("statement.xlsx", b"PK")):
        answer = finance.get(f"/runs/1/clinics/{CLINIC}/{form}")
        assert answer.content.startswith(begins)
        assert "attachment" in answer.headers["content-disposition"]
        problem(finance.get(f"/runs/1/clinics/{CLINIC}/{form}", "other"), 404, "not_found")
    for path in (f"/runs/1/clinics/{OTHER_CLINIC}/statement.pdf", f"/runs/1/clinics/{CLINIC}/x"):
        problem(finance.get(path, "reader"), 404, "not_found")
    assert PATIENT[:8] not in json.dumps(remittance)


def test_a_line_is_followed_to_the_bank_and_back(finance: Api) -> None:
    run = prepared(finance)
    line: Row = finance.get("/trace/lines/1/1", "finance").json()
    assert [(one["run"], one["is_settled"]) for one in line["parts"]] == [(1, False)] * 2
    moved(finance, run, "approve", "payout_chief")
    moved(finance, run, "export", "payout_preparer")
    found: Row = finance.get("/trace/lines/1/1", "finance").json()
    assert {one["is_settled"] for one in found["parts"]} == {True}
    (of_run,) = found["runs"]
    assert of_run["payment"]["amount_ore"] == sum(one["owed_ore"] for one in found["parts"])
    for transaction in of_run["transactions"]:
        back = finance.get(f"/trace/vouchers/{transaction['number']}", "finance").json()
        assert back["run"] == of_run
    page = finance.get("/trace/payments/000001-00001?limit=1", "finance").json()
    rest = finance.get("/trace/payments/000001-00001?limit=1&after=1", "finance").json()
    assert (page["next"], rest["next"]) == (1, None)
    assert [one["kind"] for one in (*page["items"], *rest["items"])] == ["line", "fee"]
    for path in ("/trace/lines/9/1", "/trace/payments/x", "/trace/vouchers/99"):
        problem(finance.get(path, "finance"), 404, "not_found")
    for path in ("/trace/payments/%00", "/runs/1/files/%00", "/runs/1/clinics/%00/statement.pdf"):
        problem(finance.get(path, "finance"), 400, "malformed")


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("/payees", {"account": {"kind": "bankgiro", "number": "99999998"}}, "malformed"),
        ("/payees", {"name": " "}, "malformed"),
        ("/payees", {"account": {"kind": "iban", "number": "1"}}, "malformed"),
        ("/payees", {"account": {"kind": "bankgiro", "number": "99999997", "x": 1}}, "malformed"),
        ("/payer", {"valid_from": "x"}, "malformed"),
    ],
)
def test_what_is_no_account(shared: Api, path: str, body: Row, name: str) -> None:
    sent = {**BODIES[path], **body}  # type: ignore[dict-item]
    problem(shared.post(path, sent, "payout_preparer"), 400, name)


def test_an_answer_that_is_none(finance: Api) -> None:
    run = prepared(finance)
    said = bank_answer(held(finance.database, 1), "ACSC", {})
    early = finance.post("/runs/1/answers", said, "payout_preparer", headers=XML)
    problem(early, 409, "not_in_this_state")
    moved(finance, run, "approve", "payout_chief")
    moved(finance, run, "export", "payout_preparer")
    for content in (b"<x/>", said.replace(b"000001-", b"000002-"), b"<!DOCTYPE x>" + said):
        answer = finance.post("/runs/1/answers", content, "payout_preparer", headers=XML)
        problem(answer, 422, "bank_answer_unreadable")
    problem(finance.post("/runs/1/answers", said, "payout_preparer"), 415, "unsupported_media_type")
