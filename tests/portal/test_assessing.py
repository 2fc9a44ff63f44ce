"""An assessor's day on pages: what waits, a case, deciding line by line, and two at once."""

import re
from typing import Any

import pytest
from httpx import Response

from portal.assessing import desk as desk_page
from tests import files
from tests.api.asking import kept, noted
from tests.applications import planned
from tests.portal.applying import Systems, systems
from tests.portal.visiting import Browser, Portal

PATH = "/portal/assessing"
RIGHT = {
    "covers_from": "2026-02-20", "covers_to": "2026-12-31", "condition": "", "used": "",
    "motive": "Behovet är visat.", "outcome-1": "approved", "outcome-2": "approved",
}  # fmt: skip
"""A decision that approves all of `content` in tests/applications.py."""


@pytest.fixture(scope="module")
def there(shared: Portal) -> Systems:
    return systems(shared)


@pytest.fixture
def bo(shared: Portal) -> Browser:
    return shared.signed_in("assessor")


def form(browser: Browser, key: int, **fields: Any) -> dict[str, Any]:
    """What the form on a case's page sends, with other values for some fields. A field whose name
    has a hyphen is written with two underscores."""
    page = browser.get(f"{PATH}/{key}").text
    found = re.search(r'name="after" value="(\d+)"', page)
    assert found is not None, page
    empty = {f"{name}-{line}": "" for name in ("count", "amount", "reason", "motive")
             for line in (1, 2)}  # fmt: skip
    given = {name.replace("__", "-"): value for name, value in fields.items()}
    return {"after": found[1], **empty, **RIGHT, **given}


def decide(browser: Browser, key: int, act: str = "decide", **fields: Any) -> Response:
    return browser.post(f"{PATH}/{key}/decide", {**form(browser, key, **fields), "act": act})


def move(browser: Browser, key: int, move: str, **fields: Any) -> Response:
    after = form(browser, key)["after"]
    said = {"said": "", "to": "", "answer_by": "", **fields}
    return browser.post(f"{PATH}/{key}/move", {"after": after, "move": move, **said})


def taken(there: Systems, bo: Browser, number: str, **content: Any) -> int:
    key = there.submitted(number, **content)
    assert move(bo, key, "take").status_code == 303
    return key


def test_the_next_one_is_taken_decided_and_the_one_after_it_opened(
    there: Systems, bo: Browser
) -> None:
    first, second = there.submitted("n-1"), there.submitted("n-2")
    page = bo.get(PATH).text
    assert page.index("n-1") < page.index("n-2")
    assert "19480512" not in page
    answer = bo.post(f"{PATH}/next", {})
    assert answer.headers["location"] == f"{PATH}/{first}"
    page = bo.get(f"{PATH}/{first}").text
    for said in ("407", "Övrig kirurgi", "Karies 36.", "2 × 2", "Bedömningsansökan, punkt 2",
                 "Vårdens omfattning, punkt 11", "19480512-1011"):  # fmt: skip
        assert said in page, said
    answer = decide(bo, first, "decide_next")
    assert answer.headers["location"] == f"{PATH}/{second}"
    page = bo.get(f"{PATH}/{first}").text
    assert f"A{first}" in page
    assert "Behovet är visat." in page
    answer = decide(bo, second, "decide")
    assert answer.headers["location"] == f"{PATH}?done={second}"
    page = bo.get(answer.headers["location"]).text
    assert f'href="{PATH}/{second}"' in page
    assert "disabled" in page, "nobody waits any more"
    assert bo.post(f"{PATH}/next", {}).headers["location"] == PATH


def test_what_waits_is_narrowed_by_a_form_that_may_leave_fields_empty(
    there: Systems, bo: Browser
) -> None:
    key = there.submitted("narrow")
    for said, is_there in (("support=F", True), ("support=N", False), ("support=", True)):
        page = bo.get(f"{PATH}?view=new&kind=&region=&{said}").text
        assert (f"{PATH}/{key}" in page) == is_there, said
    assert bo.get(f"{PATH}?kind=&region=gotham&support=").status_code == 400


def test_part_is_approved_and_a_line_refused_for_a_reason_that_the_rules_give(
    there: Systems, bo: Browser
) -> None:
    key = taken(there, bo, "part")
    page = bo.get(f"{PATH}/{key}").text
    assert 'value="sixteen_thousand_a_year"' in page
    answer = decide(
        bo, key, outcome__1="part", count__1="1", amount__1="2 000", motive__1="En räcker.",
        outcome__2="refused", reason__2="application_in_general_care",
        motive__2="Se röntgen.",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    page = bo.get(f"{PATH}/{key}").text
    assert "godkänd med begränsningar" in page
    assert "högst 2\u00a0000\u00a0kr" in page
    assert "(Vårdens omfattning, punkt 11) Se röntgen." in page


def test_everything_wrong_is_told_at_its_field_and_what_was_typed_stays(
    there: Systems, shared: Portal, bo: Browser
) -> None:
    key = taken(there, bo, "wrong")
    before = kept(shared.database)
    answer = decide(
        bo, key, outcome__1="part", count__1="x", amount__1="dyrt", motive__1="Min text.",
        outcome__2="", covers_to="2026-02-30",
    )  # fmt: skip
    assert answer.status_code == 422
    for field in ("covers_to", "count-1", "amount-1", "outcome-2"):
        assert f'href="#{field}"' in answer.text, field
    assert "Min text." in answer.text
    answer = decide(bo, key, outcome__1="part", count__1="2", amount__1="2470", motive="",
                    outcome__2="refused", covers_to="2026-02-01")  # fmt: skip
    assert 'href="#count-1"' in answer.text, "no less than what is applied for"
    answer = decide(bo, key, outcome__1="part", count__1="1", motive="", outcome__2="refused",
                    covers_to="2026-02-01")  # fmt: skip
    assert answer.status_code == 422
    for field in ("motive-1", "motive-2", "motive", "covers_to"):
        assert f'href="#{field}"' in answer.text, field
    answer = decide(bo, key, outcome__1="refused", reason__1="no_such_rule")
    assert 'href="#reason-1"' in answer.text
    cases: list[tuple[str, dict[str, str]]] = [
        ("x", {}), ("decide", {"after": "0"}), ("decide", {"after": "x"}),
    ]  # fmt: skip
    for act, fields in cases:
        answer = bo.post(f"{PATH}/{key}/decide", {**form(bo, key), **fields, "act": act})
        assert answer.status_code == 400, act
    assert bo.post(f"{PATH}/{key}/move", {"after": "1", "move": "submit"}).status_code == 400
    assert kept(shared.database) == before


@pytest.mark.parametrize(
    ("marked", "chosen"), [((), {"1", "2"}), (("2",), {"2"})], ids=["all", "those marked"]
)
def test_several_lines_are_chosen_at_once(
    there: Systems, bo: Browser, marked: tuple[str, ...], chosen: set[str]
) -> None:
    key = taken(there, bo, f"many-{len(marked)}")
    fields = form(bo, key, outcome__1="", outcome__2="", motive="Skrivet.", mark=list(marked))
    answer = bo.post(f"{PATH}/{key}/decide", {**fields, "act": "refused"})
    assert answer.status_code == 200
    found = set(re.findall(r'name="outcome-(\d)" value="refused"[^>]* checked', answer.text))
    assert found == chosen
    assert "Skrivet." in answer.text


def test_the_second_of_two_is_told_and_loses_nothing(
    there: Systems, shared: Portal, bo: Browser
) -> None:
    key = taken(there, bo, "two")
    typed = form(bo, key, motive="Allt jag har skrivit.", outcome__2="refused")
    there.moved(key, "hand-over", there.colleague, to="Åsa Annan, 2", said="Jag tar den.")
    before = kept(shared.database)
    answer = bo.post(f"{PATH}/{key}/decide", {**typed, "motive-2": "Nej.", "act": "decide"})
    assert answer.status_code == 409
    for said in ("Någon hann före", "Åsa Annan", "Jag tar den.", "Allt jag har skrivit.", "Nej."):
        assert said in answer.text, said
    assert re.search(r'name="outcome-2" value="refused"[^>]* checked', answer.text)
    assert kept(shared.database) == before
    after = re.search(r'name="after" value="(\d+)"', answer.text)
    assert after is not None
    again = {**typed, "motive-2": "Nej.", "after": after[1]}
    answer = bo.post(f"{PATH}/{key}/decide", {**again, "act": "take_over"})
    assert answer.status_code == 200
    assert "Allt jag har skrivit." in answer.text
    after = re.search(r'name="after" value="(\d+)"', answer.text)
    assert after is not None
    answer = bo.post(f"{PATH}/{key}/decide", {**again, "after": after[1], "act": "decide"})
    assert answer.status_code == 303, answer.text


def test_a_case_of_a_colleague_is_seen_and_can_be_taken_over(there: Systems, bo: Browser) -> None:
    key = there.submitted("theirs")
    there.moved(key, "take", there.colleague)
    page = bo.get(f"{PATH}/{key}").text
    assert "Åsa Annan har ärendet." in page
    assert 'name="outcome-1"' not in page
    assert "theirs" in bo.get(f"{PATH}?view=others").text
    name = re.search(r'name="to" value="([^"]+)"', page)
    assert name is not None
    assert move(bo, key, "hand_over", to=name[1]).status_code == 303
    assert 'name="outcome-1"' in bo.get(f"{PATH}/{key}").text


def test_a_supplement_is_asked_for_by_a_day(there: Systems, shared: Portal, bo: Browser) -> None:
    key = taken(there, bo, "more")
    before = kept(shared.database)
    for fields, said in (
        ({"said": "", "answer_by": "2026-03-01"}, "skriv vad det gäller"),
        ({"said": "Bild av 37?", "answer_by": "2026-02-01"}, "dagen har redan varit"),
        ({"said": "Bild av 37?", "answer_by": "2026-02-30"}, "dagen finns inte"),
    ):
        answer = move(bo, key, "ask_supplement", **fields)
        assert answer.status_code == 422
        assert said in answer.text
        assert fields["said"] in answer.text
        assert fields["answer_by"] in answer.text
    assert kept(shared.database) == before
    answer = move(bo, key, "ask_supplement", said="Bild av 37?", answer_by="2026-03-01")
    assert answer.status_code == 303
    assert "svara senast 2026-03-01" in bo.get(f"{PATH}/{key}").text
    assert "svar senast 2026-03-01" in bo.get(f"{PATH}?view=away").text
    assert move(bo, key, "recall").status_code == 303
    assert 'name="outcome-1"' in bo.get(f"{PATH}/{key}").text
    assert move(bo, key, "dismiss", said="Återtagen i telefon.").status_code == 303


def test_a_consultant_sees_what_waits_for_them_and_answers(
    there: Systems, shared: Portal, bo: Browser
) -> None:
    picture = there.attached(files.png())
    content = {"xrays": [{"exposed_on": "2026-01-15", "attachment": picture}]}
    key, other = taken(there, bo, "asked", **content), taken(there, bo, "aside")
    kim = shared.signed_in("consultant")
    assert "Ingen fråga väntar" in kim.get("/portal/consulting").text
    page = bo.get(f"{PATH}/{key}").text
    (name,) = set(re.findall(r'<option value="(consultant, [^"]+)"', page))
    answer = move(bo, key, "ask_consultant", to=name, said="Går 36 att rädda?")
    assert answer.status_code == 303, answer.text
    page = kim.get("/portal/consulting").text
    assert "asked" in page
    assert "aside" not in page
    page = kim.get(f"/portal/consulting/{key}").text
    assert "Går 36 att rädda?" in page
    assert "19480512" not in page
    document = f"/portal/applications/{key}/documents/{picture}"
    assert kim.get(document).content == files.png()
    assert kim.get(f"/portal/consulting/{other}").status_code == 404
    assert kim.get(f"/portal/applications/{other}/documents/{picture}").status_code == 404
    after = re.search(r'name="after" value="(\d+)"', page)
    assert after is not None
    sent = {"after": after[1], "said": " "}
    assert kim.post(f"/portal/consulting/{key}/answer", sent).status_code == 422
    sent = {"after": after[1], "said": "Ja, med rotfyllning."}
    assert kim.post(f"/portal/consulting/{key}/answer", sent).status_code == 303
    assert "Ja, med rotfyllning." in bo.get(f"{PATH}/{key}").text
    assert kim.get(document).status_code == 404
    answer = kim.post(f"/portal/consulting/{key}/answer", sent)
    assert answer.status_code == 409
    assert "Ja, med rotfyllning." in answer.text, "what was written is shown again"


def test_documents_and_letters_are_shown_in_a_frame_of_ours_alone(
    there: Systems, shared: Portal, bo: Browser
) -> None:
    paper = there.attached(files.pdf(), "periodontal_status", "Fickor")
    key = taken(there, bo, "paper", attachments=[paper])
    page = bo.get(f"{PATH}/{key}")
    assert page.headers["content-security-policy"].endswith("; frame-src 'self'")
    assert page.headers["x-frame-options"] == "DENY"
    document = f"/portal/applications/{key}/documents/{paper}"
    assert document in page.text
    letter = bo.post(f"{PATH}/{key}/letter", form(bo, key))
    for answer in (bo.get(document), letter):
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("inline; ")
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'self'" in policy
    wrong = bo.post(f"{PATH}/{key}/letter", form(bo, key, motive="", outcome__1="refused"))
    assert wrong.status_code == 422
    assert wrong.headers["x-frame-options"] == "SAMEORIGIN"
    assert "motivering saknas" in wrong.text
    assert decide(bo, key).status_code == 303
    (made,) = set(re.findall(rf'href="({PATH}/{key}/letters/\d+)', bo.get(f"{PATH}/{key}").text))
    assert bo.get(made).content.startswith(b"%PDF")
    assert bo.get(f"{PATH}/{key}/letters/1").status_code == 404
    assert shared.signed_in("klara").get(document).status_code == 200
    assert shared.signed_in("other").get(document).status_code == 404
    other = taken(there, bo, "no paper")
    assert bo.get(f"/portal/applications/{other}/documents/{paper}").status_code == 404
    assert ("read_attachment", "assessor, SE2321000057-ASSESSOR", "194805121011") in noted(
        shared.database
    )


def test_earlier_decisions_stand_beside_like_lines(there: Systems, bo: Browser) -> None:
    first = taken(there, bo, "like", lines=[planned(code="823", price_ore=678_500, count=1)])
    empty = {"outcome-2": ""}
    answer = bo.post(
        f"{PATH}/{first}/decide",
        {**form(bo, first, outcome__1="refused", motive__1="Samma nytta för mindre."), **empty,
         "act": "decide"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    key = there.submitted("alike", lines=[planned(code="823", price_ore=678_500, count=1)])
    page = bo.get(f"{PATH}/{key}").text
    assert "Tidigare beslut om 823 (1)" in page
    assert "Samma nytta för mindre." in page


def test_a_case_is_shown_in_english_and_its_motives_stay_swedish(
    there: Systems, bo: Browser
) -> None:
    key = taken(there, bo, "english", lines=[planned(code="108", price_ore=100_000)])
    bo.post("/portal/language", {"language": "en", "then": "/portal"})
    page = bo.get(f"{PATH}/{key}").text
    assert "Treatment plan" in page
    assert '<p lang="en">' in page
    assert "Åtgärd 108 kräver en godkänd bedömningsansökan." in page, "a reason to choose"


def test_the_desk_is_narrowed_and_turned_page_by_page(
    there: Systems, bo: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("p-1", "p-2", "p-3"):
        there.submitted(number)
    there.submitted("r-1", kind="retrospective", lines=[planned(done_on="2026-02-02")])
    monkeypatch.setattr(desk_page, "SHOWN", 2)
    found: list[str] = []
    address: str | None = f"{PATH}?kind=advance"
    while address is not None:
        listed = bo.get(address).text
        found += re.findall(r">([pr]-\d)</a>", listed)
        further = re.search(rf'href="({PATH}\?[^"]*after=\d+[^"]*)"', listed)
        address = further and further[1].replace("&amp;", "&")
    assert [one for one in found if one in {"p-1", "p-2", "p-3"}] == ["p-1", "p-2", "p-3"]
    assert "r-1" not in found
    assert "r-1" in bo.get(f"{PATH}?kind=retrospective").text
    for query in ("view=x", "kind=x", "support=X", "after=0", "done=x", "who=me"):
        assert bo.get(f"{PATH}?{query}").status_code == 400, query
    assert "Ingen ansökan väntar" in bo.get(f"{PATH}?region=dalarna").text
    assert bo.post(f"{PATH}/next", {"region": "atlantis"}).status_code == 400
    assert bo.post(f"{PATH}/next", {"region": "dalarna"}).headers["location"] == PATH
    assert bo.get(f"{PATH}/999").status_code == 404
