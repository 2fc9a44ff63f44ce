"""Lines that wait, on pages: the queue, settling several of an invoice, asking the clinic, two at
once."""

from typing import Any

import pytest
from httpx import Response

from portal.assessing import held as queue_page
from tests import files
from tests.api.asking import CLINIC, invoice, issued, kept, noted
from tests.commands import card, line
from tests.portal.visiting import Browser, Portal, keep
from tests.serving import bearer

PATH = "/portal/held"
LINES = [
    line(), line(line=2, code="303", price_ore=124_500, motivation="Tog lång tid."),
    line(line=3, code="108", price_ore=189_500),
]  # fmt: skip
"""The first is approved, the second waits for a document, the third for an application."""


@pytest.fixture
def portal(portal: Portal) -> Portal:
    """With an invoice, /portal/held/1."""
    assert keep(portal, invoice("H-1", lines=LINES), cards=[card("H")]) == 1
    return portal


@pytest.fixture
def bo(portal: Portal) -> Browser:
    return portal.signed_in("assessor")


def settle(browser: Browser, after: int = 1, **fields: str) -> Response:
    empty = {f"{name}-{number}": "" for number in (2, 3)
             for name in ("outcome", "amount", "reason", "motive")}  # fmt: skip
    given = {name.replace("__", "-"): value for name, value in fields.items()}
    return browser.post(f"{PATH}/1/settle", {"after": after, **empty, **given})


def test_the_next_is_taken_and_both_lines_settled(portal: Portal, bo: Browser) -> None:
    page = bo.get(PATH).text
    for said in ("H-1, rad 2", "H-1, rad 3", "handling saknas", "ansökan krävs", CLINIC):
        assert said in page, said
    assert "19480512" not in page
    assert "rad 3" not in bo.get(f"{PATH}?outcome=needs_document").text
    assert bo.post(f"{PATH}/next", {"outcome": "x"}).status_code == 400
    answer = bo.post(f"{PATH}/next", {"outcome": "needs_preassessment"})
    assert answer.headers["location"] == f"{PATH}/1#line-3"
    assert "rad 3" in bo.get(f"{PATH}?whose=mine").text
    assert "rad 3" not in bo.get(f"{PATH}?whose=nobody").text
    page = bo.get(f"{PATH}/1").text
    for said in ("Tog lång tid.", "19480512-1011", "Vårdens omfattning, punkt 11", "Vad är kvar?"):
        assert said in page, said
    answer = settle(bo, outcome__2="refused", reason__2="found-0", motive__2="Skicka den.",
                    outcome__3="approved", amount__3="1 500")  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert "version 3" in bo.get(f"{PATH}/1").text
    page = portal.signed_in("klara").get("/portal/invoices/1").text
    assert "Skicka den." in page
    assert "1\u00a0500\u00a0kr av 1\u00a0895\u00a0kr" in page
    assert "Ingen rad väntar." in bo.get(PATH).text
    assert bo.post(f"{PATH}/next", {}).headers["location"] == PATH
    assert settle(bo, 3, outcome__2="approved").status_code == 303, "a refusal is thought over"


def test_all_that_is_wrong_is_told_and_nothing_is_settled(portal: Portal, bo: Browser) -> None:
    before = kept(portal.database)
    answer = settle(bo, outcome__2="refused", outcome__3="approved", amount__3="mycket")
    assert answer.status_code == 422
    assert 'href="#motive-2"' in answer.text
    assert 'href="#amount-3"' in answer.text
    assert 'value="mycket"' in answer.text
    answer = settle(bo, outcome__2="refused", reason__2="none", motive__2="x" * 4001)
    assert 'href="#reason-2"' in answer.text
    assert 'href="#motive-2"' in answer.text
    assert "minst en rad" in settle(bo).text
    assert settle(bo, outcome__2="maybe").status_code == 400
    assert settle(bo, 0, outcome__2="approved").status_code == 400
    assert bo.get(f"{PATH}/99").status_code == 404
    assert bo.post(f"{PATH}/1/lines/2/eat", {}).status_code == 404
    assert kept(portal.database) == before


def test_the_second_of_two_is_told_what_stands_and_loses_nothing(
    portal: Portal, bo: Browser
) -> None:
    other = bearer(issued(portal.database, "Åsa Annan", "assessor"))
    client = portal.browser().client
    body = {"version": 1, "is_approved": True}
    lines = "/invoices/1/lines"
    assert client.post(f"{lines}/2/assessment", json=body, headers=other).status_code == 201
    assert client.post(f"{lines}/3/take", headers=other).status_code == 200
    before = kept(portal.database)
    answer = settle(bo, outcome__3="refused", motive__3="Min långa text.")
    assert answer.status_code == 409
    assert "version 2" in answer.text
    assert "Min långa text." in answer.text
    answer = settle(bo, 2, outcome__3="refused", motive__3="Min långa text.")
    assert answer.status_code == 409
    assert "Åsa Annan har tagit raden" in answer.text
    assert "Min långa text." in answer.text
    assert bo.post(f"{PATH}/1/lines/3/take", {}).status_code == 409
    assert kept(portal.database) == before
    assert bo.post(f"{PATH}/1/lines/3/put-back", {}).status_code == 303
    answer = settle(bo, 2, outcome__3="refused", motive__3="Min långa text.")
    assert answer.status_code == 303


def test_the_clinic_is_asked_and_what_it_adds_is_shown_in_place(
    portal: Portal, bo: Browser
) -> None:
    ask = f"{PATH}/1/lines/3/question"
    sent: dict[str, Any] = {"after": 1, "question-3": " "}
    assert bo.post(ask, sent).status_code == 422
    sent = {"after": 1, "question-3": "Vilken utredning?", "kinds-3": ["record_copy", "x"]}
    assert bo.post(ask, {**sent, "after": 7}).status_code == 409
    assert bo.post(ask, sent).status_code == 303
    assert "Vilken utredning?" in bo.get(f"{PATH}/1").text
    assert "kliniken är tillfrågad" in bo.get(PATH).text
    klara = portal.signed_in("klara")
    assert "Vilken utredning?" in klara.get("/portal/invoices/1").text
    told = {"line": "3", "kind": "record_copy", "title": "Journal"}
    answer = klara.post("/portal/invoices/1/documents", told, files={"file": ("x", files.png())})
    assert answer.status_code == 303, answer.text
    page = bo.get(f"{PATH}/1").text
    assert f'href="{PATH}/1/documents/1#' in page
    before = len(noted(portal.database))
    answer = bo.get(f"{PATH}/1/documents/1")
    assert answer.content == files.png()
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert [act for act, _, _ in noted(portal.database)[before:]] == ["read_attachment"]
    assert bo.get(f"{PATH}/1/documents/2").status_code == 404


def test_the_queue_is_turned_page_by_page(
    portal: Portal, bo: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_page, "SHOWN", 1)
    page = bo.get(f"{PATH}?whose=nobody").text
    assert "rad 2" in page
    assert "rad 3" not in page
    (further,) = {one.partition('"')[0] for one in page.split('href="') if "after=" in one[:80]}
    assert "rad 3" in bo.get(further.replace("&amp;", "&")).text
