"""Reviewing the log by samples, signed off in the log itself; and the page of users."""

import re

from sqlalchemy import Connection, select

from storage import tables
from storage.acts import Acts, Done
from storage.audit import Break, verify
from storage.people import give
from tests.api.asking import TODAY, invoice, noted
from tests.commands import PATIENT, card
from tests.portal.visiting import Portal, hsa_id, keep

EVER = {"from": "0001-01-01", "to": "9999-12-31"}


def test_a_sample_is_reviewed_and_signed_off(portal: Portal) -> None:
    keep(portal, invoice("log"), cards=[card("log")])
    klara, other = portal.signed_in("klara"), portal.signed_in("other")
    asked = {"patient": PATIENT, "support": "F", "on": "", "why": "treatment"}
    for browser in (klara, other):
        assert browser.post("/portal/patients", asked).status_code == 200
    reviewer = portal.signed_in("log_reviewer")
    page = reviewer.post("/portal/log", EVER).text
    assert PATIENT not in page
    rows = re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
    (own,) = [row for row in rows if f"klara, {hsa_id('klara')}" in row]
    (strange,) = [row for row in rows if f"other, {hsa_id('other')}" in row]
    assert "Patienten ska behandlas" in own
    assert "<td>ja</td>" in own  # the clinic has sent an invoice
    assert "<strong>nej</strong>" in strange
    assert not any("log_reviewer" in row for row in rows)
    names = re.findall(r'name="look" value="([\d/]+)"', page)
    (followed,) = re.findall(r'name="follow_up" value="([\d/]+)"', strange)
    sent = {"look": names, "follow_up": [followed, "9/9", "x"]}
    assert reviewer.post("/portal/log/review", sent).status_code == 303
    page = reviewer.get("/portal/log").text
    assert f"{len(names)} anteckningar granskade" in page
    assert followed in page
    assert "9/9" not in page
    acts = [act for act, _, _ in noted(portal.database)]
    assert acts[-2:] == ["read_log", "review_log"]
    with portal.database.reading() as connection:
        assert not any(isinstance(one, Break) for one in verify(connection))


def test_a_sample_has_only_the_days_asked_for_and_twenty_entries_at_most(portal: Portal) -> None:
    keep(portal, invoice("log"), cards=[card("log")])
    klara, reviewer = portal.signed_in("klara"), portal.signed_in("log_reviewer")
    for _ in range(22):
        klara.get("/portal/invoices/1")
    page = reviewer.post("/portal/log", EVER).text
    assert page.count('name="look"') == 20
    again = reviewer.post("/portal/log", EVER).text
    assert again.count('name="look"') == 20
    old = reviewer.post("/portal/log", {"from": "2020-01-01", "to": "2020-12-31"}).text
    assert 'name="look"' not in old


def test_the_users_page_lists_assignments(portal: Portal) -> None:
    portal.end(portal.assignments["klara"][0])
    page = portal.signed_in("administrator").get("/portal/users").text
    with portal.database.reading() as connection:
        many = len(connection.execute(select(tables.assignment)).all())
    assert page.count('<th scope="row">') == many
    assert page.count("avslutat") == 1


def test_nobody_reviews_what_they_did_themselves_by_any_assignment(portal: Portal) -> None:
    keep(portal, invoice("log"), cards=[card("log")])
    who = hsa_id("log_reviewer")

    def also_reader(connection: Connection) -> Done[int]:
        key, entry = give(connection, who, "x", "reader", None, TODAY, None)
        return key, [entry]

    key = Acts(portal.database).do(also_reader)
    browser = portal.browser()
    browser.sign_in("log_reviewer")
    assert browser.post("/portal/choose", {"assignment": key}).status_code == 303
    assert browser.get("/portal/invoices/1").status_code == 200
    klara = portal.signed_in("klara")
    assert klara.get("/portal/invoices/1").status_code == 200
    (reviewing,) = portal.assignments["log_reviewer"]
    assert browser.post("/portal/choose", {"assignment": reviewing}).status_code == 303
    page = browser.post("/portal/log", EVER).text
    assert f"klara, {hsa_id('klara')}" in page
    assert f"log_reviewer, {who}" not in page
