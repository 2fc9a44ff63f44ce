"""A browser that has chosen English: decisions in English, and Swedish only where it says so."""

import json
import re
from typing import Any

import pytest
from httpx import Response
from lxml import html

from adjudication.packaged import packaged_library
from adjudication.wording.languages import DECISION_WORDS
from registry.roles import may
from tests.api.asking import invoice
from tests.commands import PATIENT, card
from tests.portal.test_access import ROLES, address, ours
from tests.portal.visiting import ORIGIN, Browser, Portal, keep

SWEDISH = re.compile(
    r"[åäöÅÄÖ]|\b(?:och|eller|inte|raden|fakturan|den|det|som|till|avgift|handling|godkänd|tandvård)\b"
)
"""What no English text has; names of people and places are no text of ours."""
NAMES = (
    *(region.name for region in packaged_library().regions.values()), "ÅÅÅÅMMDDNNNN", "Svenska",
)  # fmt: skip
READ = ("placeholder", "title", "aria-label", "alt")


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    """With an invoice of the clinic's that has lines of many outcomes, /portal/invoices/1."""
    codes = [("101", 70_000), ("101", 60_000), ("107", 10), ("800", 50_000), ("999", 100)]
    lines = [
        {"line": number, "treated_on": "2026-01-20", "code": code, "price_ore": price,
         "performer": "dentist"}
        for number, (code, price) in enumerate([*codes, ("303", 90_000), ("404", 400)], 1)
    ]  # fmt: skip
    keep(shared, invoice("E-1", lines=lines), cards=[card("english-1")])
    return shared


@pytest.fixture(scope="module")
def browsers(filled: Portal) -> dict[str, Browser]:
    """Everybody's, in English."""
    found = {who: filled.signed_in(who) for who in ROLES}
    for browser in found.values():
        chosen = browser.client.post(
            "/portal/language",
            data={"language": "en", "then": "/portal"},
            headers=ORIGIN,
            follow_redirects=False,
        )
        browser.cookies.set("__Host-partitur-language", chosen.cookies["__Host-partitur-language"])
    return found


def unmarked(answer: Response) -> list[str]:
    """The Swedish words of a page that nothing marks as Swedish."""
    page = html.fromstring(answer.text)
    said = [
        text
        for element in page.iter()
        if isinstance(element.tag, str) and element.tag not in {"script", "style"}
        for text in (
            *_own(element),
            *((element.get(name) or "") for name in READ if _language(element) != "sv"),
        )
    ]
    return [text for text in said if SWEDISH.search(_without_names(text))]


def _own(element: Any) -> list[str]:
    texts = [element.text or ""] if _language(element) != "sv" else []
    return texts + [one.tail or "" for one in element if _language(element) != "sv"]


def _language(element: Any) -> str:
    while element is not None:
        if element.get("lang"):
            return str(element.get("lang"))
        element = element.getparent()
    return ""


def _without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


def test_a_decision_is_said_in_english(browsers: dict[str, Browser]) -> None:
    answer = browsers["klara"].get("/portal/invoices/1")
    english = DECISION_WORDS["en"]
    for said in ("approved", "denied", "needs_document", "invalid"):
        assert f">{english.outcomes[said]}<" in answer.text
    assert f">{english.statuses['pending']}<" in answer.text
    assert "fee for the visit" in answer.text
    assert "What to do:" in answer.text
    assert "Att göra" not in answer.text
    assert "Action 101 on 2026-01-20 is approved for the patient already" in answer.text
    assert "is neither in the price list nor in the region&#39;s directions" in answer.text
    assert unmarked(answer) == []
    rules = html.fromstring(answer.text).find_class("rule")
    assert len(rules) > 3
    assert {one.get("lang") for one in rules} == {"sv"}  # places are the documents' own


def test_no_page_has_swedish_that_is_not_marked(
    filled: Portal, browsers: dict[str, Browser]
) -> None:
    tried = 0
    for route in ours(filled):
        if route.method != "GET" or "login" in route.path or "static" in route.path:
            continue
        for who, browser in browsers.items():
            task: Any = route.task
            if task not in (None, "signed_in") and not may(ROLES[who], task):
                continue
            answer = browser.get(address(route))
            if answer.status_code == 200:
                assert unmarked(answer) == [], (route.path, who)
                tried += 1
    assert tried > 40


def test_what_is_typed_is_answered_in_english(browsers: dict[str, Browser]) -> None:
    klara = browsers["klara"]
    fields = {
        "number": "E-2", "patient": PATIENT, "support": "F", "care_level": "general",
        "replaces": "", "treated_on": "2026-01-20", "code": "101", "price": "700", "tooth": "",
        "zone": "", "surfaces": "", "conditions": "", "motivation": "", "preassessment": "",
        "performer": "dentist", "facts": "",
    }  # fmt: skip
    for answer in (
        klara.post("/portal/invoices/new/answer", fields),
        klara.post("/portal/invoices/new", {**fields, "act": "check"}),
    ):
        assert "is approved for the patient already" in answer.text
        assert unmarked(answer) == []
    wrong = klara.post("/portal/invoices/new/answer", {**fields, "price": "x"})
    assert "belopp i kronor" in wrong.text
    assert unmarked(wrong) == []


def test_what_is_left_is_said_in_english(browsers: dict[str, Browser]) -> None:
    asked = {"patient": PATIENT, "support": "F", "on": "2026-01-20", "why": "billing"}
    answer = browsers["klara"].post("/portal/patients", asked)
    assert " of 8 left" in answer.text
    assert "F dental care" in answer.text
    assert unmarked(answer) == []


def test_a_file_is_answered_in_english(browsers: dict[str, Browser]) -> None:
    row = invoice("E-3", lines=[{**invoice("")["lines"][0], "code": "999"}])
    content = f'{json.dumps(row)}\n{{"clinic": 1}}\n'
    answer = browsers["klara"].post(
        "/portal/invoices/file", {"act": "show"}, files={"file": ("f.ndjson", content)}
    )
    assert answer.status_code == 200
    assert "Action 999 is neither" in answer.text
    assert unmarked(answer) == []
