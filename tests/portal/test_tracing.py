"""An öre followed from page to page, and the proof; each look is noted."""

import re

import pytest
from sqlalchemy import update

from storage import tables
from tests.api.asking import CLINIC, kept, noted
from tests.commands import PATIENT
from tests.portal.paying import Finance, finance
from tests.portal.test_payouts import text
from tests.portal.visiting import Browser, Portal
from tests.storage.test_checking import unguard

PAYMENT = "/portal/trace/payments/000001-00001"
LINE = "/portal/trace/lines/1/1"


@pytest.fixture(scope="module")
def shown(shared: Portal) -> Finance:
    found = finance(shared)
    found.exported()
    return found


@pytest.fixture(scope="module")
def browser(shown: Finance) -> Browser:
    return shown.portal.signed_in("finance")


def test_from_the_payment_to_the_paragraph_and_back(browser: Browser, shown: Finance) -> None:
    """By the links of the pages alone."""
    payments = browser.get("/portal/payouts").text
    assert f'href="{PAYMENT}"' in payments
    page = browser.get(PAYMENT)
    assert f'href="{LINE}"' in page.text
    assert "900 kr" in text(page)
    line = browser.get(LINE)
    said = text(line)
    assert "1 100 kr av 1 100 kr" in said
    assert "Avgjord efter" in said
    assert "Patientavgift 200 kr" in said
    assert re.search(r"Summa\s+900 kr", said)
    (rules,) = set(re.findall(r'href="(/portal/rules/[^"]+)"', line.text))
    assert "jonkoping/F?on=2026-01-20" in rules
    assert browser.get(rules).status_code == 200
    assert f'href="{PAYMENT}"' in line.text
    assert "/portal/runs/1/files/000001-payments.xml" in line.text
    vouchers = set(re.findall(r'href="(/portal/trace/vouchers/\d+)"', line.text))
    assert len(vouchers) == 2
    for voucher in vouchers:
        assert f'href="{LINE}"' in browser.get(voucher).text
    for one in (payments, page.text, line.text):
        assert PATIENT not in one
    acts = [(act, subject) for act, _, subject in noted(shown.portal.database)]
    assert [act for act, _ in acts[-4:]] == ["trace"] * 4


@pytest.mark.parametrize(
    ("what", "said", "leads_to"),
    [
        ("payment", {"reference": "000001-00001"}, PAYMENT),
        ("voucher", {"voucher": "2"}, "/portal/trace/vouchers/2"),
        ("line", {"clinic": CLINIC, "number": "A-1", "line": "1"}, LINE),
        ("payment", {"reference": "000009-00001"}, None),
        ("payment", {"reference": "//example.org"}, None),
        ("voucher", {"voucher": "99"}, None),
        ("voucher", {"voucher": "²"}, None),
        ("voucher", {"voucher": "9" * 50}, None),
        ("line", {"clinic": CLINIC, "number": "A-9", "line": "1"}, None),
        ("line", {"clinic": CLINIC, "number": "A-1", "line": "x"}, None),
        ("x", {}, None),
    ],
)
def test_what_is_looked_for(
    browser: Browser, what: str, said: dict[str, str], leads_to: str | None
) -> None:
    answer = browser.post("/portal/trace", {"what": what, **said})
    if leads_to is not None:
        assert answer.headers["location"] == leads_to
        return
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    for value in said.values():
        assert f'value="{value}"' in answer.text


def test_what_is_not_there(browser: Browser) -> None:
    for path in ("/portal/trace/lines/1/9", "/portal/trace/lines/9/1", f"{PAYMENT}0",
                 "/portal/trace/vouchers/9"):  # fmt: skip
        assert browser.get(path).status_code == 404, path


def test_the_invoice_leads_to_its_line(shown: Finance) -> None:
    reader = shown.portal.signed_in("reader")
    assert f'href="{LINE}"' in reader.get("/portal/invoices/1").text
    assert LINE not in shown.portal.signed_in("klara").get("/portal/invoices/1").text


def test_the_proof_tells_what_differs(portal: Portal) -> None:
    paying = finance(portal)
    before = kept(portal.database)
    nothing = text(paying.preparer.get("/portal/proof?through_on=2026-02-20"))
    assert "Ingen avräkning är exporterad" in nothing
    assert kept(portal.database) == before
    paying.exported()
    page = text(paying.preparer.get("/portal/proof?through_on=2026-02-20"))
    assert "Allt stämmer, till öret" in page
    assert paying.preparer.get("/portal/proof?through_on=x").status_code == 422
    with portal.database.writing() as connection:
        unguard(connection)
        connection.execute(update(tables.run_file).values(content=b""))
    page = text(paying.preparer.get("/portal/proof?through_on=2026-02-20"))
    assert "filen är inte den som skrevs" in page
    assert "Allt stämmer" not in page
