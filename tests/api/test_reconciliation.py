"""A journal over HTTP: read whole or refused with every fault, answered in three forms, to whom it
concerns; no person stands in what comes back, in the address or in the log."""

import csv
import json
from collections.abc import Mapping
from io import BytesIO, StringIO

import pytest
from httpx import Response
from openpyxl import load_workbook

from api.request import SPREADSHEET
from intake.table import LARGEST_TABLE
from terms.person import without_dash
from tests.api.asking import (
    CLINIC,
    JSON,
    OTHER_CLINIC,
    Api,
    Name,
    invoice,
    kept,
    noted,
    paths,
    problem,
)
from tests.commands import PATIENT, line, rows
from tests.intake.journals import HEADINGS, as_csv, as_spreadsheet

CSV = {"Content-Type": "text/csv"}
WRITTEN = {"Content-Type": SPREADSHEET}
HELD = line(line=2, code="405", price_ore=433_000, zone="18-11")
ARRIVED = (CLINIC, "1", "1", PATIENT, "F", "2026-01-20", "101", "", "1 100,00")
MISSING = (CLINIC, "9", "1", PATIENT, "F", "2026-01-21", "101", "", "1100")
JOURNAL = as_csv([ARRIVED]).encode()
UNSPECIFIC = (CLINIC, "", "", PATIENT, "F", "2026-01-20", "405", "", "4330,50")


@pytest.fixture(scope="module")
def api(shared: Api) -> Api:
    """With an invoice of each clinic. Reconciling changes nothing."""
    shared.with_card()
    shared.submitted(invoice("1", lines=[line(), HELD]))
    shared.submitted(invoice("2", clinic=OTHER_CLINIC), "other")
    return shared


def sent(
    api: Api,
    content: str | bytes,
    who: Name = "clinic",
    query: str = "",
    headers: Mapping[str, str] = CSV,
) -> Response:
    body = content.encode() if isinstance(content, str) else content
    answer = api.post(f"/reconciliation{query}", body, who, headers=headers)
    assert without_dash(PATIENT) not in answer.text
    assert PATIENT not in answer.text
    return answer


def test_a_clinic_lays_its_journal_beside_what_arrived(api: Api) -> None:
    before = kept(api.database)
    answer = sent(api, as_csv([ARRIVED, MISSING, UNSPECIFIC]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    sums, *found = rows(answer.content)
    assert [(one["kind"], one["row"], one["outcome"]) for one in found] == [
        ("never_arrived", 3, None), ("differs", 4, "needs_preassessment"),
        ("approved", 2, "approved"),
    ]  # fmt: skip
    assert found[0]["last_day_to_bill"] == "2026-04-30"
    assert found[0]["days_left"] == 69
    assert found[1]["differences"] == [
        {"field": "price_ore", "journal": 433_050, "region": 433_000}
    ]
    assert found[1]["findings"] == ["preassessment_required"]
    assert found[1]["reasons"][0].startswith("Åtgärd 405 kräver en godkänd bedömningsansökan.")
    (of_clinic,) = sums["clinics"]
    assert of_clinic["kinds"][0] == {
        "kind": "never_arrived", "rows": 1, "journal_ore": 110_000, "claimed_ore": 0,
        "allowed_ore": 0,
    }  # fmt: skip
    assert kept(api.database) == before
    assert noted(api.database)[-2:] == [
        ("reconcile", "clinic", None), ("reconcile", "clinic", without_dash(PATIENT)),
    ]  # fmt: skip


def test_the_same_in_three_forms(api: Api) -> None:
    journal = as_csv([ARRIVED, MISSING, UNSPECIFIC])
    for content, headers in ((journal, CSV), (as_spreadsheet([ARRIVED, MISSING]), WRITTEN)):
        assert sent(api, content, headers=headers).status_code == 200
    answer = sent(api, journal, query="?form=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="avstamning.csv"'
    headings, *told = csv.reader(StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    by_heading = [dict(zip(headings, row, strict=True)) for row in told]
    assert [one["Läge"] for one in by_heading] == [
        "Aldrig framme", "Skiljer sig", "Framme, godkänd",
    ]  # fmt: skip
    assert by_heading[1]["Skiljer sig"] == "beloppet: journalen 4330,50, regionen 4330,00"
    assert (by_heading[0]["Sista dag"], by_heading[0]["Dagar kvar"]) == ("2026-04-30", "69")
    written = sent(api, journal, query="?form=xlsx")
    assert written.headers["content-type"] == SPREADSHEET
    book = load_workbook(BytesIO(written.content))
    assert book.sheetnames == ["Summor", "Rader"]
    cells = [["" if one is None else one for one in row] for row in book["Rader"].values]
    assert cells == [headings, *told]
    sums = {row[1]: row[2:4] for row in book["Summor"].values}
    assert sums["Aldrig framme"] == ("1", "1100,00")
    assert sums["varav för sent att fakturera"] == ("0", "0,00")


def test_a_spreadsheet_has_only_so_many_rows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.reconciliation.MOST_WRITTEN", 2)
    few, many = as_csv([ARRIVED]), as_csv([ARRIVED, MISSING, UNSPECIFIC])
    assert sent(api, few, query="?form=xlsx").status_code == 200
    problem(sent(api, many, query="?form=xlsx"), 422, "too_many_rows")
    assert sent(api, many, query="?form=csv").status_code == 200


def test_days_bound_what_the_region_alone_has(api: Api) -> None:
    def kinds(query: str) -> list[str]:
        return [one["kind"] for one in rows(sent(api, as_csv([MISSING]), query=query).content)[1:]]

    assert kinds("") == ["never_arrived"]
    assert kinds("?treated_from=2026-01-01") == ["never_arrived", "only_here", "only_here"]
    assert kinds("?treated_to=2026-02-01") == ["never_arrived"]
    backwards = "?treated_from=2026-02-02&treated_to=2026-02-01"
    problem(sent(api, as_csv([MISSING]), query=backwards), 422, "days_backwards")


# --- whose -------------------------------------------------------------------------------------


def test_a_clinic_sees_its_own_alone(api: Api) -> None:
    theirs = as_csv([(OTHER_CLINIC, *ARRIVED[1:])])
    assert paths(sent(api, theirs)) == ["rad 2, kolumn A (klinik)"]
    problem(sent(api, theirs, query=f"?clinic={OTHER_CLINIC}"), 403, "other_clinic")
    without = as_csv([ARRIVED[1:]], HEADINGS[1:])
    assert [one["clinic"] for one in rows(sent(api, without).content)[1:]] == [CLINIC] * 2
    (_, row, *_) = rows(sent(api, without, "other").content)
    assert (row["clinic"], row["kind"]) == (OTHER_CLINIC, "never_arrived") or row["number"] == "2"


def test_finance_lays_any_journal_beside(api: Api) -> None:
    both = as_csv([ARRIVED, (OTHER_CLINIC, "2", *ARRIVED[2:])])
    sums, *found = rows(sent(api, both, "finance").content)
    assert [one["clinic"] for one in sums["clinics"]] == [CLINIC, OTHER_CLINIC]
    assert {one["clinic"] for one in found} == {CLINIC, OTHER_CLINIC}
    without = as_csv([ARRIVED[1:]], HEADINGS[1:])
    assert paths(sent(api, without, "finance")) == ["rad 1"]
    answer = sent(api, without, "finance", f"?clinic={OTHER_CLINIC}")
    assert {one["clinic"] for one in rows(answer.content)[1:]} == {OTHER_CLINIC}


# --- refused -----------------------------------------------------------------------------------


def test_every_fault_is_told_and_nothing_done(api: Api) -> None:
    wrong = as_csv([(*ARRIVED[:3], "x", "X", "", "101", "", "-1"), (*ARRIVED[:8], "=1+1")])
    before = kept(api.database), noted(api.database)
    assert paths(sent(api, wrong)) == [
        "rad 2, kolumn D (patient)", "rad 2, kolumn E (stöd)", "rad 2, kolumn I (belopp)",
        "rad 2, kolumn F (behandlad)", "rad 3, kolumn I (belopp)",
    ]  # fmt: skip
    assert (kept(api.database), noted(api.database)) == before


@pytest.mark.parametrize(
    ("content", "headers", "status", "name"),
    [
        (b"", CSV, 400, "malformed"),
        (b"PK\x03\x04", CSV, 400, "malformed"),
        (b"PK\x03\x04", WRITTEN, 400, "malformed"),
        (JOURNAL, WRITTEN, 400, "malformed"),
        (JOURNAL, JSON, 415, "unsupported_media_type"),
        (JOURNAL, {}, 415, "unsupported_media_type"),
        (JOURNAL, {**CSV, "Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
        (b"x" * (LARGEST_TABLE + 1), CSV, 413, "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_journal(
    api: Api, content: bytes, headers: dict[str, str], status: int, name: str
) -> None:
    answer = api.post("/reconciliation", content, headers=headers)
    problem(answer, status, name)


def test_what_clinics_wrote_is_no_formula(api: Api) -> None:
    hostile = '=HYPERLINK("http://x")'
    answer = sent(api, as_csv([(CLINIC, hostile, *MISSING[2:])]), query="?form=csv")
    (row,) = list(csv.reader(StringIO(answer.text), delimiter=";"))[1:]
    assert row[3] == f"'{hostile}"
    assert json.dumps(noted(api.database)).count(hostile) == 0
