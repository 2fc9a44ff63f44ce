"""A decision in English, in a real browser."""

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_a_decision_in_english(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("button", name="English").click()
    person.page.get_by_role("link", name="Invoices").first.click()
    person.page.get_by_role("link", name="partly approved").click()
    person.page.locator("tbody a").first.click()
    said = person.page.locator("main").inner_text()
    assert "What to do:" in said
    assert "partly approved" in said
    assert person.faults() == []
    person.picture("invoice-english")
