"""A clinic's story with applications, in a real browser: by keyboard on the chart, and without
scripts."""

import re
from typing import Any

import pytest

from tests import files
from tests.browser.invoicing import known
from tests.browser.person import NARROW, NO_SCRIPT, Person

pytestmark = pytest.mark.browser

SHOWN_PROGRESS = """document.addEventListener("htmx:xhr:progress", () => {
  const bar = document.querySelector("#application progress");
  window.shown = bar.hidden ? -1 : Math.max(window.shown || 0, bar.value);
})"""
"""Remembers how much of a file the page has said to be sent."""


def begin(person: Person, patient: str, number: str) -> None:
    page = person.page
    person.open("/portal/applications/new")
    page.get_by_label("Personnummer").fill(patient)
    page.get_by_label("Ansökans nummer").fill(number)
    page.get_by_role("button", name="Fortsätt").click()


def fill_in(person: Person) -> None:
    page = person.page
    page.locator("#status").fill("Karies 16 och 15.")
    page.locator("#periodontal_status").fill("Fickor 4 mm.")
    page.locator("#hygiene_standard").fill("God med hjälp.")
    page.locator("#prognosis").fill("God.")
    page.locator("#category").select_option("F5")
    page.get_by_role("button", name="En röntgenbild till").click()
    page.locator("#xray-1-exposed_on").wait_for()
    page.locator("#xray-1-exposed_on").fill("2026-11-10")
    page.locator("#xray-1-shows").fill("16 och 15")


def enclose(page: Any, path: Any) -> None:
    """A file, of which first the day is missing."""
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="Bifoga", exact=True).click()
    page.locator("#taken_on-wrong").wait_for()
    assert page.locator("#file").input_value().endswith("bild.png")
    page.locator("#taken_on").fill("2026-11-10")
    page.evaluate(SHOWN_PROGRESS)
    page.get_by_role("button", name="Bifoga", exact=True).click()
    page.get_by_text("Fil: röntgenbild").wait_for()
    assert page.evaluate("window.shown") == 100
    assert page.locator("#file").input_value() == ""


def test_an_application_is_planned_on_the_chart_by_keyboard_and_sent(
    person: Person, tmp_path: Any
) -> None:
    path = tmp_path / "bild.png"
    path.write_bytes(files.png())
    person.log_in("Klara Klinik")
    begin(person, known(person), "2026-201")
    page = person.page
    assert page.locator("#answer").get_by_text("Vad är kvar?").count() == 1
    page.get_by_role("button", name="tand 18, visdomstanden").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert "tand 16" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert person.has_outline()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "code"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#line-1-tooth[value='16']").wait_for()
    person.wait_for_focus("#line-1-code")
    page.keyboard.type("704")
    page.get_by_role("button", name="tand 15, andra premolaren").click()
    page.locator("#line-2-tooth[value='15']").wait_for()
    person.wait_for_focus("#at-15")
    assert page.locator("#line-2-code").input_value() == "704"
    assert page.locator("#line-2-price").input_value() != ""
    assert (
        page.locator("button[aria-label^='tand 16']")
        .get_attribute("aria-label")
        .endswith("planerad")
    )
    answer = page.locator("#answer")
    assert answer.locator(".lacks").count() > 2
    fill_in(person)
    page.locator("#prognosis").fill("God, med hjälp.")
    answer.get_by_text("Allt som krävs finns").wait_for()
    enclose(page, path)
    assert person.faults() == []
    person.picture("application-write")
    page.get_by_role("button", name="Skicka ansökan").click()
    assert person.headline() == "Ansökan 2026-201"
    assert page.locator(".outcome").first.inner_text() == "skickad"
    page.get_by_text("Vad ändrades i version 2?").click()
    assert person.faults() == []


@pytest.mark.parametrize("person", [NO_SCRIPT], indirect=True)
def test_an_application_without_scripts_is_saved_sent_and_withdrawn(person: Person) -> None:
    person.log_in("Klara Klinik")
    begin(person, known(person), "2026-202")
    page = person.page
    page.get_by_role("button", name="tand 26, första molaren").click()
    assert page.locator("#line-1-tooth").input_value() == "26"
    page.locator("#line-1-code").fill("704")
    page.get_by_role("button", name="Spara utkast").click()
    page.get_by_role("button", name="Skicka ansökan").click()
    assert "inte skickad" in page.locator("[role=alert]").inner_text()
    fill_in(person)
    page.get_by_role("button", name="Skicka ansökan").click()
    assert person.headline() == "Ansökan 2026-202"
    page.get_by_text("Återta ansökan").click()
    page.get_by_role("button", name="Återta", exact=True).click()
    assert "återtagen" in page.locator("main").inner_text()


def test_a_decision_leads_to_an_invoice_with_its_lines(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("link", name="Ansökningar", exact=True).click()
    person.picture("applications")
    person.page.get_by_role("link", name="2026-105").click()
    person.picture("application")
    letter = person.page.get_by_role("link", name="Visa beslutsbrevet (PDF)").get_attribute("href")
    assert person.page.request.get(person.address + letter).body().startswith(b"%PDF")
    person.page.get_by_role("link", name=re.compile("^tand 38")).click()
    assert person.page.evaluate("location.hash") == "#tand-38"
    person.page.get_by_role("button", name="Skriv faktura").click()
    assert person.headline() == "Skriv faktura"
    assert person.page.get_by_label("Åtgärd").input_value() == "407"
    assert person.page.get_by_label("Ansökan").input_value().startswith("A")


def test_what_the_assessor_asks_is_answered(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("link", name="Ansökan 2026-103").click()
    assert "Bilden av 37" in person.page.locator("main").inner_text()
    person.picture("application-supplement")


@pytest.mark.parametrize("person", [NARROW], indirect=True)
def test_the_chart_on_a_small_screen(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.open("/portal/applications/1/write")
    person.page.locator(".chart").scroll_into_view_if_needed()
    assert not person.is_too_wide()
    person.picture("application-narrow")
