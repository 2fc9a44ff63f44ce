"""From the preview to the clinic's money, in a real browser: finance's stories, and an öre's."""

from typing import Any

import pytest

from tests.browser.person import NO_SCRIPT, Person

pytestmark = pytest.mark.browser
LONG = 1_500
"""Of pages with a row a clinic: enough to see what they are."""


@pytest.mark.parametrize("person", [NO_SCRIPT], indirect=True)
def test_a_run_is_approved_exported_and_answered(person: Person) -> None:
    """By two persons, without scripts. The run is the one that the demo has waiting."""
    person.log_in("Frida Förbereder")
    person.picture("start-finance")
    person.page.get_by_role("link", name="Avräkningar").first.click()
    person.picture("runs")
    person.page.get_by_role("button", name="Öppna avräkning 2").click()
    assert "Atle Attestant" in person.page.locator("main").inner_text()
    assert person.page.get_by_role("button", name="Attestera").count() == 0
    person.log_out()
    person.log_in("Atle Attestant")
    person.page.get_by_role("button", name="Öppna avräkning 2").click()
    person.picture("run-to-approve", LONG)
    person.page.get_by_role("button", name="Attestera").click()
    assert person.headline().startswith("Avräkning 2 attesterad")
    person.log_out()
    person.log_in("Frida Förbereder")
    person.open("/portal/runs/2")
    person.page.get_by_role("button", name="Exportera till bank och huvudbok").click()
    assert person.headline().startswith("Avräkning 2 hos banken")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="000002-payments.xml").click()
    assert download.value.suggested_filename == "000002-payments.xml"
    person.open("/portal/runs/1")
    person.picture("run", LONG)
    person.open("/portal/accounts")
    person.page.locator("tbody a").first.click()
    person.picture("accounts", LONG)
    person.open("/portal/runs/new")
    person.page.get_by_role("button", name="Visa vad som skulle betalas").click()
    person.picture("run-preview", LONG)


def test_an_ore_is_followed_from_the_payment_to_the_paragraph(person: Person) -> None:
    person.log_in("Edda Ekonom")
    person.page.get_by_role("link", name="Utbetalningar").first.click()
    person.picture("payments", LONG)
    person.page.locator("tbody tr", has_text="betald").get_by_role("link").first.click()
    assert person.headline().startswith("Vad pengarna i avräkning 1")
    assert person.faults() == []
    person.picture("trace-payment")
    person.page.get_by_role("link", name="Rad 1").first.click()
    assert person.headline() == "Följ rad 1 till banken"
    assert person.page.get_by_role("link", name="000001-payments.xml").count() == 1
    assert person.faults() == []
    person.picture("trace-line")
    person.page.get_by_role("link", name="Regelverket").first.click()
    assert "tandvård" in person.headline()
    person.open("/portal/proof")
    person.page.get_by_role("button", name="Räkna om allt").click()
    assert "Allt stämmer, till öret" in person.page.locator("main").inner_text()
    assert person.faults() == []
    person.picture("proof", LONG)


def test_figures_have_their_charts_in_place_and_a_journal_is_laid_beside(
    person: Person, tmp_path: Any
) -> None:
    path = tmp_path / "t4.csv"
    path.write_text(
        "klinik;faktura;rad;stöd;behandlad;åtgärd;belopp\n"
        "SE2321000057-4F04;100001;1;N;2026-01-17;113;535,00\n"
        "SE2321000057-4F04;100001;2;N;2026-01-17;121;90,00\n"
        "SE2321000057-4F04;aldrig-1;1;F;2026-09-14;101;1100,00\n",
        encoding="utf-8",
    )
    person.log_in("Edda Ekonom")
    person.open("/portal/figures")
    person.page.get_by_role("link", name="I år").click()
    assert person.page.locator("svg").count() == 5
    assert person.faults() == []
    person.picture("figures", LONG)
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="Ladda ned kalkylblad").click()
    assert download.value.suggested_filename == "nyckeltal.xlsx"
    person.open("/portal/reconciliation")
    person.page.get_by_label("Fil ur journalsystemet").set_input_files(path)
    person.page.get_by_role("button", name="Stäm av").click()
    assert "Aldrig framme" in person.page.locator("main").inner_text()
    assert person.faults() == []
    person.picture("reconciliation", LONG)


def test_a_clinic_sees_what_was_paid_and_what_comes(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("link", name="Utbetalningar").first.click()
    assert person.faults() == []
    person.picture("payouts")
    person.page.get_by_role("link", name="Avräkning 1", exact=True).click()
    assert person.faults() == []
    person.picture("payout", LONG)
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "000001-statement.pdf"
