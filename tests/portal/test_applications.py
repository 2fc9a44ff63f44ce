"""What a clinic does with applications on its pages: writes one with what is required ticked off,
saves and sends it, answers, appeals, withdraws; and from a decision goes on to the invoice."""

import html
import re
from typing import Any

import pytest
from httpx import Response

from tests import files
from tests.api.asking import CLINIC, invoice, issued, kept, noted, routes
from tests.applications import assessed, assessment
from tests.commands import PATIENT, card
from tests.portal.visiting import Browser, Portal, app_of, keep
from tests.serving import bearer

NEW = "/portal/applications/new"
HEAD = {"patient": PATIENT, "number": "", "support": "F", "region": "jonkoping"}
TEXTS = {
    "care_level": "general", "category": "F5", "status": "Karies 36.",
    "periodontal_status": "Fickor 4 mm.", "hygiene_standard": "", "prognosis": "", "anamnesis": "",
}  # fmt: skip
LINE = {"line": "1", "code": "407", "tooth": "36", "count": "2", "price": "2 470", "done_on": "",
        "motivation": ""}  # fmt: skip
XRAY = {"exposed_on": "2026-01-15", "shows": "36", "attachment": ""}


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    """With a card and an invoice of the clinic's."""
    keep(shared, invoice("first"), cards=[card("applications")])
    return shared


@pytest.fixture(scope="module")
def klara(filled: Portal) -> Browser:
    return filled.signed_in("klara")


@pytest.fixture(scope="module")
def assessor(filled: Portal) -> str:
    """The token of an assessor, who decides over the API."""
    return issued(filled.database, "assessor of pages", "assessor")


def written(number: str, **fields: Any) -> dict[str, Any]:
    """The fields of a right application, with other values for some."""
    return {**HEAD, **TEXTS, **LINE, **XRAY, "number": number, **fields}


def sent(browser: Browser, number: str, act: str = "submit", **fields: Any) -> str:
    """The address of an application that is kept."""
    answer = browser.post(NEW, {**written(number), **fields, "act": act})
    assert answer.status_code == 303, text_of(answer)
    address: str = answer.headers["location"].removesuffix("/write")
    return address


def text_of(answer: Response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def moved(portal: Portal, secret: str, address: str, move: str, after: int, **said: Any) -> None:
    """A move over the API."""
    key = address.rpartition("/")[2]
    answer = portal.browser().client.post(
        f"/applications/{key}/{move}",
        json={"after": after, **said},
        headers=bearer(secret),
    )
    assert answer.status_code == 200, answer.text


def decided(portal: Portal, secret: str, address: str, after: int = 2, **fields: Any) -> None:
    moved(portal, secret, address, "take", after)
    made = {**assessment(lines=[assessed(1)]), **fields}
    moved(portal, secret, address, "decide", after + 1, assessment=made)


def test_who_it_is_for_is_said_first_and_the_card_fills_in_the_rest(
    klara: Browser, filled: Portal
) -> None:
    before = kept(filled.database)
    first = klara.get(NEW)
    assert 'name="code"' not in first.text
    assert "saknas" not in first.text
    assert 'name="number" value=""' in first.text
    for wrong, said in (({"patient": "191212121213"}, "giltigt"), ({"number": ""}, "saknas")):
        asked = {**HEAD, "number": "B-1", "care_level": "general", **wrong, "act": "begin"}
        answer = klara.post(NEW, asked)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{PATIENT}"' in answer.text or "patient" in wrong
    asked = {**HEAD, "number": "B-1", "region": "dalarna", "care_level": "general", "act": "begin"}
    answer = klara.post(NEW, asked)
    assert answer.status_code == 200
    assert '<option value="jonkoping" selected' in answer.text
    assert '<option value="F5" selected' in answer.text
    assert "Vad är kvar?" in answer.text
    assert kept(filled.database) == before
    looks = [one for one in noted(filled.database) if one[0] == "read_standing"]
    assert looks


def test_what_the_region_requires_is_ticked_off(klara: Browser) -> None:
    def parts(**fields: str) -> dict[str, str]:
        answer = klara.post("/portal/applications/answer", written("parts", **fields))
        assert answer.status_code == 200
        found = re.findall(r'<li class="(given|lacks|free)"><a href="#(\w+)">', answer.text)
        return {name: kind for kind, name in found}

    assert parts() == {
        "lines": "given", "category": "given", "status": "given", "periodontal_status": "given",
        "xrays": "given", "hygiene_standard": "free", "prognosis": "free",
    }  # fmt: skip
    assert parts(status=" ")["status"] == "lacks"
    assert parts(exposed_on="", shows="")["xrays"] == "lacks"
    repaired = parts(code="704")
    assert (repaired["hygiene_standard"], repaired["prognosis"]) == ("lacks", "lacks")
    whole = klara.post("/portal/applications/answer", written("parts"))
    assert "Allt som krävs finns" in whole.text
    assert "Bedömningsansökan, punkt 2" in whole.text
    assert "4 940 kr" in text_of(whole)
    lacking = klara.post("/portal/applications/answer", written("parts", code="9999"))
    assert "Allt som krävs finns" not in lacking.text
    assert 'href="#line-1-code"' in lacking.text


@pytest.mark.parametrize(
    ("wrong", "id_", "said"),
    [
        ({"price": "mycket"}, "line-1-price", "belopp i kronor"),
        ({"count": "x"}, "line-1-count", "heltal"),
        ({"exposed_on": "2026-02-30"}, "xray-1-exposed_on", "en dag som finns"),
        ({"done_on": "2026-02-30"}, "line-1-done_on", "en dag som finns"),
        ({"number": ""}, "number", "saknas"),
        ({"patient": "191212121213"}, "patient", "giltigt person"),
        ({"support": "X"}, "support", "något av"),
        ({"region": "atlantis"}, "region", "inga regler"),
        ({"care_level": "x"}, "care_level", "något av"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    klara: Browser, filled: Portal, wrong: dict[str, str], id_: str, said: str
) -> None:
    before = kept(filled.database)
    answer = klara.post(NEW, {**written("wrong"), **wrong, "act": "submit"})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert f'id="{id_}-wrong"' in page
    assert f'href="#{id_}"' in page
    assert said in page
    assert "Fickor 4 mm." in page
    assert kept(filled.database) == before


def test_a_tooth_goes_into_the_last_line_or_plans_the_same_for_it(klara: Browser) -> None:
    def lines(fields: dict[str, Any], **more: str) -> list[tuple[str, str, str]]:
        page = klara.post(NEW, {**fields, **more}).text
        return list(
            zip(
                *(re.findall(rf'name="{name}" value="([^"]*)"', page)
                  for name in ("line", "tooth", "code")),
                strict=True,
            )
        )  # fmt: skip

    assert lines(written("teeth", tooth=""), at="46") == [("1", "46", "407")]
    assert lines(written("teeth"), at="46") == [("1", "36", "407"), ("2", "46", "407")]
    two = {**written("teeth"), **{name: [text, text] for name, text in LINE.items()}}
    two["line"] = ["7", "3"]
    assert lines(two, act="remove-1") == [("3", "36", "407")]
    assert [one[0] for one in lines(two, act="add")] == ["7", "3", "8"]
    for act in ("remove-9", "remove-x", "remove-" + "9" * 5000, "unxray-4", "unenclose-1"):
        assert len(lines(two, act=act)) == 2
    page = klara.post(NEW, {**written("teeth"), "act": "check"}).text
    assert re.search(r'value="36"\s+aria-label="tand 36[^"]*planerad"', page)


def test_an_empty_price_becomes_the_region_s(klara: Browser) -> None:
    page = klara.post(NEW, {**written("prices", price=""), "act": "check"}).text
    assert '<option value="xray" selected>' in page
    (price,) = re.findall(r'name="price" value="([^"]*)"', page)
    assert price.isdecimal()
    kept_as_typed = klara.post(NEW, {**written("prices", price="x"), "act": "check"}).text
    assert 'name="price" value="x"' in kept_as_typed


def test_what_was_done_this_year_is_put_in_with_a_button(klara: Browser) -> None:
    """A plan of which something is done is applied for in retrospect; the region then wants all of
    the year (Vårdens omfattning, punkt 13)."""
    fields = written("done", done_on="2026-01-15")
    answer = klara.post("/portal/applications/answer", fields)
    assert "Vårdens omfattning, punkt 13" in answer.text
    assert 'value="list"' in answer.text
    page = klara.post(NEW, {**fields, "act": "list"}).text
    assert 'value="list"' not in page
    assert "Allt som krävs finns" in page
    days = re.findall(r'name="done_on" value="([^"]*)"', page)
    assert days[0] == "2026-01-15"
    assert "2026-01-20" in days[1:]
    assert 'name="price" value=""' not in page


def test_a_draft_is_kept_and_one_that_lacks_something_is_not_sent(
    klara: Browser, filled: Portal
) -> None:
    answer = klara.post(NEW, {**written("draft", category="", status=""), "act": "submit"})
    assert answer.status_code == 422
    assert "Ansökan är inte skickad" in answer.text
    (address,) = re.findall(r'action="(/portal/applications/\d+)/write"', answer.text)
    assert "utkast" in klara.get(address).text
    page = klara.get(f"{address}/write").text
    (after,) = re.findall(r'name="after" value="(\d+)"', page)
    fields = {**written("draft"), "after": after}
    assert klara.post(f"{address}/write", {**fields, "act": "save"}).status_code == 303
    stale = klara.post(f"{address}/write", {**fields, "status": "Mitt.", "act": "save"})
    assert stale.status_code == 409
    assert "hann ändra" in stale.text
    assert "Mitt." in stale.text
    (now,) = re.findall(r'name="after" value="(\d+)"', stale.text)
    done = klara.post(f"{address}/write", {**fields, "after": now, "act": "submit"})
    assert done.headers["location"] == address
    assert "skickad" in klara.get(address).text


def test_sending_twice_leads_to_the_same_and_a_used_number_is_told(klara: Browser) -> None:
    first = sent(klara, "twice")
    assert sent(klara, "twice") == first
    other = klara.post(NEW, {**written("twice", status="Annat."), "act": "submit"})
    assert other.status_code == 422
    assert 'id="number-wrong"' in other.text


def test_who_it_is_for_cannot_be_changed(klara: Browser) -> None:
    address = sent(klara, "whose", "save")
    fields = {**written("another", patient="190001010009", region="dalarna", after="1")}
    assert klara.post(f"{address}/write", {**fields, "act": "save"}).status_code == 303
    page = klara.get(address).text
    assert "Ansökan whose" in page
    assert sent(klara, "2026-041", "save")
    assert 'name="number" value="2026-042"' in klara.get(NEW).text
    assert PATIENT.replace("-", "") in page


def test_a_question_is_answered_and_the_versions_are_compared(
    klara: Browser, filled: Portal, assessor: str
) -> None:
    address = sent(klara, "asked")
    moved(filled, assessor, address, "take", 2)
    moved(filled, assessor, address, "ask-supplement", 3, said="Bild av 37?")
    assert "Bild av 37?" in klara.get(address).text
    assert "Ansökan asked" in klara.get("/portal").text
    page = klara.get(f"{address}/write").text
    assert "Bild av 37?" in page
    assert 'value="save"' not in page
    fields = {**written("asked"), "after": "4", "said": "Bifogad.", "act": "supplement"}
    fields |= {name: [XRAY[name], XRAY[name]] for name in XRAY}
    fields["shows"], fields["price"] = ["36", "37"], "2 000"
    assert klara.post(f"{address}/write", fields).headers["location"] == address
    page = klara.get(address).text
    (link,) = re.findall(r'href="([^"]*/difference[^"]*)"', page)
    text = text_of(klara.get(html.unescape(link)))
    assert "Rad 1, Pris, kr 2 470 kr 2 000 kr" in text
    assert "Röntgenbild 2, Visar 37" in text
    late = klara.post(f"{address}/write", fields)
    assert late.status_code == 409


def test_a_decision_is_told_line_by_line_and_leads_to_an_invoice(
    klara: Browser, filled: Portal, assessor: str
) -> None:
    address = sent(klara, "decided")
    cut = assessed(1, count=1, amount_ore=200_000, motive="En räcker.")
    decided(filled, assessor, address, lines=[cut])
    page = klara.get(address)
    text = text_of(page)
    assert "godkänd i del" in text
    assert "En räcker." in text
    assert "1 kvar att fakturera" in text
    letter = klara.get(re.findall(r'href="([^"]*/letter)"', page.text)[0])
    assert letter.content.startswith(b"%PDF")
    assert letter.headers["content-disposition"].startswith("inline; filename=")
    (form,) = re.findall(r'<form method="post" action="/portal/invoices/new">(.*?)</form>',
                         page.text, re.DOTALL)  # fmt: skip
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["preassessment"].startswith("A")
    assert (fields["code"], fields["tooth"], fields["price"]) == ("407", "36", "2000")
    writing = klara.post("/portal/invoices/new", {**fields, "act": "fill"})
    assert writing.status_code == 200
    assert f'value="{fields["preassessment"]}"' in writing.text
    billed = klara.post("/portal/invoices/new", {**fields, "number": "of-it", "act": "send"})
    assert billed.status_code == 303
    after = klara.get(address).text
    assert "/portal/invoices/new" not in after.partition("<main")[2]
    assert "Allt på raden är fakturerat" in after


def test_a_refusal_is_appealed_with_words_and_withdrawn(
    klara: Browser, filled: Portal, assessor: str
) -> None:
    address = sent(klara, "appealed")
    decided(filled, assessor, address, lines=[assessed(1, "refused", motive="Prognosen.")])
    page = klara.get(address)
    assert "Prognosen." in page.text
    assert re.search(r'aria-label="tand 36[^"]*anmärkning \(avslagen\)', page.text)
    fields = {**written("appealed"), "after": "4", "act": "appeal"}
    silent = klara.post(f"{address}/write", fields)
    assert silent.status_code == 422
    assert 'id="said-wrong"' in silent.text
    told = klara.post(f"{address}/write", {**fields, "said": "Se bilden."})
    assert told.headers["location"] == address
    assert "Se bilden." in klara.get(address).text
    for after, status in (("4", 409), ("x", 409), ("5", 303)):
        answer = klara.post(f"{address}/withdraw", {"after": after, "said": ""})
        assert answer.status_code == status, after
    assert "avslagen" in klara.get(address).text


def test_a_file_is_enclosed_and_what_is_typed_is_saved_with_it(
    klara: Browser, filled: Portal
) -> None:
    def enclose(address: str, content: bytes, **fields: str) -> Response:
        asked = {"kind": "xray", "taken_on": "2026-02-01", "title": "", **fields}
        return klara.post(
            address, {**written("files"), **asked, "act": "enclose"}, files={"file": ("x", content)}
        )

    before = kept(filled.database)
    assert klara.post(NEW, {**written("files"), "price": "x", "act": "enclose"}).status_code == 422
    assert kept(filled.database) == before
    first = enclose(NEW, files.png())
    assert first.status_code == 303, text_of(first)
    address = first.headers["location"]
    page = klara.get(address).text
    assert "Fil: röntgenbild" in page
    (after,) = re.findall(r'name="after" value="(\d+)"', page)
    for content, fields, id_ in (
        (b"MZ", {}, "file"), (files.png(), {"kind": "malware"}, "kind"),
        (files.png(), {"taken_on": ""}, "taken_on"), (files.png(), {"title": "x" * 201}, "title"),
    ):  # fmt: skip
        refused = enclose(address, content, after=after, **fields)
        assert refused.status_code == 422
        assert f'id="{id_}-wrong"' in refused.text, id_
        if "taken_on" not in fields:
            assert 'name="taken_on" value="2026-02-01"' in refused.text
    note = enclose(address, files.png(), after=after, kind="day_note", title="Dag 1")
    assert note.status_code == 303
    page = klara.get(address).text
    assert "daganteckning: Dag 1" in page
    (key,) = re.findall(r'name="enclosed" value="(\d+)"', page)
    gone = klara.post(address, {**written("files"), "enclosed": key, "act": f"unenclose-{key}"})
    assert "Dag 1" not in gone.text


def test_another_clinic_s_application_and_file_are_none(klara: Browser, filled: Portal) -> None:
    address, other = sent(klara, "own"), filled.signed_in("other")
    before = kept(filled.database)
    for path in ("", "/write", "/difference?before=1&after=1", "/decisions/1/letter"):
        assert other.get(address + path).status_code == 404, path
    for path in ("/write", "/withdraw"):
        assert other.post(address + path, {"act": "save", "after": "2"}).status_code == 404
    assert "own" not in other.get("/portal/applications").text
    assert kept(filled.database) == before


def test_another_clinic_s_file_is_none(klara: Browser, filled: Portal) -> None:
    asked = {"kind": "photo", "taken_on": "", "title": "Hemlig titel", "act": "enclose"}
    sent_in = klara.post(
        NEW, {**written("photo"), **asked}, files={"file": ("x", files.png())}
    ).headers["location"]
    page = klara.get(sent_in).text
    assert "Hemlig titel" in page
    (key,) = re.findall(r'name="enclosed" value="(\d+)"', page)
    address = sent_in.removesuffix("/write")
    assert f'href="{address}/documents/{key}"' in klara.get(address).text
    assert klara.get(f"{address}/documents/{key}").content == files.png()
    other = filled.signed_in("other")
    before = kept(filled.database)
    assert other.get(f"{address}/documents/{key}").status_code == 404
    for act in ("check", "save"):
        answer = other.post(NEW, {**written("thief"), "enclosed": key, "act": act})
        assert 'href="#attachments"' in answer.text
        assert "en annan kliniks" in answer.text
        assert "Hemlig titel" not in answer.text
    assert kept(filled.database) == before


def test_the_list_is_by_whom_it_waits_for(klara: Browser, filled: Portal) -> None:
    draft, waits = sent(klara, "mine", "save"), sent(klara, "theirs")
    for path, there, not_there in (
        ("?waits=clinic", draft, waits), ("?waits=assessor", waits, draft),
        ("?in_state=submitted", waits, draft),
        (f"?before={waits.rpartition('/')[2]}", draft, waits),
    ):  # fmt: skip
        page = klara.get(f"/portal/applications{path}").text
        assert f'"{there}"' in page, path
        assert f'"{not_there}"' not in page, path
    for path in ("?waits=me", "?in_state=x", "?before=0", "?x=1"):
        assert klara.get(f"/portal/applications{path}").status_code == 400
    assert CLINIC not in klara.get("/portal/applications").text.partition("<main")[2]
    assert CLINIC in filled.signed_in("reader").get("/portal/applications").text


def test_what_is_written_is_text_and_no_address_holds_a_person(klara: Browser) -> None:
    evil = '"><script>alert(1)</script>'
    fields = written(evil, status=evil, motivation=evil, shows=evil, category="F5")
    for answer in (
        klara.post(NEW, {**fields, "act": "check"}),
        klara.post("/portal/applications/answer", fields),
        klara.post(NEW, {**fields, "price": evil, "act": "submit"}),
    ):
        assert "<script>alert" not in answer.text
    address = sent(klara, evil, status=evil, motivation=evil, shows=evil)
    for path in (address, "/portal/applications", "/portal"):
        page = klara.get(path).text
        assert "<script>alert" not in page
        for link in re.findall(r'(?:href|action)="([^"]*)"', page):
            assert not re.search(r"\d{8}-?\d{4}", link)


def test_a_reader_sees_it_without_buttons(filled: Portal, klara: Browser) -> None:
    address, reader = sent(klara, "read"), filled.signed_in("reader")
    page = reader.get(address)
    assert page.status_code == 200
    assert "/write" not in page.text
    assert "/withdraw" not in page.text
    assert reader.get(f"{address}/write").status_code == 403


def test_no_form_is_taken_that_no_page_of_the_session_held(klara: Browser, filled: Portal) -> None:
    address = sent(klara, "forged", "save")
    before = kept(filled.database)
    paths = [
        one.path for one in routes(app_of(filled))
        if one.method == "POST" and one.path.startswith("/portal/applications")
    ]  # fmt: skip
    assert len(paths) == 4
    for path in paths:
        target = path.replace("/portal/applications/{key}", address)
        fields = {**written("forged"), "after": "1", "act": "submit", "csrf": "x"}
        assert klara.post(target, fields).status_code == 403, path
    assert kept(filled.database) == before
