"""What a clinic fills in."""

import re

from tests.browser.person import Person


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
