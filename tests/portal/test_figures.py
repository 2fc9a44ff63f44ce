"""Figures with their charts, and reconciliation: the same as the API hands out."""

import re
from pathlib import Path

import pytest
from httpx import Response

from exports.charts import STYLE
from tests import desks
from tests.api.asking import CLINIC, invoice, issued, kept, noted
from tests.commands import PATIENT, card
from tests.portal.test_payouts import text
from tests.portal.visiting import ORIGIN, Browser, Portal, keep
from tests.serving import bearer

DAYS = "first_on=2026-01-01&last_on=2026-02-20"
HEADINGS = "faktura;rad;stöd;behandlad;åtgärd;belopp"
JOURNAL = f"{HEADINGS}\nA-1;1;F;2026-01-20;101;1100,00\nA-9;1;F;2026-01-21;101;500,00\n"


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    keep(shared, invoice("A-1"), cards=[card("F-1")])
    return shared


@pytest.fixture(scope="module")
def browser(filled: Portal) -> Browser:
    return filled.signed_in("finance")


def sent(who: Browser, content: str, **fields: str) -> Response:
    """A journal in the form."""
    return who.client.post(
        "/portal/reconciliation", data={"csrf": who.csrf(), **fields},
        files={"file": ("t4.csv", content.encode())}, headers=ORIGIN, follow_redirects=False,
    )  # fmt: skip


def test_figures_are_read_when_days_are_given(browser: Browser, filled: Portal) -> None:
    before = kept(filled.database)
    first = browser.get("/portal/figures")
    assert "<svg" not in first.text
    assert kept(filled.database) == before
    page = browser.get(f"/portal/figures?{DAYS}")
    assert page.text.count("<svg") == 5
    assert "<style" not in page.text
    assert "färre än 5" in text(page)
    assert [act for act, _, _ in noted(filled.database)][-1] == "read_figures"
    for link in re.findall(r'href="(/portal/figures\?[^"]+)"', first.text):
        assert browser.get(link.replace("&amp;", "&")).status_code == 200


def test_the_spreadsheet_is_the_api_s(browser: Browser, filled: Portal) -> None:
    secret = issued(filled.database, "figures", "finance")
    own = browser.get(f"/portal/figures/spreadsheet?{DAYS}")
    api = browser.client.get(f"/figures/spreadsheet?{DAYS}", headers=bearer(secret))
    assert own.content == api.content
    assert own.headers["content-disposition"] == 'attachment; filename="nyckeltal.xlsx"'


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("first_on=2026-02-30&last_on=2026-03-01", "Dagen finns inte"),
        ("first_on=2026-02-01", "Dagen finns inte"),
        ("first_on=2026-02-02&last_on=2026-02-01", "före den första"),
    ],
)
def test_days_that_cannot_be(browser: Browser, days: str, said: str) -> None:
    for path in ("/portal/figures", "/portal/figures/spreadsheet"):
        answer = browser.get(f"{path}?{days}")
        assert answer.status_code == 422
        assert said in text(answer)
        assert days[9:19] in answer.text


def test_the_style_of_charts_stands_in_the_style_sheet() -> None:
    sheet = desks.PROJECT / "portal" / "static" / "portal.css"
    assert STYLE in Path(sheet).read_text(encoding="utf-8")


@pytest.mark.parametrize("who", ["finance", "klara"])
def test_a_journal_is_laid_beside_and_not_kept(filled: Portal, who: str) -> None:
    browser = filled.signed_in(who)
    fields = {"clinic": CLINIC} if who == "finance" else {}
    before = kept(filled.database)
    page = sent(browser, JOURNAL, **fields, act="show")
    assert page.status_code == 200, text(page)
    said = text(page)
    assert "Aldrig framme" in said
    assert "Framme, godkänd" in said
    assert "500 kr" in said
    assert PATIENT not in page.text
    assert ("/portal/trace/lines/1/1" in page.text) == (who == "finance")
    assert ("/portal/invoices/1" in page.text) == (who == "klara")
    after = kept(filled.database)
    assert {name for name in after if after[name] != before[name]} <= {"audit"}
    secret = issued(filled.database, f"journal {who}", "finance")
    for form in ("csv", "xlsx"):
        own = sent(browser, JOURNAL, **fields, act=form)
        api = browser.client.post(
            f"/reconciliation?form={form}&clinic={CLINIC}", content=JOURNAL.encode(),
            headers={**bearer(secret), "Content-Type": "text/csv"},
        )  # fmt: skip
        assert own.content == api.content
        assert own.headers["content-disposition"] == api.headers["content-disposition"]


def test_what_is_wrong_with_a_journal_is_told_at_once(browser: Browser, filled: Portal) -> None:
    before = kept(filled.database)
    wrong = f"{HEADINGS};namn\nA-1;x;F;2026-01-20;101;1,00;Åsa\n"
    answer = sent(browser, wrong, clinic=CLINIC, treated_from="2026-02-02", treated_to="2026-02-01")
    assert answer.status_code == 422
    assert "före den första" in text(answer)
    assert "rubriken är inte känd" in text(answer)
    assert "Åsa" not in answer.text
    assert f'value="{CLINIC}"' in answer.text
    nothing = browser.post("/portal/reconciliation", {"treated_from": "x"})
    assert nothing.status_code == 422
    assert "Välj en fil" in text(nothing)
    assert "Dagen finns inte" in text(nothing)
    assert kept(filled.database) == before
