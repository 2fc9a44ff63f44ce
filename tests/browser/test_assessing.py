"""An assessor's and a consultant's story, in a real browser."""

import re

import pytest

from tests.browser.person import DARK, NARROW, NO_SCRIPT, Person

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 1280, "height": 900}}
DOCUMENT, LETTER = re.compile(r"/documents/\d+$"), re.compile(r"/letter$")


@pytest.mark.parametrize("person", [WIDE], indirect=True)
def test_a_case_is_decided_by_keys_alone_and_the_next_one_opens(person: Person) -> None:
    person.log_in("Bo Bedömare")
    person.open("/portal/assessing")
    person.picture("assessing")
    keyboard = person.page.keyboard
    keyboard.press("n")
    person.wait_for_keys("#decision")
    first = person.headline()
    with person.page.expect_response(DOCUMENT):
        xray = person.page.locator(".documents li", has_text="röntgenbild")
        keyboard.press(xray.locator("kbd").inner_text())
    keyboard.press("j")
    assert person.has_outline()
    keyboard.press("a")
    keyboard.press("m")
    assert person.focused_name() == "motive-1"
    keyboard.type("Underlaget visar inte behovet.")
    keyboard.press("Escape")
    keyboard.press("j")
    for _ in range(person.page.locator("[data-line]").count() - 1):
        keyboard.press("g")  # and on to the next line
    person.picture("case")
    keyboard.press("?")
    assert person.page.locator("#keys").is_visible()
    assert "Godkänn del" in person.page.locator("#keys").inner_text()
    assert person.faults() == []
    keyboard.press("Escape")
    keyboard.press("Control+Enter")
    person.page.get_by_role("alert").wait_for()
    assert "motivering saknas" in person.page.get_by_role("alert").inner_text()
    assert person.page.locator("#motive-1").input_value() == "Underlaget visar inte behovet."
    keyboard.press("G")
    assert person.page.locator("input[value=approved]:checked").count() == (
        person.page.locator("[data-line]").count()
    )
    keyboard.press("e")
    keyboard.type("Behovet är visat med status och röntgen.")
    keyboard.press("Escape")
    with person.page.expect_response(LETTER) as sent:
        keyboard.press("p")
    assert sent.value.headers["content-type"] == "application/pdf"
    keyboard.press("Control+Enter")
    person.page.wait_for_function("text => document.querySelector('h1').innerText !== text",
                                  arg=first)  # fmt: skip
    assert person.page.locator("#decision").count() == 1, "the next one is taken"


def test_keys_can_be_turned_off(person: Person) -> None:
    """Whoever speaks to the computer would else press them by accident (WCAG 2.1.4)."""
    person.log_in("Bo Bedömare")
    person.open("/portal/assessing")
    person.page.keyboard.press("?")
    person.page.get_by_label("Tangenterna är på").uncheck()
    person.page.keyboard.press("Escape")
    person.page.keyboard.press("?")
    assert not person.page.locator("#keys").is_visible()
    person.page.get_by_role("button", name="Tangenter").click()
    person.page.get_by_label("Tangenterna är på").check()


@pytest.mark.parametrize("person", [NO_SCRIPT], indirect=True)
def test_without_scripts_a_case_is_taken_refused_and_a_supplement_asked_for(
    person: Person,
) -> None:
    person.log_in("Bea Bedömare")
    person.page.get_by_role("button", name="Ta nästa").first.click()
    case = person.page.url
    for number in range(person.page.locator("fieldset[data-line]").count()):
        line = person.page.locator("fieldset[data-line]").nth(number)
        line.get_by_role("radio", name="Avslå").check()
        line.get_by_label("Skäl ur reglerna").select_option(index=1)
    person.page.get_by_label("Motivering, som kliniken läser").fill("Underlaget räcker inte.")
    person.page.get_by_text("Beslutsbrevet").click()
    person.page.get_by_role("button", name="Visa brevet").click()
    person.page.get_by_role("button", name="Besluta", exact=True).click()
    assert "Beslutet är fattat" in person.page.get_by_role("status").inner_text()
    person.page.goto(case)
    assert "avslagen" in person.headline()
    person.open("/portal/assessing")
    person.page.get_by_role("button", name="Ta nästa").click()
    person.page.get_by_text("Begär komplettering").click()
    person.page.get_by_label("Vad saknas?").fill("Röntgenbild av 36 från i år.")
    person.page.get_by_role("button", name="Skicka frågan").first.click()
    assert "ska svara senast" in person.page.locator("main").inner_text()


@pytest.mark.parametrize("person", [WIDE], indirect=True)
def test_a_consultant_answers(person: Person) -> None:
    person.log_in("Kim Konsult")
    person.page.get_by_role("link", name="Frågor").first.click()
    person.page.locator("tbody a").first.click()
    assert person.faults() == []
    person.picture("question")
    person.page.get_by_label("Ditt svar").fill("Ja, om hygienen hålls.")
    person.page.get_by_role("button", name="Skicka svaret").click()
    assert person.headline() == "Frågor till dig"


@pytest.mark.parametrize("person", [WIDE], indirect=True)
def test_lines_that_wait_are_settled(person: Person) -> None:
    person.log_in("Bo Bedömare")
    person.open("/portal/held")
    person.picture("held")
    person.page.keyboard.press("n")
    person.wait_for_keys("#settling")
    person.page.keyboard.press("a")
    person.page.keyboard.press("m")
    person.page.keyboard.type("Ansökan saknas för åtgärden.")
    assert person.faults() == []
    person.picture("held-invoice")
    many = person.page.locator("#settling [data-line]").count()
    person.page.keyboard.press("Control+Enter")
    person.page.get_by_text("avslagen").first.wait_for()
    assert person.page.locator("#settling [data-line]").count() == many, "it can be thought over"


@pytest.mark.parametrize("person", [DARK | WIDE], indirect=True)
def test_cases_in_every_state_by_axe_and_on_a_small_screen(person: Person) -> None:
    person.log_in("Bo Bedömare")
    for view in ("new", "mine", "away", "decided"):
        person.open(f"/portal/assessing?view={view}")
        person.open(person.page.locator("tbody a").first.get_attribute("href"))
        assert person.faults() == [], view
        assert person.weight() < 150_000, view
        person.page.set_viewport_size(NARROW["viewport"])
        assert not person.is_too_wide(), view
        if view == "mine":
            person.picture("case-narrow")
        person.page.set_viewport_size(WIDE["viewport"])
