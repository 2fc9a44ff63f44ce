"""Figures over HTTP: all of them for those who may; what is handed on does not tell of few."""

from datetime import date
from io import BytesIO
from typing import get_args

import pytest
from lxml import etree
from openpyxl import load_workbook

from exports.charts import STYLE_HASH
from exports.plots import Plot
from tests import desks
from tests.api.asking import Api, invoice, noted, paths, problem
from tests.commands import PATIENT, line

YEAR = "first_on=2026-01-01&last_on=2026-12-31"
BORN = [date(1950 + place, 5, 12) for place in range(5)]


@pytest.fixture(scope="module")
def api(shared: Api) -> Api:
    """With a patient's invoice, part of which waits, and five others' invoices of another month."""
    shared.with_card()
    held = line(line=2, code="405", price_ore=433_000, zone="18-11")
    shared.submitted(invoice("0", lines=[line(), held]))
    for number, born in enumerate(BORN, 1):
        patient = desks.person_number(born)
        shared.with_card(number=f"F-{number}0", patient=patient)
        lines = [line(treated_on="2026-02-10", price_ore=100_000)]
        shared.submitted(invoice(str(number), patient=patient, lines=lines))
    return shared


def test_finance_reads_all_of_them(api: Api) -> None:
    answer = api.get(f"/figures?{YEAR}", "finance")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["total"] == {
        "of": "", "lines": 6, "patients": 6, "allowed_ore": 610_000, "fee_ore": 120_000,
    }  # fmt: skip
    assert [(one["of"], one["patients"], one["allowed_ore"]) for one in found["by_month"]] == [
        ("2026-01", 1, 110_000), ("2026-02", 5, 500_000),
    ]  # fmt: skip
    assert found["by_category"][0]["of"] == "jonkoping/F5"
    assert found["by_code"][0]["fee_ore"] is None
    assert found["first_pass"] == {"of": "", "invoices": 6, "passed": 5}
    assert found["waiting"][1] == {
        "kind": "needs_preassessment", "ages": [1, 0, 0, 0, 0], "claimed_ore": 433_000,
    }  # fmt: skip
    assert PATIENT not in answer.text
    assert noted(api.database)[-1] == ("read_figures", "finance", None)
    empty = api.get("/figures?first_on=2027-01-01&last_on=2027-01-01", "finance").json()
    assert (empty["total"]["lines"], empty["by_month"]) == (0, [])


def test_a_spreadsheet_does_not_tell_of_few(api: Api) -> None:
    answer = api.get(f"/figures/spreadsheet?{YEAR}", "finance")
    assert answer.headers["content-disposition"] == 'attachment; filename="nyckeltal.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    months = {row[0]: row[1:] for row in book["Månad"].values}
    assert months["2026-01"] == ("visas inte", "färre än 5", *["visas inte"] * 3)
    assert months["2026-02"] == ("visas inte",) * 5
    clinics = list(book["Klinik"].values)
    assert clinics[1][1:] == ("6", "6", "6100,00", "1200,00", "4900,00")
    assert dict(book["Sammanfattning"].values)["Andel"] == "83,3 %"


@pytest.mark.parametrize("plot", get_args(Plot))
def test_charts_are_told_in_words_too(api: Api, plot: str) -> None:
    answer = api.get(f"/figures/chart?plot={plot}&{YEAR}", "finance")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert f"style-src 'sha256-{STYLE_HASH}'" in policies[0]
    assert "default-src 'none'" in policies[0]
    root = etree.fromstring(answer.content)
    named = root.get("aria-labelledby").split()
    texts = {one.get("id"): one.text for one in root.iter("{*}title", "{*}desc")}
    assert all(texts[name] for name in named)
    if plot == "spend_by_month":
        assert texts[named[1]] == "2026-01: färre än 5; 2026-02: visas inte"
        assert not list(root.iter("{*}circle"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["?first_on", "?last_on"]),
        ("first_on=2026-01-01&last_on=x", ["?last_on"]),
    ],
)
def test_days_are_needed(api: Api, query: str, expected: list[str]) -> None:
    for path in ("/figures", "/figures/spreadsheet"):
        assert sorted(paths(api.get(f"{path}?{query}", "finance"))) == expected
        backwards = api.get(f"{path}?first_on=2026-01-02&last_on=2026-01-01", "finance")
        assert problem(backwards, 422, "days_backwards")["faults"][0]["path"] == "?last_on"
    assert paths(api.get(f"/figures/chart?plot=x&{YEAR}", "finance")) == ["?plot"]
