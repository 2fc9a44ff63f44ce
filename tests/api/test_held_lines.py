"""Held lines and re-decisions over HTTP, as a clinic and an assessor meet them."""

from datetime import date
from typing import Any

import pytest

from tests import desks
from tests.api.asking import Api, Name, invoice, issued, noted, problem
from tests.commands import PATIENT, application, line
from tests.desks import Row

DOCUMENT_MISSING = line(line=2, code="303", price_ore=124_500)
NEEDS_APPLICATION = line(line=3, code="108", price_ore=189_500)
HELD = (DOCUMENT_MISSING, NEEDS_APPLICATION)


def settled(api: Api, number: int, version: int = 1, who: Name = "assessor", **fields: Any) -> Any:
    body = {"version": version, "is_approved": True, **fields}
    return api.post(f"/invoices/1/lines/{number}/assessment", body, who)


@pytest.fixture
def api(api: Api) -> Api:
    """With an invoice of which two lines wait."""
    api.with_card()
    answer = api.submitted(invoice(lines=[line(), *HELD]))
    assert [one["outcome"] for one in answer.json()["lines"]] == [
        "approved", "needs_document", "needs_preassessment",
    ]  # fmt: skip
    return api


def test_a_held_line_is_settled_and_the_first_answer_stays(api: Api) -> None:
    first = api.post("/invoices", invoice(lines=[line(), *HELD]))
    assert "link" not in first.headers
    answer = settled(api, 3, amount_ore=150_000, motive="Utredningen var nödvändig.")
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == "/invoices/1/versions/2"
    now = answer.json()["decision"]
    assert now["status"] == "pending"
    assert now["lines"][2]["allowed_ore"] == 150_000
    codes = [one["code"] for one in now["lines"][2]["findings"]]
    assert codes == ["price_above_tariff", "approved_by_assessor"]
    assert now["patient_fee_ore"] + now["payable_ore"] == now["allowed_ore"] == 260_000
    again = api.post("/invoices", invoice(lines=[line(), *HELD]))
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["link"] == '</invoices/1/versions/2>; rel="latest-version"'
    read = api.get("/invoices/1").json()
    assert (read["version"], read["decision"]) == (2, now)
    (listed,) = api.get("/invoices").json()["invoices"]
    assert (listed["id"], listed["version"], listed["payable_ore"]) == (1, 2, now["payable_ore"])
    versions = api.get("/invoices/1/versions").json()["versions"]
    assert [(one["version"], one["cause"], one["made_by"]) for one in versions] == [
        (1, "submitted", None), (2, "assessed", "assessor"),
    ]  # fmt: skip
    assert versions[1]["motive"] == "Utredningen var nödvändig."
    old = api.get("/invoices/1/versions/1").json()
    assert old["decision"] == first.json()
    differing = api.get("/invoices/1/difference?before=1&after=2").json()
    assert [one["after"]["line"] for one in differing["lines"]] == [3]
    assert differing["fees"] == []
    assert differing["after"]["payable_ore"] - differing["before"]["payable_ore"] == 150_000


def test_a_refusal_has_a_motive_and_can_be_reconsidered(api: Api) -> None:
    paths = [
        one["path"]
        for one in problem(settled(api, 2, is_approved=False, amount_ore=1), 422, "not_assessed")[
            "faults"
        ]
    ]
    assert paths == ["$.motive", "$.amount_ore"]
    answer = settled(api, 2, is_approved=False, motive="Anteckningen saknas.")
    (found,) = answer.json()["decision"]["lines"][1]["findings"]
    assert (found["code"], found["motive"]) == ("refused_by_assessor", "Anteckningen saknas.")
    assert answer.json()["decision"]["lines"][1]["outcome"] == "denied"
    later = settled(api, 2, version=2)
    assert later.json()["decision"]["lines"][1]["outcome"] == "approved"
    problem(settled(api, 2, version=3), 409, "line_not_held")


def test_who_read_another_version_is_told_of_the_current_one(api: Api) -> None:
    assert settled(api, 3).status_code == 201
    answer = settled(api, 2)
    problem(answer, 409, "version_changed")
    assert answer.headers["link"] == '</invoices/1/versions/2>; rel="latest-version"'
    problem(settled(api, 9, version=2), 404, "not_found")
    problem(settled(api, 1, version=2), 409, "line_not_held")
    problem(api.post("/invoices/2/lines/1/take", {}, "assessor"), 404, "not_found")


def test_the_queue(api: Api) -> None:
    def queue(query: str = "") -> list[tuple[int, str, str | None]]:
        page = api.get(f"/held-lines{query}", "assessor").json()
        return [(one["line"], one["outcome"], one["owner"]) for one in page["lines"]]

    both = [(2, "needs_document", None), (3, "needs_preassessment", None)]
    assert queue() == both
    (second,) = api.get("/held-lines?finding=preassessment_required", "assessor").json()["lines"]
    assert (second["invoice"], second["line"], second["findings"]) == (
        1, 3, ["preassessment_required"],
    )  # fmt: skip
    assert (second["region"], second["received_on"], second["days_waited"]) == (
        "jonkoping", "2026-02-20", 0,
    )  # fmt: skip
    assert "19480512" not in str(second)
    assert api.post("/invoices/1/lines/2/take", {}, "assessor").json() == {"is_taken": True}
    assert queue("?owner=assessor") == [(2, "needs_document", "assessor")]
    assert queue("?owner=") == both[1:]
    first_page = api.get("/held-lines?limit=1", "assessor").json()
    assert queue(f"?after={first_page['next']}") == both[1:]
    for query, many in (
        ("support=N", 0), ("support=F", 2), ("region=dalarna", 0), ("outcome=needs_document", 1),
        ("clinic=SE0", 0), ("received_to=2026-02-19", 0), ("received_to=2026-02-20", 2),
    ):  # fmt: skip
        assert len(queue(f"?{query}")) == many, query
    assert settled(api, 2).status_code == 201
    (left,) = api.get("/held-lines", "assessor").json()["lines"]
    assert (left["line"], left["version"]) == (3, 2)


def test_lines_are_numbered_by_the_clinic_as_high_as_it_likes(api: Api) -> None:
    high = (2**32, 2**53, 9 * 10**18)
    lines = [
        {**NEEDS_APPLICATION, "line": one, "treated_on": f"2026-02-1{place}"}
        for place, one in enumerate(high)
    ]
    assert api.submitted(invoice(number="high", lines=lines)).status_code == 201
    found, after = list[int](), ""
    while after is not None:
        page = api.get(f"/held-lines?limit=2{after}", "assessor").json()
        found += [one["line"] for one in page["lines"]]
        after = page["next"] and f"&after={page['next']}"
    assert found == [2, 3, *high]
    for one in high:
        path = f"/invoices/2/lines/{one}"
        assert api.post(f"{path}/take", {}, "assessor").json() == {"is_taken": True}
        body = {"version": 1, "kinds": ["xray"], "question": "Var är bilden?"}
        assert api.post(f"{path}/question", body, "assessor").status_code == 201
    for wrong in ("1", "1.", "0.1", "1.0", "1.1.1", "x.1", "1,1", f"{10**18}.1"):
        problem(api.get(f"/held-lines?after={wrong}", "assessor"), 400, "malformed")
    last = f"{10**18 - 1}.{10**19 - 1}"
    assert api.get(f"/held-lines?after={last}", "assessor").json()["lines"] == []


def test_a_line_that_somebody_has_taken_is_theirs(api: Api) -> None:

    api.secrets["reader"] = issued(api.database, "another assessor", "assessor")
    assert api.post("/invoices/1/lines/2/take", {}, "reader").status_code == 200
    assert api.post("/invoices/1/lines/2/take", {}, "reader").status_code == 200
    told = problem(settled(api, 2), 409, "line_taken")
    assert "another assessor" in told["detail"]
    problem(api.post("/invoices/1/lines/2/take", {}, "assessor"), 409, "line_taken")
    assert api.post("/invoices/1/lines/2/put-back", {}, "assessor").status_code == 200
    assert settled(api, 2).status_code == 201


def test_the_clinic_sees_what_it_is_asked_for_as_long_as_the_line_waits(api: Api) -> None:
    asked = {"version": 1, "kinds": ["day_note"], "question": "Vilken tand gäller det?"}
    answer = api.post("/invoices/1/lines/2/question", asked, "assessor")
    assert answer.status_code == 201
    shown = [{"line": 2, "kinds": ["day_note"], "question": "Vilken tand gäller det?"}]
    assert api.get("/invoices/1").json()["asked_for"] == shown
    assert api.get("/held-lines", "assessor").json()["lines"][0]["is_asked_for"] is True
    assert settled(api, 2).status_code == 201
    assert api.get("/invoices/1").json()["asked_for"] == []
    problem(
        api.post("/invoices/1/lines/2/question", {**asked, "version": 2}, "assessor"),
        409, "line_not_held",
    )  # fmt: skip


def test_a_settled_line_is_credited_like_any_other(api: Api) -> None:
    assert settled(api, 3).status_code == 201
    credited = api.post("/invoices/1/credit", {"lines": [3]})
    assert credited.status_code == 201
    assert credited.json()["allowed_ore"] == 189_500
    problem(api.post("/invoices/1/credit", {"lines": [3]}), 409, "not_credited")
    assert api.get("/invoices/1").json()["credits"] == [credited.json()]


# --- decided again -------------------------------------------------------------------------------

YEAR = {"support": "F", "treated_from": "2026-01-01", "treated_to": "2026-12-31"}


def proposed(api: Api, **cause: str) -> Row:
    answer = api.post("/redecisions", {"cause": cause}, "assessor")
    assert answer.status_code == 201, answer.text
    found: Row = answer.json()
    assert api.get(answer.headers["location"], "assessor").json() == found
    return found


def approved(api: Api, proposal: Row, digest: str | None = None) -> Any:
    body = {"digest": digest or proposal["digest"]}
    return api.post(f"/redecisions/{proposal['id']}/approve", body, "assessor")


def test_an_application_that_came_later_frees_what_waited(api: Api) -> None:
    late = application(lines=[{"line": 1, "code": "108"}])
    assert api.post("/preassessments", late, "registrar").status_code == 201
    proposal = proposed(api, kind="preassessment", id=late["id"])
    assert proposal["summary"] == {
        "patients": 1, "invoices": 1, "lines": 1,
        "before": {"allowed_ore": 110_000, "patient_fee_ore": 20_000, "payable_ore": 90_000},
        "after": {"allowed_ore": 299_500, "patient_fee_ore": 20_000, "payable_ore": 279_500},
    }  # fmt: skip
    ((change,),) = api.get(f"/redecisions/{proposal['id']}/changes", "assessor").json()["patients"]
    (changed,) = change["lines"]
    assert changed["before"]["outcome"] == "needs_preassessment"
    assert changed["after"]["preassessment"] == late["id"]
    assert api.get("/invoices/1").json()["version"] == 1
    assert approved(api, proposal).status_code == 200
    read = api.get("/invoices/1").json()
    assert (read["version"], read["taken_back"]) == (2, [])
    assert read["decision"]["lines"][2]["outcome"] == "approved"
    problem(approved(api, proposal), 409, "already_approved")


def test_a_voided_card_takes_back_what_stood_and_is_netted(api: Api) -> None:
    assert settled(api, 3).status_code == 201
    void = {"number": "F-1", "voided_on": "2026-01-01"}
    assert api.post("/cards/void", void, "registrar").status_code == 200
    proposal = proposed(api, kind="card", number="F-1")
    problem(approved(api, proposal, "00"), 409, "other_digest")
    assert approved(api, proposal).json()["is_approved"] is True
    read = api.get("/invoices/1").json()
    assert read["version"] == 3
    assert {one["outcome"] for one in read["decision"]["lines"]} == {"denied"}
    assert read["decision"]["payable_ore"] == 0
    (credit,) = read["taken_back"]
    assert (credit["allowed_ore"], credit["patient_fee_ore"]) == (299_500, 20_000)
    problem(api.post("/invoices/1/credit", {}), 409, "not_credited")
    anew = proposed(api, kind="card", number="F-1")
    assert anew["summary"]["invoices"] == 0
    problem(approved(api, anew), 409, "nothing_changes")
    listed = api.get("/redecisions?limit=1", "assessor").json()
    assert (listed["proposals"], listed["next"]) == ([anew], anew["id"])
    rest = api.get(f"/redecisions?before={anew['id']}", "assessor").json()
    assert [(one["id"], one["is_approved"]) for one in rest["proposals"]] == [
        (proposal["id"], True)
    ]
    assert rest["next"] is None


def test_what_has_changed_since_it_was_shown_is_not_carried_out(api: Api) -> None:
    void = {"number": "F-1", "voided_on": "2026-01-01"}
    api.post("/cards/void", void, "registrar")
    proposal = proposed(api, kind="card", number="F-1")
    assert settled(api, 2, is_approved=False, motive="Nej.").status_code == 201
    before = api.get("/invoices/1").json()
    problem(approved(api, proposal), 409, "outdated")
    assert api.get("/invoices/1").json() == before
    assert approved(api, proposed(api, kind="card", number="F-1")).status_code == 200


def test_a_free_card_that_was_found_gives_the_fee_back(api: Api) -> None:
    found = {
        "patient": PATIENT, "number": "E-1", "valid_from": "2026-01-01", "valid_to": "2026-06-30"
    }  # fmt: skip
    assert api.post("/free-cards", found, "assessor").status_code == 201
    assert api.post("/free-cards", found, "assessor").status_code == 200
    problem(api.post("/free-cards", {**found, "valid_to": "2026-07-30"}, "assessor"), 409,
            "reference_data")  # fmt: skip
    problem(api.post("/free-cards", {**found, "number": "E-2", "valid_to": "2025-01-01"},
                     "assessor"), 409, "reference_data")  # fmt: skip
    problem(
        api.post("/free-cards", {**found, "patient": "19120101-0010"}, "assessor"), 404, "not_found"
    )
    proposal = proposed(api, kind="free_card", number="E-1")
    assert approved(api, proposal).status_code == 200
    read = api.get("/invoices/1").json()
    assert (read["decision"]["patient_fee_ore"], read["decision"]["payable_ore"]) == (0, 110_000)
    assert read["decision"]["visits"][0]["reason"] == "free_card"
    (credit,) = read["taken_back"]
    assert (credit["lines"], credit["patient_fee_ore"], credit["payable_ore"]) == (
        [], 20_000, -20_000,
    )  # fmt: skip


@pytest.mark.parametrize(
    "cause", [{"kind": "card", "number": "-"}, {"kind": "preassessment", "id": "-"},
              {"kind": "free_card", "number": "-"}, {"kind": "rules", "region": "-", **YEAR},
              {"kind": "rules", "region": "dalarna", **YEAR, "support": "S"}],
)  # fmt: skip
def test_a_cause_that_is_not_there(api: Api, cause: Row) -> None:
    problem(api.post("/redecisions", {"cause": cause}, "assessor"), 404, "not_found")


def gone_on(api: Api, proposal: Row) -> Row:
    answer = api.post(f"/redecisions/{proposal['id']}/continue", None, "assessor")
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


def test_a_corrected_rule_is_proposed_step_by_step(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for a step too many gets what there is; carried out when complete."""
    for at in ("causes", "proposing"):
        monkeypatch.setattr(f"storage.{at}.PATIENTS_AT_ONCE", 1)
    for number in (2, 3, 4):
        patient = desks.person_number(date(1950, 1, number))
        api.with_card(number=f"F-{number}", patient=patient)
        api.submitted(invoice(str(number), patient=patient))
        void = {"number": f"F-{number}", "voided_on": "2026-01-01"}
        assert api.post("/cards/void", void, "registrar").status_code == 200
    proposal = proposed(api, kind="rules", region="jonkoping", **YEAR)
    assert (proposal["reached"], proposal["is_complete"]) == (0, False)
    seen = []
    while not proposal["is_complete"]:
        problem(approved(api, proposal), 409, "incomplete")
        proposal = gone_on(api, proposal)
        assert api.get(f"/redecisions/{proposal['id']}", "assessor").json() == proposal
        seen.append((proposal["reached"], proposal["summary"]["patients"]))
    assert seen == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert proposal["through"] == 4
    assert gone_on(api, proposal) == proposal
    after = proposal["summary"]["after"]
    assert (proposal["summary"]["invoices"], after["allowed_ore"]) == (3, 0)
    assert approved(api, proposal).json()["is_approved"] is True
    assert [api.get(f"/invoices/{key}").json()["version"] for key in (1, 2, 3, 4)] == [1, 2, 2, 2]
    problem(api.post("/redecisions/9/continue", None, "assessor"), 404, "not_found")


def test_a_period_that_ends_before_it_begins_is_told(api: Api) -> None:
    cause = {"kind": "rules", "region": "jonkoping", **YEAR, "treated_to": "2025-12-31"}
    answer = api.post("/redecisions", {"cause": cause}, "assessor")
    (fault,) = problem(answer, 422, "days_backwards")["faults"]
    assert fault["path"] == "$.cause.treated_to"


def test_what_is_no_cause_is_told_with_its_path(api: Api) -> None:
    answer = api.post("/redecisions", {"cause": {"kind": "weather"}}, "assessor")
    assert [one["path"] for one in problem(answer, 400, "malformed")["faults"]] == ["$.cause.kind"]


def test_everything_is_noted(api: Api) -> None:
    """Each act and each look, by whom and of whom."""
    patient = PATIENT.replace("-", "")
    start = len(noted(api.database))
    settled(api, 3)
    api.post("/invoices/1/lines/2/take", {}, "assessor")
    asked = {"version": 2, "kinds": ["day_note"], "question": "?"}
    api.post("/invoices/1/lines/2/question", asked, "assessor")
    api.get("/held-lines", "assessor")
    api.get("/invoices/1/versions")
    void = {"number": "F-1", "voided_on": "2026-01-01"}
    api.post("/cards/void", void, "registrar")
    proposal = proposed(api, kind="card", number="F-1")
    api.get("/redecisions/1/changes", "assessor")
    approved(api, proposal)
    assert [one for one in noted(api.database)[start:] if one[0] != "void_card"] == [
        ("assess", "assessor", patient),
        ("claim_line", "assessor", patient),
        ("ask_for_material", "assessor", patient),
        ("list_held_lines", "assessor", None),
        ("read_versions", "clinic", patient),
        ("preview_redecision", "assessor", None),
        ("preview_redecision", "assessor", patient),
        ("read_redecision", "assessor", None),
        ("read_redecision", "assessor", patient),
        ("redecide", "assessor", patient),
    ]


def test_another_clinic_sees_nothing_of_it(api: Api) -> None:
    settled(api, 3)
    for path in ("/invoices/1/versions", "/invoices/1/versions/2",
                 "/invoices/1/difference?before=1&after=2"):  # fmt: skip
        problem(api.get(path, "other"), 404, "not_found")
    problem(api.get("/invoices/1/versions/3"), 404, "not_found")
    problem(api.get("/invoices/1/difference?before=1&after=3"), 404, "not_found")
    problem(api.get("/invoices/2"), 404, "not_found")  # a later version has no address of its own
