"""Applications over HTTP: begun, moved, decided, drawn down; what is wrong is told at once."""

from typing import Any

import pytest
from httpx import Response

from terms.person import without_dash
from tests import files
from tests.api.asking import CLINIC, OTHER_CLINIC, Api, Name, invoice, kept, noted, paths, problem
from tests.applications import assessed, assessment, content, planned, sent
from tests.commands import PATIENT, line
from tests.desks import Row
from tests.paper import pages

NUMBER = without_dash(PATIENT)


def begun(api: Api, number: str = "A-1", **fields: Any) -> Row:
    """A new application."""
    answer = api.post("/applications", sent(number, **fields))
    assert answer.status_code == 201, answer.text
    row: Row = answer.json()
    assert answer.headers["location"] == f"/applications/{row['id']}"
    return row


def asked(api: Api, row: Row, move: str, who: Name, **said: Any) -> Response:
    """A move is asked for."""
    body = {"after": row["stands"]["place"], **said}
    return api.post(f"/applications/{row['id']}/{move}", body, who)


def moved(api: Api, row: Row, move: str, who: Name, **said: Any) -> Row:
    """An application after a move."""
    answer = asked(api, row, move, who, **said)
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


def decided(api: Api, number: str = "A-1", **fields: Any) -> Row:
    """An application from draft to decision."""
    row = moved(api, begun(api, number), "submit", "clinic")
    row = moved(api, row, "take", "assessor")
    return moved(api, row, "decide", "assessor", assessment=assessment(**fields))


def test_what_it_would_lack_is_told_before_it_is_begun(api: Api) -> None:
    api.with_card()
    before = kept(api.database)
    for fields in ({}, {"category": None, "status": ""}, {"lines": [planned(code="704")]}):
        row = sent("checked", content=content(**fields))
        answer = api.post("/applications/check", row)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        missing = [one["field"] for one in found["required"] if one["is_due"] > one["is_given"]]
        assert [one["path"] for one in found["lacking"]] == [f"$.content.{one}" for one in missing]
        assert {one["place"].partition(",")[0] for one in found["required"]} == {
            "Bedömningsansökan"
        }
    told = problem(
        api.post("/applications/check", sent(region="atlantis")), 422, "application_refused"
    )
    assert [one["path"] for one in told["faults"]] == ["$.region"]
    assert kept(api.database) == before


def test_an_application_goes_its_way(api: Api) -> None:
    """From a draft that lacks something to a decision that an invoice draws down."""
    api.with_card()
    row = begun(api, content=content(category=None, status=""))
    assert [one["path"] for one in row["lacking"]] == ["$.content.category", "$.content.status"]
    told = problem(asked(api, row, "submit", "clinic"), 422, "application_incomplete")
    assert told["lacking"] == row["lacking"]
    assert told["stands"]["state"] == "draft"
    assert told["stands"]["may"] == ["save", "submit", "withdraw"]
    row = moved(api, row, "save", "clinic", content=content())
    assert row["lacking"] == []
    row = moved(api, row, "submit", "clinic")
    row = moved(api, row, "take", "assessor")
    row = moved(api, row, "ask-supplement", "assessor", said="Bild av 37?")
    more = content(xrays=[*content()["xrays"], {"exposed_on": "2026-02-19", "shows": "37"}])
    row = moved(api, row, "supplement", "clinic", content=more, said="Här.")
    row = moved(api, row, "ask-consultant", "assessor", said="Går det?", to="consultant")
    row = moved(api, row, "answer", "consultant", said="Ja.")
    cut = assessment(
        condition="Ny bild efter ett halvår.",
        lines=[assessed(1, count=1, amount_ore=200_000, motive="En räcker."),
               assessed(2, "refused", motive="Prognosen.")],
    )  # fmt: skip
    row = moved(api, row, "decide", "assessor", assessment=cut)
    assert row["stands"]["state"] == "approved_with_limits"
    assert row["stands"]["may"] == ["change"]
    (made,) = row["decisions"]
    assert made["assessment"]["condition"] == "Ny bild efter ett halvår."
    assert made["lines"] == [
        {"line": 1, "code": "407", "tooth": "36", "count": 1, "amount_ore": 200_000, "drawn": 0,
         "left": 1}
    ]  # fmt: skip
    lines = [line(code="407", tooth="36", treated_on="2026-02-19", price_ore=247_000)]
    decision = api.submitted(invoice("1", lines=lines)).json()
    assert decision["lines"][0]["preassessment"] == made["preassessment"]
    assert decision["allowed_ore"] == 200_000
    found = api.get(f"/applications/{row['id']}").json()
    assert (found["decisions"][0]["lines"][0]["drawn"], found["stands"]["may"]) == (1, ["appeal"])
    versions = [api.get(f"/applications/{row['id']}/versions/{one}").json() for one in (1, 2, 3)]
    assert [one["content"].get("category") for one in versions] == [None, "F5", "F5"]
    differing = api.get(f"/applications/{row['id']}/difference?before=2&after=3").json()
    assert differing["differences"] == [
        {"path": "$.xrays[1].exposed_on", "before": None, "after": "2026-02-19"},
        {"path": "$.xrays[1].shows", "before": None, "after": "37"},
    ]


def test_a_decision_has_a_letter(api: Api) -> None:
    """Before it is made too; the letter of a decision stays what it was."""
    row = moved(api, begun(api), "submit", "clinic")
    row = moved(api, row, "take", "assessor")
    wrong = {"assessment": assessment(lines=[assessed(1), assessed(2, "refused")])}
    told = problem(api.post("/applications/1/letter", wrong, "assessor"), 422, "application_faulty")
    assert [one["path"] for one in told["faults"]] == ["$.assessment.lines[1].motive"]
    before = kept(api.database)
    tried = api.post("/applications/1/letter", {"assessment": assessment()}, "assessor")
    assert tried.headers["content-type"] == "application/pdf"
    assert "Förhandsvisning, inget beslut" in pages(tried.content)[0]
    assert kept(api.database) == before
    problem(api.post("/applications/9/letter", {"assessment": assessment()}, "assessor"), 404,
            "not_found")  # fmt: skip
    row = moved(api, row, "decide", "assessor", assessment=assessment())
    place = row["decisions"][0]["place"]
    letter = api.get(f"/applications/1/decisions/{place}/letter")
    assert letter.headers["content-disposition"] == 'attachment; filename="beslut-A1.pdf"'
    (page,) = pages(letter.content)
    for said in ("Region Jönköpings län", "Godkänd", "F-tandvård, kategori F5", "407 ", "A1"):
        assert said in page, said
    more = content(lines=[*content()["lines"], planned(3)])
    row = moved(api, row, "appeal", "clinic", said="Se bilden.", content=more)
    assert api.get(f"/applications/1/decisions/{place}/letter").content == letter.content
    problem(api.get("/applications/1/decisions/3/letter"), 404, "not_found")
    problem(api.get(f"/applications/1/decisions/{place}/letter", "other"), 404, "not_found")


def test_a_supplement_is_asked_for_by_a_day_that_clinic_and_lists_show(api: Api) -> None:
    row = moved(api, begun(api), "submit", "clinic")
    row = moved(api, row, "take", "assessor")
    asked = {"after": row["stands"]["place"], "said": "Bild?"}
    late = api.post(
        "/applications/1/ask-supplement", {**asked, "answer_by": "2026-02-19"}, "assessor"
    )
    (fault,) = problem(late, 422, "application_faulty")["faults"]
    assert fault["path"] == "$.answer_by"
    moved(api, row, "ask-supplement", "assessor", said="Bild?", answer_by="2026-03-01")
    assert api.get("/applications/1").json()["moves"][-1]["answer_by"] == "2026-03-01"
    (listed,) = api.get("/applications").json()["applications"]
    assert listed["answer_by"] == "2026-03-01"


def test_an_approval_opens_a_new_allowance(api: Api) -> None:
    """Seen in what is left for the patient, with the application itself."""
    api.with_card()
    decided(api)

    def stands(on: str) -> Row:
        body = {"patient": PATIENT, "support": "F", "on": on}
        row: Row = api.post("/patients/standing", body).json()
        return row

    (ceiling,) = stands("2026-03-01")["ceilings"]
    assert (ceiling["covers_from"], ceiling["left_ore"]) == ("2026-02-20", 1_600_000)
    assert [one["is_expiring"] for one in stands("2026-03-01")["applications"]] == [False]
    assert [one["is_expiring"] for one in stands("2026-12-01")["applications"]] == [True]


def test_a_changed_decision_names_the_one_it_replaces(api: Api) -> None:
    row = decided(api)
    row = moved(api, row, "change", "second", said="Fel rad.")
    nothing = assessment(lines=[assessed(one, "refused", motive="Nej.") for one in (1, 2)])
    row = moved(api, row, "decide", "second", assessment=nothing)
    names = [(one["preassessment"], one["replaces"]) for one in row["decisions"]]
    assert names == [("A1", None), ("A1-2", "A1")]
    found = api.post("/preassessments/find", {"patient": PATIENT}, "assessor").json()
    assert [(one["id"], one["replaces"]) for one in found["preassessments"]] == names
    row = moved(api, row, "appeal", "clinic", said="Se bilden.")
    assert moved(api, row, "withdraw", "clinic")["stands"]["state"] == "refused"


# --- who is told what --------------------------------------------------------------------------


def test_of_two_one_wins_and_the_other_is_told_how_it_stands(api: Api) -> None:
    row = moved(api, begun(api), "submit", "clinic")
    moved(api, row, "take", "assessor")
    before = kept(api.database), noted(api.database)
    for who, move, said in (
        ("second", "take", {}), ("clinic", "supplement", {"content": content()}),
        ("clinic", "withdraw", {}),
    ):  # fmt: skip
        told = problem(asked(api, row, move, who, **said), 409, "application_moved_on")  # type: ignore[arg-type]
        assert told["stands"]["state"] == "under_assessment"
        assert (told["stands"]["holder"], told["stands"]["place"]) == ("assessor", 3)
    assert (kept(api.database), noted(api.database)) == before


def test_what_is_not_possible_is_told_with_what_is(api: Api) -> None:
    row = moved(api, begun(api), "submit", "clinic")
    told = problem(asked(api, row, "save", "clinic", content=content()), 409,
                   "application_not_possible")  # fmt: skip
    assert told["stands"]["may"] == ["supplement", "withdraw"]
    told = problem(asked(api, row, "decide", "assessor", assessment=assessment()), 409,
                   "application_not_possible")  # fmt: skip
    assert told["stands"]["may"] == ["take"]
    row = moved(api, row, "take", "assessor")
    told = problem(asked(api, row, "put-back", "second"), 409, "application_held_by_other")
    assert told["stands"]["holder"] == "assessor"


def test_every_fault_of_a_decision_is_told_with_its_path(api: Api) -> None:
    row = moved(api, moved(api, begun(api), "submit", "clinic"), "take", "assessor")
    wrong = assessment(motive="", covers_to=None, lines=[assessed(1, count=9), assessed(3)])
    told = problem(asked(api, row, "decide", "assessor", assessment=wrong), 422,
                   "application_faulty")  # fmt: skip
    assert [one["path"] for one in told["faults"]] == [
        "$.assessment.motive", "$.assessment.lines", "$.assessment.lines[0].count",
        "$.assessment.lines[1].line", "$.assessment.covers_to",
    ]  # fmt: skip
    assert all("{" not in one["message"] for one in told["faults"])


def test_what_is_nobody_s_or_has_no_rules_is_refused_whole(api: Api) -> None:
    before = kept(api.database)
    row = sent(patient="194805121012", region="atlantis")
    told = problem(api.post("/applications", row), 422, "application_refused")
    assert [one["path"] for one in told["faults"]] == ["$.patient", "$.region"]
    row = sent(protected_identity=True, region="atlantis")
    told = problem(api.post("/applications", row), 422, "application_refused")
    assert [one["path"] for one in told["faults"]] == ["$.protected_identity"]
    assert NUMBER not in str(told).replace("-", "")
    assert kept(api.database) == before


def test_the_same_sent_again_is_answered_by_what_it_has_become(api: Api) -> None:
    row = moved(api, begun(api), "submit", "clinic")
    before = kept(api.database)
    again = api.post("/applications", sent())
    assert (again.status_code, again.json()) == (200, row)
    told = problem(api.post("/applications", sent(content=content(status="Nytt."))), 409,
                   "number_reused")  # fmt: skip
    assert "samma nummer" in told["detail"]
    assert kept(api.database) == before


def test_a_clinic_sees_and_moves_its_own_alone(api: Api) -> None:
    mine = moved(api, begun(api), "submit", "clinic")
    theirs = api.post("/applications", sent(clinic=OTHER_CLINIC), "other").json()
    before = kept(api.database)
    key = theirs["id"]
    for path in ("", "/versions/1", "/difference?before=1&after=1"):
        nowhere = api.get(f"/applications/99{path}")
        assert api.get(f"/applications/{key}{path}").content == nowhere.content
        problem(nowhere, 404, "not_found")
    problem(asked(api, theirs, "submit", "clinic"), 404, "not_found")
    problem(asked(api, mine, "withdraw", "other"), 404, "not_found")
    problem(api.post("/applications", sent("x", clinic=OTHER_CLINIC)), 403, "other_clinic")
    problem(api.get("/applications", params={"clinic": OTHER_CLINIC}), 403, "other_clinic")
    assert [one["id"] for one in api.get("/applications").json()["applications"]] == [mine["id"]]
    assert [one["id"] for one in api.get("/applications", "other").json()["applications"]] == [key]
    assert kept(api.database) == before


def test_lists_tell_nobody_s_number(api: Api) -> None:
    """And what ends soon names the application, not the patient."""
    row = decided(api, covers_to="2026-03-31")
    queue = api.get("/applications?in_state=approved&limit=1", "assessor")
    (one,) = queue.json()["applications"]
    assert (one["id"], one["state"], one["submitted_on"]) == (row["id"], "approved", "2026-02-20")
    ending = api.get("/applications/expiring", "assessor")
    (found,) = ending.json()["expiring"]
    assert (found["preassessment"], found["application"], found["clinic"]) == (
        "A1", row["id"], CLINIC,
    )  # fmt: skip
    assert [left["left"] for left in found["lines"]] == [2, 1]
    assert api.get("/applications/expiring?within_days=38", "clinic").json()["expiring"] == []
    assert api.get("/applications/expiring", "other").json()["expiring"] == []
    for text in (queue.text, ending.text):
        assert NUMBER not in text
        assert PATIENT not in text


def test_every_look_and_move_is_noted(api: Api) -> None:
    row = moved(api, begun(api), "submit", "clinic")
    api.get(f"/applications/{row['id']}", "assessor")
    api.get(f"/applications/{row['id']}/versions/1", "reader")
    row = moved(api, row, "take", "assessor")
    moved(api, row, "decide", "assessor", assessment=assessment())
    api.get("/applications", "assessor")
    api.post("/applications", sent())
    told = [one for one in noted(api.database) if one[0] != "issue_token"]
    assert told == [
        ("move_application", "clinic", NUMBER), ("move_application", "clinic", NUMBER),
        ("read_application", "assessor", NUMBER), ("read_application", "reader", NUMBER),
        ("move_application", "assessor", NUMBER), ("put_preassessment", "assessor", NUMBER),
        ("move_application", "assessor", NUMBER), ("list_applications", "assessor", None),
        ("read_application", "clinic", NUMBER),
    ]  # fmt: skip


# --- what is sent ------------------------------------------------------------------------------


def test_everything_that_cannot_be_read_is_told(shared: Api) -> None:
    broken = sent(
        support="X",
        content=content(
            kind="later", xrays=[{"exposed_on": "2026-02-30"}], lines=[planned(0, count=0), 7],
            colour="red",
        ),
    )  # fmt: skip
    assert paths(shared.post("/applications", broken)) == [
        "$.support", "$.content.colour", "$.content.kind", "$.content.xrays[0].exposed_on",
        "$.content.lines[0].line", "$.content.lines[0].count", "$.content.lines[1]",
    ]  # fmt: skip
    told = shared.post("/applications", broken).json()["faults"]
    assert told[2]["message"] == "ska vara något av advance, retrospective"
    key = begun(shared, "read")["id"]
    for move, body, path in (
        ("submit", {}, "$.after"), ("submit", {"after": 0}, "$.after"),
        ("submit", {"after": 2**31}, "$.after"), ("submit", {"after": 1, "said": "x"}, "$.said"),
        ("save", {"after": 1}, "$.content"), ("appeal", {"after": 1}, "$.said"),
    ):  # fmt: skip
        assert paths(shared.post(f"/applications/{key}/{move}", body)) == [path]
    body = {"after": 1, "assessment": {"motive": "x", "lines": [assessed(1, "maybe")]}}
    answer = shared.post(f"/applications/{key}/decide", body, "assessor")
    assert paths(answer) == ["$.assessment.lines[0].outcome"]
    for asking, path in (
        ("?in_state=open", "?in_state"), ("?after=-1", "?after"), ("?waits_for=god", "?waits_for"),
        ("/expiring?within_days=3661", "?within_days"), (f"/{key}/difference?before=1", "?after"),
        (f"/{key}/versions/0", "{version}"), ("/0", "{key}"),
    ):  # fmt: skip
        assert paths(shared.get(f"/applications{asking}")) == [path]


HOSTILE: dict[str, tuple[Any, set[int]]] = {
    "a plan of thousands": (
        sent("h1", content=content(lines=[planned(place) for place in range(1, 9_000)])), {201},
    ),
    "all of one number": (sent("h2", content=content(lines=[planned()] * 9_000)), {201}),
    "thousands of x-rays": (
        sent("h3", content=content(xrays=[{"exposed_on": "9999-12-31"}] * 9_000)), {201},
    ),
    "a huge status": (sent("h4", content=content(status="x" * 1_000_000)), {201}),
    "a code of a megabyte": (
        sent("h5", content=content(lines=[planned(code="4" * 1_000_000)])), {201},
    ),
    "NUL": (sent("h6", content=content(status="\0")), {400}),
    "a lone surrogate": (b'{"clinic":"\\ud800"}', {400}),
    "nested": (b'{"content":' * 50_000, {400}),
    "years ahead": (
        sent("h7", content=content(kind="retrospective", lines=[
            planned(place, done_on=f"{place:04}-12-31") for place in range(1, 9_000)])), {201},
    ),
    "more than a megabyte": (sent("h8", content=content(status="x" * (1 << 20))), {413}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_sent_to_hurt_is_kept_or_refused_cleanly(shared: Api, name: str) -> None:
    """A draft may be nonsense; it is not taken, and never a defect."""
    body, statuses = HOSTILE[name]
    answer = shared.post("/applications", body)
    assert answer.status_code in statuses, answer.text[:300]
    if answer.status_code == 201:
        row = answer.json()
        answer = asked(shared, row, "submit", "clinic")
        assert answer.status_code in {200, 422}
        assert answer.status_code == 422 or name in {"a plan of thousands", "a huge status"}


def test_a_clinic_encloses_and_an_assessor_opens(api: Api) -> None:
    """By kind, with each version; what is not there is told with its path."""
    api.with_card()
    row = begun(api)
    photo, xray = api.attached(files.png(), kind="photo"), api.attached(files.jpeg(), kind="xray")
    shown = [*content()["xrays"], {"exposed_on": "2026-02-19", "attachment": xray}]
    for wrong in (photo + 99, api.announced()):
        told = asked(api, row, "save", "clinic", content=content(attachments=[photo, wrong]))
        (fault,) = problem(told, 422, "application_faulty")["faults"]
        assert fault["path"] == "$.content.attachments[1]"
    with_photo = content(attachments=[photo], xrays=shown)
    row = moved(api, row, "submit", "clinic", content=with_photo)
    row = moved(api, row, "supplement", "clinic", content=content(xrays=shown))
    for version, keys in ((1, []), (2, [photo, xray]), (3, [xray])):
        found = api.get(f"/applications/{row['id']}/versions/{version}", "assessor").json()
        assert [one["id"] for one in found["enclosures"]] == keys
    (enclosed,) = api.get(f"/applications/{row['id']}", "assessor").json()["enclosures"]
    assert (enclosed["kind"], enclosed["content"]["media_type"]) == ("xray", "image/jpeg")
    assert api.get(f"/attachments/{xray}/content", "assessor").content == files.jpeg()
