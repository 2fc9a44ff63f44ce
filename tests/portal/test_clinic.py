"""What a clinic does: writes an invoice with the answer beside it, sends it, finds it, credits it,
sends a file, asks what is left. The answers of the pages are the API's."""

import html
import json
import re

import pytest
from httpx import Response
from sqlalchemy import select

from portal.invoices.draft import ore_of
from storage import tables
from tests.api.asking import CLINIC, invoice, kept, noted
from tests.commands import PATIENT, card, ndjson
from tests.portal.visiting import Browser, Portal, keep

LINE = {
    "treated_on": "2026-01-20", "code": "101", "price": "1 100,50", "tooth": "", "zone": "",
    "surfaces": "", "conditions": "", "motivation": "", "preassessment": "",
    "facts": "", "performer": "dentist",
}  # fmt: skip
HEAD = {"number": "", "patient": PATIENT, "support": "F", "care_level": "general", "replaces": ""}
NEW = "/portal/invoices/new"


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    """With a card, by which the examples are approved."""
    keep(shared, invoice("first"), cards=[card("clinic-1")])
    return shared


@pytest.fixture(scope="module")
def klara(filled: Portal) -> Browser:
    return filled.signed_in("klara")


def both(browser: Browser, fields: dict[str, str]) -> list[Response]:
    """The answers to a form as it is typed, and by its button."""
    checked = browser.post(NEW, {**fields, "act": "check"})
    return [browser.post(f"{NEW}/answer", fields), checked]


def written(number: str, **line: str) -> dict[str, str]:
    """The fields of an invoice of one line."""
    return {**HEAD, "number": number, **LINE, **line}


def test_the_answer_is_that_of_sending_and_nothing_is_kept(klara: Browser, filled: Portal) -> None:
    before = kept(filled.database)
    fields = written("dry", code="107", price="100")
    for answer in (
        klara.post(f"{NEW}/answer", fields),
        klara.post(NEW, {**fields, "act": "check"}),
    ):
        assert answer.status_code == 200
        assert "Så skulle beslutet bli" in answer.text
        assert "Vad är kvar?" in answer.text
    assert kept(filled.database) == before
    dry = shown_in(klara.post(f"{NEW}/answer", fields).text)
    sent = klara.post(NEW, {**fields, "act": "send"})
    assert sent.status_code == 303
    assert re.fullmatch(r"/portal/invoices/\d+", sent.headers["location"])
    assert shown_in(klara.get(sent.headers["location"]).text) == dry
    with filled.database.reading() as connection:
        found = connection.scalars(
            select(tables.invoice.c.number).where(tables.invoice.c.number == "dry")
        ).all()
    assert found == ["dry"]
    acts = [act for act, name, _ in noted(filled.database) if name and name.startswith("klara")]
    assert {"check", "submit", "read_standing", "read_invoice"} <= set(acts)


def shown_in(page: str) -> list[str]:
    """The reasons and sums of a decision on a page."""
    return re.findall(r"<p>(?:<strong>Att göra.*?)?[^<]*</p>", page.partition("Vad är kvar")[0])[1:]


def test_sending_again_leads_to_the_first_invoice(klara: Browser) -> None:
    fields = {**written("again"), "act": "send"}
    first, again = klara.post(NEW, fields), klara.post(NEW, fields)
    assert first.headers["location"] == again.headers["location"]
    other = klara.post(NEW, {**fields, "price": "5"})
    assert other.status_code == 422
    assert "redan använt numret" in other.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"price": "mycket"}, "belopp i kronor"),
        ({"price": "1e3"}, "belopp i kronor"),
        ({"price": "-5"}, "belopp i kronor"),
        ({"price": "1,005"}, "belopp i kronor"),
        ({"treated_on": "2026-02-30"}, "en dag som finns"),
        ({"treated_on": ""}, "en dag som finns"),
        ({"number": ""}, "saknas"),
        ({"patient": ""}, "saknas"),
        ({"support": "X"}, "ska vara något av"),
        ({"performer": "wizard"}, "ska vara något av"),
        ({"patient": "191212121213"}, "varken ett giltigt personnummer"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(
    klara: Browser, filled: Portal, wrong: dict[str, str], said: str
) -> None:
    before = kept(filled.database)
    fields = {**written("wrong"), **wrong}
    for answer in (klara.post(NEW, {**fields, "act": "send"}), klara.post(f"{NEW}/answer", fields)):
        assert said in html.unescape(answer.text), answer.text
    assert klara.post(NEW, {**fields, "act": "send"}).status_code == 422
    assert kept(filled.database) == before


def test_every_fault_leads_to_a_field_that_is_there(klara: Browser) -> None:
    fields = {**written("faults"), "price": "x", "treated_on": "x", "support": "X"}
    page = klara.post(NEW, {**fields, "act": "send"}).text
    links = re.findall(r'href="#([a-z0-9_-]+)"', page)
    assert {"line-1-price", "line-1-treated_on", "support"} <= set(links)
    for link in links:
        assert f'id="{link}"' in page


def test_lines_are_added_and_removed(klara: Browser) -> None:
    page = klara.post(NEW, {**written("lines"), "act": "add"}).text
    assert page.count('name="code"') == 2
    two = {**written("lines"), **{name: [text, text] for name, text in LINE.items()}}
    two["code"] = ["101", "201"]
    page = klara.post(NEW, {**two, "act": "remove-1"}).text
    assert page.count('name="code"') == 1
    assert 'value="201"' in page
    assert klara.post(NEW, {**two, "act": "remove-9"}).text.count('name="code"') == 2


def test_what_is_written_is_text_on_the_page(klara: Browser) -> None:
    evil = '"><script>alert(1)</script>'
    fields = written(evil, motivation=evil)
    for answer in (
        klara.post(NEW, {**fields, "act": "check"}),
        klara.post(f"{NEW}/answer", fields),
    ):
        assert "<script>alert" not in answer.text
    sent = klara.post(NEW, {**fields, "act": "send"})
    page = klara.get(sent.headers["location"]).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in klara.get("/portal/invoices").text


def test_lines_are_credited_once(klara: Browser, filled: Portal) -> None:
    sent = klara.post(NEW, {**written("credit", code="301", price="10"), "act": "send"})
    address = sent.headers["location"]
    page = klara.get(address).text
    assert 'name="line" value="1"' in page, page
    for wrong, status in (({}, 400), ({"line": "x"}, 400), ({"line": "9"}, 409)):
        assert klara.post(f"{address}/credit", wrong).status_code == status
    assert klara.post(f"{address}/credit", {"line": "1"}).status_code == 303
    assert 'name="line" value="1"' not in klara.get(address).text
    answer = klara.post(f"{address}/credit", {"line": "1"})
    assert answer.status_code == 409
    assert "ingen rad kvar" in answer.text


def test_a_file_is_answered_in_a_table_or_as_a_file(klara: Browser, filled: Portal) -> None:
    rows = [invoice("file-1"), {**invoice("file-2"), "clinic": "SE2321000057-9B00"}]
    content = ndjson(rows) + b"{\n"
    fields = {"csrf": klara.csrf()}

    def send(act: str) -> Response:
        return klara.post(
            "/portal/invoices/file", {**fields, "act": act}, files={"file": ("f.ndjson", content)}
        )

    answer = send("show")
    assert answer.status_code == 200, answer.text
    text = answer.text
    assert text.count("<tr>") == 4
    assert "3 svar" in text
    assert "en annan klinik" in text
    saved = send("download")
    assert saved.headers["content-disposition"] == 'attachment; filename="svar.ndjson"'
    assert saved.headers["content-type"].startswith("application/x-ndjson")
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in saved.headers["content-security-policy"]
    answers = [json.loads(line) for line in saved.text.splitlines()]
    assert [one["status"] for one in answers][1:] == ["invalid", "invalid"]
    none = klara.post("/portal/invoices/file", {**fields, "act": "show"})
    assert none.status_code == 400


def test_a_look_at_a_patient_needs_a_reason_and_is_noted_with_it(
    klara: Browser, filled: Portal
) -> None:
    asked = {"patient": PATIENT, "support": "F", "on": "", "why": ""}
    looks = [one for one in noted(filled.database) if one[0] == "read_standing"]
    for wrong, said in (
        ({}, "Välj varför"), ({"why": "curiosity"}, "Välj varför"),
        ({"why": "treatment", "on": "x"}, "Dagen finns inte"),
        ({"why": "treatment", "patient": "1"}, "Personnumret stämmer inte"),
        ({"why": "treatment", "support": "X"}, "Välj ett stöd"),
    ):  # fmt: skip
        answer = klara.post("/portal/patients", {**asked, **wrong})
        assert answer.status_code == 422
        assert said in answer.text
        assert "<progress" not in answer.text
    assert [one for one in noted(filled.database) if one[0] == "read_standing"] == looks
    answer = klara.post("/portal/patients", {**asked, "why": "treatment"})
    assert answer.status_code == 200
    assert "<progress" in answer.text
    with filled.database.reading() as connection:
        audit = tables.audit.c
        (last,) = connection.execute(
            select(audit.subject, audit.patient_id)
            .where(audit.act == "read_standing")
            .order_by(audit.at.desc())
            .limit(1)
        ).all()
    assert last.subject == "treatment"
    assert last.patient_id is not None


def test_no_person_number_is_in_an_address(klara: Browser) -> None:
    for path in ("/portal/invoices", "/portal", "/portal/patients"):
        for link in re.findall(r'(?:href|action)="([^"]*)"', klara.get(path).text):
            assert not re.search(r"\d{8}-?\d{4}", link)


def test_the_list_goes_on_page_by_page(portal: Portal) -> None:
    klara = portal.signed_in("klara")
    rows = [invoice(f"page-{number:03}") for number in range(60)]
    answer = klara.post(
        "/portal/invoices/file", {"act": "show"}, files={"file": ("f", ndjson(rows))}
    )
    assert answer.status_code == 200
    first = klara.get("/portal/invoices").text
    (older,) = re.findall(r'href="(/portal/invoices\?before=\d+)"', first)
    second = klara.get(older).text
    numbers = re.findall(r">(page-\d+)<", first + second)
    assert numbers == [f"page-{number:03}" for number in reversed(range(60))]
    assert "before=" not in second


@pytest.mark.parametrize(
    ("written_as", "ore"),
    [
        ("1100", 110_000), ("1 100", 110_000), ("1\u00a0100,5", 110_050), ("0", 0),
        ("1100.50", 110_050), ("12 kr", 1200), ("5:-", 500), ("", None), ("1,005", None),
        ("1e3", None), ("-1", None), ("1 000 000 000", None), ("kr", None), ("٣", None),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(written_as: str, ore: int | None) -> None:
    assert ore_of(written_as) == ore


def test_the_start_page_says_what_waits(filled: Portal) -> None:
    klara, other = filled.signed_in("klara"), filled.signed_in("other")
    sent = klara.post(
        NEW, {**written("waits", code="405", zone="18-11", price="5000"), "act": "send"}
    )
    assert sent.status_code == 303
    page = klara.get(sent.headers["location"]).text
    is_waiting = "kräver förhandsbedömning" in page
    assert is_waiting
    assert "Faktura waits" in klara.get("/portal").text
    assert "Faktura waits" not in other.get("/portal").text
    assert CLINIC in klara.get("/portal").text
