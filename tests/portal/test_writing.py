"""What more an invoice may hold: free cards, documents that come along, what is put right; and the
answers to a file as a spreadsheet."""

import csv
import html
import re
from datetime import date
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import func, select

from adjudication.invoice import LARGEST_LINE
from attachments.limits import LARGEST
from storage import tables
from storage.acts import Acts
from storage.freecards import put_free_card
from tests import files
from tests.api.asking import invoice, kept
from tests.commands import PATIENT, card, ndjson
from tests.portal.test_clinic import HEAD, LINE, NEW, written
from tests.portal.visiting import Browser, Portal, keep

FREE_CARD = {
    "free_card_number": "FK-1", "free_card_valid_from": "2026-01-01",
    "free_card_valid_to": "2026-12-31",
}  # fmt: skip
NOTE = {"document-1-line": "1", "document-1-kind": "day_note"}
PART = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    keep(shared, invoice("first"), cards=[card("writing")])
    return shared


@pytest.fixture(scope="module")
def klara(filled: Portal) -> Browser:
    return filled.signed_in("klara")


def send(browser: Browser, fields: dict[str, Any], *contents: bytes, **options: Any) -> Response:
    """Send an invoice with documents, as a browser does: fields of files are there when empty."""
    sent = {f"document-{place}-file": ("", b"") for place in range(1, 11)}
    sent |= {f"document-{place}-file": ("a.png", one) for place, one in enumerate(contents, 1)}
    return browser.post(NEW, {"act": "send", **fields}, files=sent, **options)


def messages(page: str) -> dict[str, str]:
    """What is said at which field."""
    found = re.findall(r'<small class="wrong" id="([a-z0-9_-]+)-wrong" lang="sv">([^<]*)', page)
    return {name: html.unescape(text) for name, text in found}


def test_a_free_card_takes_the_fee_away(klara: Browser) -> None:
    fields = written("free", code="301", price="500", treated_on="2026-01-21")
    with_fee = klara.post(f"{NEW}/answer", fields).text
    without = klara.post(f"{NEW}/answer", {**fields, **FREE_CARD}).text
    assert "patienten har frikort" not in with_fee
    assert "patienten har frikort" in without
    sent = klara.post(NEW, {**fields, **FREE_CARD, "act": "send"})
    assert "patienten har frikort" in klara.get(sent.headers["location"]).text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"free_card_number": ""}, "free_card_number"),
        ({"free_card_valid_from": ""}, "free_card_valid_from"),
        ({"free_card_valid_to": "2026-02-30"}, "free_card_valid_to"),
        ({"facts": "magic"}, "line-1-facts"),
        ({"region": "x" * 3, "number": "\x01"}, "number"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    klara: Browser, said: dict[str, str], field: str
) -> None:
    page = klara.post(NEW, {**written("wrong"), **FREE_CARD, **said, "act": "send"})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text


def test_a_free_card_that_was_found_is_offered(filled: Portal, klara: Browser) -> None:
    days = (date(2026, 1, 1), date(2026, 6, 30))

    def found(connection: Any) -> tuple[None, list[Any]]:
        return None, put_free_card(connection, PATIENT, "FK-77", *days) or []

    assert "FK-77" not in klara.post(f"{NEW}/answer", written("offered")).text
    Acts(filled.database).do(found)
    assert "FK-77" in klara.post(f"{NEW}/answer", written("offered")).text
    after = klara.post(f"{NEW}/answer", written("offered", treated_on="2026-07-01")).text
    assert "FK-77" not in after
    page = klara.post(NEW, {**written("offered"), "act": "free_card"}).text
    for value in ("FK-77", "2026-01-01", "2026-06-30"):
        assert f'value="{value}"' in page


def test_a_document_comes_along(klara: Browser, filled: Portal) -> None:
    fields = {**written("along", code="303", price="100"), **NOTE}
    dry = klara.post(f"{NEW}/answer", fields)
    assert (
        "behöver kompletteras"
        in klara.post(f"{NEW}/answer", {**fields, "document-1-kind": ""}).text
    )
    assert "behöver kompletteras" not in dry.text
    sent = send(klara, fields, files.png())
    assert sent.status_code == 303, sent.text
    page = klara.get(sent.headers["location"]).text
    assert "behöver kompletteras" not in page
    assert "daganteckning" in page
    key = int(sent.headers["location"].rpartition("/")[2])
    with filled.database.reading() as connection:
        row = connection.scalar(select(tables.invoice.c.sent).where(tables.invoice.c.id == key))
        (attachment,) = connection.scalars(select(tables.attachment.c.id)).all()
    assert f'"documents":[{{"kind":"day_note","name":"/attachments/{attachment}"}}]' in (
        row.decode() if isinstance(row, bytes) else str(row)
    )
    before = kept(filled.database)
    again = send(klara, fields, files.png())  # the same once more is the same
    assert again.headers["location"] == sent.headers["location"]
    with filled.database.reading() as connection:
        many = connection.scalar(select(func.count()).select_from(tables.attachment))
    assert many == 1
    assert {**kept(filled.database), "audit": 0} == {**before, "audit": 0}


def test_documents_are_refused_all_at_once_and_nothing_is_kept(
    klara: Browser, filled: Portal
) -> None:
    before = kept(filled.database)
    fields = written("refused", code="303", price="100")
    large = files.png() + b"\0" * LARGEST
    for more, contents, wrong in (
        (NOTE, (b"MZ",), {"document-1-file": "varken PDF"}),
        (NOTE, (large,), {"document-1-file": "större än"}),
        (NOTE, (), {"document-1-file": "välj filen"}),
        ({}, (files.png(),), {"document-1-kind": "välj vad det är"}),
        ({**NOTE, "document-1-line": "2"}, (files.png(),), {"document-1-line": "numret"}),
        ({**NOTE, "document-1-line": "x"}, (files.png(),), {"document-1-line": "numret"}),
        ({**NOTE, "document-1-kind": "x"}, (files.png(),), {"document-1-kind": "välj"}),
        (
            {**NOTE, "document-2-line": "1", "document-2-kind": "xray"},
            (b"MZ", b"<svg/>"),
            {"document-1-file": "varken PDF", "document-2-file": "varken PDF"},
        ),
        (
            {**NOTE, "document-2-line": "1", "document-2-kind": "xray"},
            (files.png(), b"<svg/>"),
            {"document-2-file": "varken PDF"},
        ),
    ):
        answer = send(klara, {**fields, **more}, *contents)
        assert answer.status_code == 422, (more, answer.text)
        said = messages(answer.text)
        assert said.keys() == wrong.keys(), more
        for name, text in wrong.items():
            assert text in said[name]
    assert kept(filled.database) == before


def test_a_patient_nobody_knows_has_no_documents(klara: Browser, filled: Portal) -> None:
    before = kept(filled.database)
    fields = {**written("stranger"), **NOTE, "patient": "191212121212"}
    answer = send(klara, fields, files.png())
    assert answer.status_code == 422
    assert "Patienten är inte känd" in messages(answer.text)["document-1-file"]
    assert kept(filled.database) == before


def test_lines_are_numbered_as_they_stand_on_the_page(klara: Browser) -> None:
    """A line that nobody wrote in is not sent, and a document of the next one stays with it."""
    two: dict[str, Any] = {
        **HEAD,
        "number": "numbered",
        "document-1-line": "2",
        "document-1-kind": "day_note",
    }
    for name, text in LINE.items():
        blank = "dentist" if name == "performer" else ""
        two[name] = [blank, "303" if name == "code" else "100" if name == "price" else text]
    answer = klara.post(f"{NEW}/answer", two).text
    assert "Rad 1: 303" in answer
    assert "behöver kompletteras" not in answer


def test_a_script_gets_the_part_that_changes(klara: Browser) -> None:
    """So that files that were chosen stay chosen."""
    lines = klara.post(f"{NEW}/lines", {**written("part"), "act": "add"})
    assert lines.text.count('name="code"') == 2
    assert "<html" not in lines.text
    assert lines.text.count("autofocus") == 1
    wrong = send(klara, written("part", price="x"), headers=PART)
    assert wrong.status_code == 200
    assert "<html" not in wrong.text
    assert 'href="#line-1-price"' in wrong.text
    sent = send(klara, written("part"), headers=PART)
    assert sent.status_code == 204
    assert re.fullmatch(r"/portal/invoices/\d+", sent.headers["hx-redirect"])


def test_what_was_refused_is_put_right_in_a_new_invoice(klara: Browser, filled: Portal) -> None:
    two: dict[str, Any] = {**HEAD, "number": "R-7", **FREE_CARD}
    for name, text in LINE.items():
        two[name] = [text, text]
    two |= {"code": ["301", "999"], "price": ["100", "99,50"], "motivation": ["", "Därför"]}
    sent = klara.post(NEW, {**two, "act": "send"}).headers["location"]
    page = klara.get(sent).text
    assert f'href="{sent}/correct"' in page
    page = klara.get(f"{sent}/correct").text
    assert page.count('name="code"') == 1
    for value in (
        "999",
        "99,50",
        "Därför",
        "R-7",
        "R-7/2",
        PATIENT.replace("-", ""),
        "FK-1",
        "2026-12-31",
    ):
        assert f'value="{value}"' in page, value
    assert klara.post(f"{sent}/credit", {"line": "1"}).status_code == 303
    assert klara.get(f"{sent}/correct").text.count('name="code"') == 2
    other = filled.signed_in("other")
    assert other.get(f"{sent}/correct").status_code == 404
    whole = klara.post(NEW, {**written("whole", code="302", price="10"), "act": "send"})
    stands = whole.headers["location"]
    assert "/correct" not in klara.get(stands).text
    assert klara.get(f"{stands}/correct").headers["location"] == stands


def test_a_line_of_sixty_four_bits_is_credited(klara: Browser, filled: Portal) -> None:
    row = invoice("large")
    row["lines"][0] |= {"line": LARGEST_LINE, "code": "311", "price_ore": 1_000}
    address = f"/portal/invoices/{keep(filled, row)}"
    assert f'value="{LARGEST_LINE}"' in klara.get(address).text
    before = kept(filled.database)
    for wrong in (str(LARGEST_LINE + 1), "1" * 30, "-1", "٣", "1e3", "01"):
        assert klara.post(f"{address}/credit", {"line": wrong}).status_code == 400
        both = {"line": [str(LARGEST_LINE), wrong]}
        assert klara.post(f"{address}/credit", both).status_code == 400
    assert kept(filled.database) == before
    assert klara.post(f"{address}/credit", {"line": str(LARGEST_LINE)}).status_code == 303


# --- answers to a file ---------------------------------------------------------------------------


def answered(browser: Browser, content: bytes, act: str) -> Response:
    return browser.post(
        "/portal/invoices/file", {"act": act}, files={"file": ("f.ndjson", content)}
    )


def test_answers_are_a_spreadsheet_in_which_nothing_is_a_formula(klara: Browser) -> None:
    evil = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]
    rows = [invoice(f"{text}#{place}") for place, text in enumerate(evil)]
    for row, text in zip(rows, evil, strict=True):
        row["lines"][0]["code"] = text
    answer = answered(klara, ndjson(rows) + b"{\n", "sheet")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="svar.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    cells = list(csv.reader(text.splitlines(), delimiter=";"))
    assert len({len(row) for row in cells}) == 1
    begun = [cell[0] for row in cells for cell in row if cell]
    assert not set(begun) & set("=+@\t\r")
    assert all(re.fullmatch(r"-\d+,\d\d", cell) for row in cells for cell in row if cell[:1] == "-")
    assert sum(row[4] == "1" for row in cells) >= 4  # each line has a row of its own
    assert cells[-1][1].startswith("ogiltig")


def test_sums_of_the_spreadsheet_add_up(klara: Browser) -> None:
    rows = [invoice(f"sums-{number}") for number in range(3)]
    for row, code in zip(rows, ("301", "302", "311"), strict=True):
        row["lines"][0] |= {"code": code, "treated_on": "2026-01-25", "price_ore": 50_050}
    text = answered(klara, ndjson(rows), "sheet").content.decode("utf-8-sig")
    cells = list(csv.DictReader(text.splitlines(), delimiter=";"))

    def total(column: str) -> float:
        return sum(float(row[column].replace(",", ".") or 0) for row in cells)

    assert total("Att betala ut") == total("Godkänt") - total("Patientavgift") > 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_not_approved_is_shown_as_far_as_there_is_room(portal: Portal) -> None:
    keep(portal, invoice("cut"), cards=[card("cut")])
    klara = portal.signed_in("klara")
    rows = [{**invoice(f"cut-{number}"), "support": "N"} for number in range(1_150)]
    page = answered(klara, ndjson(rows), "show").text
    assert page.count('<th scope="row">') == 200
    assert "1150 svar" in page
    assert "De första 200 visas" in page
    assert re.findall(r"<!--(\d+)-->", page) == ["1000", "1150"]
    assert page.rstrip().endswith("</html>")
    good = invoice("good")
    good["lines"][0] |= {"code": "301", "price_ore": 1_000}
    page = answered(klara, ndjson([good]), "show").text
    assert "Allt är godkänt" in page
    assert page.count('<th scope="row">') == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_empty_file_and_one_that_fails_before_the_first_answer(portal: Portal) -> None:
    klara = portal.signed_in("klara")
    assert "0 svar" in answered(klara, b"", "show").text
    portal.end(portal.assignments["klara"][0])
    assert answered(klara, ndjson([invoice("late")]), "show").status_code == 303
