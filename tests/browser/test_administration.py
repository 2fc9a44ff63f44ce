"""The stories of log reviewer and administrator, in a real browser."""

import pytest

from tests.browser.invoicing import known
from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_the_log_is_reviewed(person: Person) -> None:
    person.log_in("Klara Klinik")
    known(person)  # somebody looks at a patient
    person.page.context.clear_cookies()
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


def test_an_assignment_is_given_and_ended(person: Person) -> None:
    person.log_in("Aron Admin")
    page = person.page
    page.get_by_role("link", name="Användare").first.click()
    page.get_by_role("button", name="Ge ett uppdrag").click()
    page.get_by_label("Personens HSA-id").fill("SE2321000057-4001")  # one's own
    page.get_by_label("Namn, som").fill("Rut Regler")
    page.locator("#role").select_option("reader")
    page.get_by_role("button", name="Ge uppdraget").click()
    assert "inte ge dig själv" in page.get_by_role("alert").inner_text()
    assert person.faults() == []
    person.picture("give")
    page.get_by_label("Personens HSA-id").fill("SE2321000057-9001")
    page.get_by_role("button", name="Ge uppdraget").click()
    assert "Rut Regler" in page.get_by_role("status").inner_text()
    assert person.faults() == []
    person.picture("users")
    page.get_by_label("Namn eller HSA-id").fill("rut")
    page.get_by_role("button", name="Sök").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="Avsluta Rut Regler").click()
    assert page.get_by_role("button", name="Avsluta Rut Regler").count() == 0


def test_a_token_is_issued_and_the_log_tells_of_it(person: Person) -> None:
    person.log_in("Aron Admin")
    page = person.page
    page.get_by_role("link", name="Token").first.click()
    page.get_by_role("button", name="Ge ut en token").click()
    page.get_by_label("Systemets namn").fill("Inläsningen")
    page.locator("#role").select_option("import")
    page.get_by_role("button", name="Ge ut", exact=True).click()
    assert page.locator("#secret").input_value().startswith("partitur_")
    assert person.faults() == []
    page.get_by_role("button", name="Den är sparad").click()
    page.get_by_role("button", name="Återkalla Inläsningen").click()
    page.get_by_role("link", name="Behandlingslogg").first.click()
    assert "Återkallade en token" in page.locator("tbody").inner_text()
    page.get_by_role("button", name="Kontrollera alla kedjor").click()
    assert "Loggen är hel" in page.get_by_role("status").inner_text()
    assert person.faults() == []
    person.picture("audit")
