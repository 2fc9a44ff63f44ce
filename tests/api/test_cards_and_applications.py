"""Cards and decided applications over HTTP: put once, never changed, found by patient."""

from typing import Any

import pytest

from terms.person import without_dash
from tests.api.asking import Api, kept, problem
from tests.commands import PATIENT, application, card
from tests.desks import Row

FULL_CARD = card("full", diagnosis="MS", valid_to="2026-06-30")
FULL_APPLICATION = application(
    "full",
    lines=[
        {"line": 1, "code": "405", "tooth": "16", "count": 1000, "amount_ore": 1_000_000_000},
        {"line": 2, "code": "Ö", "tooth": None, "count": 1, "amount_ore": 0},
    ],
)


def found(api: Api, what: str, patient: str = PATIENT, who: Any = "registrar") -> list[Row]:
    answer = api.post(f"/{what}/find", {"patient": patient}, who)
    assert answer.status_code == 200
    rows: list[Row] = answer.json()[what]
    return rows


def stored(row: Row) -> Row:
    """What was put in, as it is found again: the number without a dash, null for what is not."""
    is_card = "category" in row
    optional = dict.fromkeys(("diagnosis", "valid_to", "voided_on")) if is_card else {}
    back = {**optional, **row, "patient": without_dash(row["patient"])}
    if not is_card:
        defaults = {"tooth": None, "count": 1, "amount_ore": None}
        lines = sorted(row["lines"], key=lambda line: line["line"])
        back.setdefault("replaces", None)
        back["lines"] = [{**defaults, **line} for line in lines]
    return back


@pytest.mark.parametrize(
    ("what", "row"),
    [("cards", card()), ("cards", FULL_CARD), ("cards", card(voided_on="2026-01-01")),
     ("preassessments", application()), ("preassessments", FULL_APPLICATION),
     ("preassessments", application(lines=[]))],
)  # fmt: skip
def test_what_is_put_in_is_found_as_it_was(api: Api, what: str, row: Row) -> None:
    first = api.post(f"/{what}", row, "registrar")
    assert first.status_code == 201
    before = kept(api.database)
    same = {**row, "patient": without_dash(row["patient"])}
    for again in (row, same):
        answer = api.post(f"/{what}", again, "registrar")
        assert answer.status_code == 200
        assert answer.json() == {**first.json(), "patient": again["patient"]}
    assert kept(api.database) == before
    for patient in (PATIENT, without_dash(PATIENT)):
        assert found(api, what, patient) == [stored(row)]
    assert found(api, what, who="reader") == [stored(row)]


@pytest.mark.parametrize(
    ("what", "row", "name", "values"),
    [
        ("cards", FULL_CARD, "patient", ["194106151121"]),
        ("cards", FULL_CARD, "region", ["dalarna"]),
        ("cards", FULL_CARD, "category", ["F2"]),
        ("cards", FULL_CARD, "diagnosis", [None, "", "ms"]),
        ("cards", FULL_CARD, "valid_from", ["2020-01-02"]),
        ("cards", FULL_CARD, "valid_to", [None, "2026-07-01"]),
        ("cards", FULL_CARD, "voided_on", ["2026-01-01"]),
        ("preassessments", FULL_APPLICATION, "patient", ["194106151121"]),
        ("preassessments", FULL_APPLICATION, "region", ["dalarna"]),
        ("preassessments", FULL_APPLICATION, "support", ["N"]),
        ("preassessments", FULL_APPLICATION, "decided_on", ["2026-01-02"]),
        ("preassessments", FULL_APPLICATION, "covers_from", ["2026-01-02"]),
        ("preassessments", FULL_APPLICATION, "covers_to", ["2026-12-30"]),
        ("preassessments", FULL_APPLICATION, "lines",
         [[], FULL_APPLICATION["lines"][:1],
          [{**FULL_APPLICATION["lines"][0], "count": 2}, FULL_APPLICATION["lines"][1]]]),
    ],
)  # fmt: skip
def test_what_is_there_with_other_content_is_refused(
    shared: Api, what: str, row: Row, name: str, values: list[Any]
) -> None:
    assert shared.post(f"/{what}", row, "registrar").status_code in {200, 201}
    before = kept(shared.database)
    for value in values:
        answer = shared.post(f"/{what}", {**row, name: value}, "registrar")
        told = problem(answer, 409, "reference_data")
        assert "finns redan i databasen, med annat innehåll" in told["detail"]
        assert without_dash(PATIENT) not in answer.text
    assert kept(shared.database) == before


@pytest.mark.parametrize(
    ("what", "row"),
    [
        ("cards", card("wrong", patient="194805121012")),
        ("cards", card("wrong", patient="")),
        ("cards", card("wrong", region="atlantis")),
        ("cards", card("wrong", category="N9")),
        ("cards", card("wrong", valid_to="2019-12-31")),
        ("preassessments", application("wrong", patient="194805121012")),
        ("preassessments", application("wrong", region="atlantis")),
        ("preassessments", application("wrong", lines=[{"line": 1, "code": "405"}] * 2)),
    ],
)
def test_what_cannot_be_is_refused(shared: Api, what: str, row: Row) -> None:
    before = kept(shared.database)
    problem(shared.post(f"/{what}", row, "registrar"), 409, "reference_data")
    assert kept(shared.database) == before


def test_a_card_is_voided_once(api: Api) -> None:
    api.with_card()
    for _ in range(2):
        answer = api.post("/cards/void", {"number": "F-1", "voided_on": "2026-02-01"}, "registrar")
        assert answer.status_code == 200
        assert answer.json() == stored(card(voided_on="2026-02-01"))
    before = kept(api.database)
    again = api.post("/cards/void", {"number": "F-1", "voided_on": "2026-02-02"}, "registrar")
    problem(again, 409, "reference_data")
    none = api.post("/cards/void", {"number": "F-2", "voided_on": "2026-02-02"}, "registrar")
    problem(none, 404, "not_found")
    problem(api.post("/cards", card(), "registrar"), 409, "reference_data")
    assert api.post("/cards", card(voided_on="2026-02-01"), "registrar").status_code == 200
    assert kept(api.database) == before
    assert found(api, "cards") == [stored(card(voided_on="2026-02-01"))]


def test_a_patient_s_alone_are_found(shared: Api) -> None:
    """By first day and number."""
    other = "194106151121"
    for number, first in (("b", "2020-01-01"), ("a", "2020-01-01"), ("c", "2019-01-01")):
        row = card(number, patient=other, valid_from=first)
        assert shared.post("/cards", row, "registrar").status_code == 201
    assert [one["number"] for one in found(shared, "cards", other)] == ["c", "a", "b"]
    for nobody in ("195001010017", "", "x", "19410615112", "%"):
        assert found(shared, "cards", nobody) == found(shared, "preassessments", nobody) == []
