"""The portal in a real browser: each role's story from login to result, every page by axe in light
and dark, in 320 pixels, without scripts, by keyboard alone; and the pictures of docs/portal."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests import files
from tests.browser.person import Person

pytestmark = pytest.mark.browser

DARK = {"color_scheme": "dark"}
NARROW = {"viewport": {"width": 320, "height": 700}}
NO_SCRIPT = {"java_script_enabled": False}
PAGES: dict[str, tuple[str, ...]] = {
    "Klara Klinik": (
        "/portal", "/portal/invoices", "/portal/invoices?status=pending", "/portal/invoices/new",
        "/portal/invoices/file", "/portal/patients", "/portal/roles", "/portal/sessions",
        "/portal/accessibility", "/portal/none", "/portal/rules",
        "/portal/rules/vasterbotten/N", "/portal/rules/diff?before=vasterbotten/N&after=dalarna/N",
    ),
    "Lova Loggren": ("/portal", "/portal/log"),
    "Aron Admin": ("/portal", "/portal/users"),
    "Bo Bedömare": ("/portal", "/portal/invoices", "/portal/patients"),
}  # fmt: skip


def known(person: Person) -> str:
    """A patient of one of the clinic's invoices."""
    person.open("/portal/invoices?status=approved")
    person.page.locator("tbody a").last.click()
    found = re.search(r"\b(\d{8}-?\d{4})\b", person.page.locator("main > p").first.inner_text())
    assert found is not None
    return found[1]


def fill_in(person: Person, patient: str, number: str, price: str = "1100") -> None:
    page = person.page
    page.get_by_label("Personnummer").fill(patient)
    page.get_by_label("Fakturanummer").fill(number)
    page.get_by_label("Behandlad").fill("2026-11-12")
    page.get_by_label("Åtgärd").fill("101")
    page.get_by_label("Pris, kr").fill(price)


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
    assert person.headline() == "Logga in"
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


def test_an_invoice_is_answered_while_it_is_typed(person: Person) -> None:
    person.log_in("Klara Klinik")
    patient = known(person)
    person.page.get_by_role("link", name="Skriv faktura").first.click()
    fill_in(person, patient, "typed-1", price="")
    answer = person.page.locator("#answer")
    answer.get_by_text("Det här saknas").wait_for()
    answer.get_by_text("Vad är kvar?").wait_for()
    person.page.get_by_label("Pris, kr").fill("99999")
    answer.get_by_text("Så skulle beslutet bli").wait_for()
    assert person.faults() == []
    person.picture("write")
    person.page.get_by_role("button", name="Skicka fakturan").click()
    assert person.headline() == "Faktura typed-1"
    assert person.faults() == []
    person.picture("invoice")


@pytest.mark.parametrize("person", [NO_SCRIPT], indirect=True)
def test_an_invoice_without_scripts_is_answered_sent_and_credited(person: Person) -> None:
    person.log_in("Klara Klinik")
    patient = known(person)
    person.open("/portal/invoices/new")
    fill_in(person, patient, "plain-1", price="x")
    person.page.get_by_role("button", name="Visa svaret").last.click()
    assert "belopp i kronor" in person.page.locator("#answer").inner_text()
    person.page.get_by_label("Pris, kr").fill("500")
    person.page.get_by_role("button", name="En rad till").click()
    assert person.page.get_by_label("Åtgärd").count() == 2
    person.page.get_by_role("button", name="Ta bort rad 2").click()
    person.page.get_by_role("button", name="Visa svaret").last.click()
    assert "Så skulle beslutet bli" in person.page.locator("#answer").inner_text()
    person.page.get_by_role("button", name="Skicka fakturan").click()
    assert person.headline() == "Faktura plain-1"


def test_a_file_is_answered_in_a_table(person: Person, tmp_path: Any) -> None:
    path = tmp_path / "fakturor.ndjson"
    person.log_in("Klara Klinik")
    row: dict[str, Any] = {
        "clinic": person.page.locator(".person small").inner_text().split()[-1],
        "number": "file-1", "patient": known(person), "support": "F",
        "lines": [{"line": 1, "treated_on": "2026-11-12", "code": "301", "price_ore": 10_000,
                   "performer": "dentist"}],
    }  # fmt: skip
    late = {**row, "number": "file-2", "lines": [{**row["lines"][0], "treated_on": "2026-01-12"}]}
    path.write_text(f'{json.dumps(row)}\n{json.dumps(late)}\n{{"clinic": 1}}\n', encoding="utf-8")
    person.open("/portal/invoices/file")
    person.page.get_by_label("Fil", exact=True).set_input_files(path)
    person.page.get_by_role("button", name="Skicka och visa svaren").click()
    assert person.page.locator("tbody tr").count() == 3
    assert person.faults() == []
    person.picture("file")
    person.page.get_by_label("Fil", exact=True).set_input_files(path)
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="Skicka och ladda ned svaren").click()
    assert download.value.suggested_filename == "svar.ndjson"


def test_a_document_comes_to_a_line_that_waits(person: Person, tmp_path: Any) -> None:
    path = tmp_path / "anteckning.png"
    path.write_bytes(files.png())
    person.log_in("Klara Klinik")
    patient = known(person)
    person.open("/portal/invoices/new")
    fill_in(person, patient, "waits-1")
    person.page.get_by_label("Åtgärd").fill("303")
    person.page.get_by_role("button", name="Skicka fakturan").click()
    if person.page.get_by_text("Lägg till dokument").count() == 0:
        pytest.fail(person.page.locator("main").inner_text())
    person.page.get_by_text("Lägg till dokument").click()
    person.page.get_by_label("Vad det är").fill("Daganteckning 12 november")
    person.page.get_by_label("Dokument", exact=True).set_input_files(path)
    assert person.faults() == []
    person.picture("document")
    person.page.get_by_role("button", name="Lägg till", exact=True).click()
    assert "Daganteckning 12 november" in person.page.locator("main").inner_text()


def test_what_is_left_is_shown_to_whoever_says_why(person: Person) -> None:
    person.log_in("Klara Klinik")
    patient = known(person)
    person.open("/portal/patients")
    person.page.get_by_label("Personnummer").fill(patient)
    person.page.get_by_label("Varför öppnar du uppgifterna?").select_option("treatment")
    person.page.get_by_role("button", name="Visa", exact=True).click()
    assert person.page.locator("progress").count() > 3
    assert person.faults() == []
    person.picture("patient")


def test_the_log_is_reviewed(person: Person) -> None:
    person.log_in("Lova Loggren")
    person.page.get_by_role("link", name="Loggranskning").first.click()
    person.page.get_by_label("Från och med").fill("2020-01-01")
    person.page.get_by_label("Till och med").fill("2030-01-01")
    person.page.get_by_role("button", name="Nytt stickprov").click()
    person.page.get_by_role("checkbox").first.check()
    assert person.faults() == []
    person.picture("log")
    person.page.get_by_role("button", name="Stickprovet är granskat").click()
    assert "Följs upp" in person.page.locator("main").inner_text()


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


@pytest.mark.parametrize("person", [{}, DARK], indirect=True, ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_by_axe(person: Person, name: str) -> None:
    for path in opened(person, name):
        assert person.faults() == [], path
        assert person.weight() < 150_000, path


@pytest.mark.parametrize("person", [NARROW], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_small_screen(person: Person, name: str) -> None:
    for path in opened(person, name):
        assert not person.is_too_wide(), path


def opened(person: Person, name: str) -> Iterator[str]:
    """Every page of somebody's, open."""
    person.log_in(name)
    pages = list(PAGES[name])
    if name == "Klara Klinik":
        person.open("/portal/invoices?status=pending")
        pages += re.findall(r'href="(/portal/invoices/\d+)"', person.page.content())[:1]
    for path in pages:
        person.open(path)
        yield path


@pytest.mark.parametrize("person", [DARK], indirect=True)
def test_pictures_in_the_dark_and_in_english(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("button", name="English").click()
    assert person.page.locator("html").get_attribute("lang") == "en"
    assert person.page.get_by_role("link", name="Write invoice").count() > 0
    assert person.faults() == []
    person.picture("start-dark-english")


@pytest.mark.parametrize("person", [NARROW], indirect=True)
def test_pictures_on_a_small_screen(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.open("/portal/invoices/new")
    person.picture("write-narrow")


@pytest.mark.parametrize(
    ("name", "path", "picture"),
    [
        ("Klara Klinik", "/portal", "start"),
        ("Klara Klinik", "/portal/invoices", "invoices"),
        ("Klara Klinik", "/portal/roles", "roles"),
        ("Klara Klinik", "/portal/accessibility", "accessibility"),
        ("Aron Admin", "/portal/users", "users"),
        ("Aron Admin", "/portal/rules", "rules"),
        ("Aron Admin", "/portal/rules/jonkoping/F", "rulebook"),
        (
            "Aron Admin",
            "/portal/rules/diff?before=vasterbotten/N&after=dalarna/N",
            "rule-difference",
        ),
    ],
)
def test_pictures(person: Person, name: str, path: str, picture: str) -> None:
    person.log_in(name)
    person.open(path)
    assert person.headline()
    person.picture(picture)


def test_sessions_are_listed_and_ended(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("link", name="Inloggningar").click()
    person.picture("sessions")
    person.page.locator("tr", has_text="(den här)").get_by_role("button").click()
    assert person.headline() == "Logga in"
