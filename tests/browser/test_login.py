"""Who gets in, and how: logging in, choosing an assignment, by keyboard alone, ending sessions."""

import re

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_logging_in_and_choosing(person: Person) -> None:
    person.open("/portal")
    assert person.headline() == "Logga in"
    person.picture("login")
    person.page.get_by_role("button", name="Logga in med e-tjänstekort").click()
    assert person.headline() == "Vem vill du vara?"
    assert person.faults() == []
    person.picture("demo-login")
    person.page.get_by_role("button", name="Tove Tvåställen").click()
    assert person.headline() == "Välj uppdrag"
    assert person.faults() == []
    person.picture("choose")
    person.page.get_by_role("button", name="Klinik").last.click()
    assert person.headline() == "Start"
    person.page.get_by_role("button", name="Logga ut").click()
    person.page.get_by_role("heading", name="Logga in").wait_for()  # by way of the provider
    person.open("/portal")
    assert person.headline() == "Logga in"


@pytest.mark.parametrize(
    ("name", "said"),
    [("Lage Lågnivå", "tillitsnivå 3"), ("Ulla Utan", "inget uppdrag"), ("Avbryt", "avbröts")],
)
def test_who_is_not_let_in_is_told_why(person: Person, name: str, said: str) -> None:
    person.log_in(name)
    assert said in person.page.get_by_role("alert").inner_text()
    assert person.faults() == []


def test_by_keyboard_alone(person: Person) -> None:
    """The skip link is first; every step shows where one is."""
    person.open("/portal")
    keyboard = person.page.keyboard
    keyboard.press("Tab")
    assert person.focused() == "Hoppa till innehållet"
    keyboard.press("Enter")
    keyboard.press("Tab")
    assert person.focused() == "Logga in med e-tjänstekort"
    keyboard.press("Enter")
    person.page.get_by_text("Vem vill du vara?").wait_for()
    keyboard.press("Tab")
    assert person.focused().startswith("Klara Klinik")
    assert person.has_outline()
    keyboard.press("Enter")
    person.page.get_by_role("heading", name="Start", exact=True).wait_for()
    for _ in range(20):
        keyboard.press("Tab")
        assert person.has_outline(), person.focused()
        if person.focused() == "Skriv faktura":
            break
    keyboard.press("Enter")
    person.page.get_by_role("heading", name="Skriv faktura").wait_for()
    while person.focused_name() != "patient":
        keyboard.press("Tab")
    for text in ("193210309823", "keys-1", None, None, "", "2026-11-12", "101"):
        if text is not None:
            keyboard.type(text)
        keyboard.press("Tab")
    while person.focused_name() != "price":  # a date has several stops
        keyboard.press("Tab")
    keyboard.type("700")
    keyboard.press("Enter")
    answered = re.compile("Så skulle beslutet bli|Det här saknas")  # as the browser writes a day
    person.page.locator("#answer").get_by_text(answered).wait_for()
    assert person.headline() == "Skriv faktura"
    assert person.page.locator("fieldset.line").count() == 1


def test_sessions_are_listed_and_ended(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("link", name="Inloggningar").click()
    person.picture("sessions")
    person.page.locator("tr", has_text="(den här)").get_by_role("button").click()
    assert person.headline() == "Logga in"
