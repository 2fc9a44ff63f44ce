"""A clinic's story with invoices, in a real browser."""

import json
from typing import Any

import pytest

from tests import files
from tests.browser.invoicing import fill_in, known
from tests.browser.person import NO_SCRIPT, Person

pytestmark = pytest.mark.browser


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
    person.page.get_by_role("heading", name="Faktura typed-1").wait_for()
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
    person.page.get_by_text("3 svar").wait_for()
    assert person.page.locator("tbody tr").count() == 2  # one is approved
    assert person.faults() == []
    person.picture("file")
    for button, name in (("kalkylblad (CSV)", "svar.csv"), ("NDJSON", "svar.ndjson")):
        with person.page.expect_download() as download:  # of the file that is still chosen
            person.page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == name


@pytest.mark.parametrize("person", [NO_SCRIPT], indirect=True)
def test_a_file_without_scripts_is_answered_on_the_page(person: Person, tmp_path: Any) -> None:
    path = tmp_path / "fakturor.ndjson"
    path.write_text('{"clinic": 1}\n', encoding="utf-8")
    person.log_in("Klara Klinik")
    person.open("/portal/invoices/file")
    person.page.get_by_label("Fil", exact=True).set_input_files(path)
    person.page.get_by_role("button", name="Skicka och visa svaren").click()
    assert "1 svar" in person.page.locator("main").inner_text()
    assert person.page.locator("tbody tr").count() == 1


def test_a_document_that_was_chosen_stays_chosen_until_the_invoice_is_sent(
    person: Person, tmp_path: Any
) -> None:
    path = tmp_path / "anteckning.png"
    path.write_bytes(files.png())
    person.log_in("Klara Klinik")
    patient = known(person)
    person.open("/portal/invoices/new")
    fill_in(person, patient, "along-1", price="x")
    page = person.page
    page.get_by_label("Åtgärd").fill("303")
    page.get_by_text("Skicka med dokument").click()
    page.locator("#document-1-kind").select_option("day_note")
    page.locator("#document-1-file").set_input_files(path)
    page.get_by_role("button", name="En rad till").click()
    person.wait_for_focus("fieldset.line >> nth=1 >> [name=code]")
    page.get_by_role("button", name="Ta bort rad 2").click()
    page.locator("fieldset.line").nth(1).wait_for(state="detached")
    page.get_by_role("button", name="Skicka fakturan").click()
    page.locator("#answer").get_by_text("belopp i kronor").first.wait_for()
    page.get_by_label("Pris, kr").fill("500")
    page.locator("#answer").get_by_text("Så skulle beslutet bli").wait_for()
    assert person.faults() == []
    person.picture("write-document")
    page.get_by_role("button", name="Skicka fakturan").click()
    page.get_by_role("heading", name="Faktura along-1").wait_for()
    assert "Dokument som följde med" in page.locator("main").inner_text()


def test_what_was_refused_is_put_right(person: Person) -> None:
    person.log_in("Klara Klinik")
    patient = known(person)
    person.open("/portal/invoices/new")
    fill_in(person, patient, "refused-1")
    person.page.get_by_label("Åtgärd").fill("999")
    person.page.get_by_role("button", name="Skicka fakturan").click()
    person.page.get_by_role("heading", name="Faktura refused-1").wait_for()
    person.picture("invoice-refused")
    person.page.get_by_role("button", name="Rätta i en ny faktura").click()
    assert person.headline() == "Skriv faktura"
    assert person.page.get_by_label("Fakturanummer").input_value() == "refused-1/2"
    assert person.page.get_by_label("Åtgärd").input_value() == "999"
    assert person.faults() == []


def test_a_document_comes_to_a_line_that_waits(person: Person, tmp_path: Any) -> None:
    path = tmp_path / "anteckning.png"
    path.write_bytes(files.png())
    person.log_in("Klara Klinik")
    patient = known(person)
    person.open("/portal/invoices/new")
    fill_in(person, patient, "waits-1")
    person.page.get_by_label("Åtgärd").fill("303")
    person.page.get_by_role("button", name="Skicka fakturan").click()
    person.page.get_by_role("heading", name="Faktura waits-1").wait_for()
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
