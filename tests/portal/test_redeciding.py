"""Invoices decided anew, on pages: proposed, read, carried out once."""

import re
from typing import Any

from tests.api.asking import invoice, issued, kept
from tests.commands import PATIENT, card
from tests.portal.visiting import Portal, keep
from tests.serving import bearer

PATH = "/portal/redecisions"


def asked(**fields: str) -> dict[str, Any]:
    empty = dict.fromkeys(("number", "region", "support", "treated_from", "treated_to"), "")
    return {"kind": "card", **empty, **fields}


def test_a_proposal_is_made_read_and_carried_out_once(shared: Portal) -> None:
    key = keep(shared, invoice("again"), cards=[card("again")])
    bo = shared.signed_in("assessor")
    assert "Inget förslag är gjort" in bo.get(PATH).text
    secret = issued(shared.database, "finder", "assessor")
    found = {"patient": PATIENT, "number": "FK-1", "valid_from": "2026-01-01",
             "valid_to": "2026-12-31"}  # fmt: skip
    answer = shared.browser().client.post("/free-cards", json=found, headers=bearer(secret))
    assert answer.status_code == 201, answer.text
    before = kept(shared.database)
    for fields, said in (
        ({}, "Skriv numret"),
        ({"number": "none"}, "Det finns inget med det numret"),
        ({"kind": "free_card", "number": "again"}, "Det finns inget med det numret"),
        ({"kind": "preassessment", "number": "A1"}, "Det finns inget med det numret"),
        ({"kind": "rules", "region": "jonkoping", "support": "F"}, "första och sista dag"),
        ({"kind": "rules", "region": "jonkoping", "support": "F", "treated_from": "2026-02-01",
          "treated_to": "2026-01-01"}, "första och sista dag"),
        ({"kind": "rules", "region": "jonkoping", "support": "X", "treated_from": "2026-01-01",
          "treated_to": "2026-02-01"}, "Välj region och stöd"),
        ({"kind": "rules", "region": "atlantis", "support": "F", "treated_from": "2026-01-01",
          "treated_to": "2026-02-01"}, "inga regler för stödet"),
    ):  # fmt: skip
        answer = bo.post(PATH, asked(**fields))
        assert answer.status_code == 422, fields
        assert said in answer.text, fields
    assert kept(shared.database) == before
    answer = bo.post(PATH, asked(kind="free_card", number="FK-1"))
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    page = bo.get(address).text
    assert f'href="/portal/invoices/{key}"' in page
    assert "Frikort FK-1" in page
    assert "väntar på godkännande" in bo.get(PATH).text
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    assert bo.post(f"{address}/approve", {"digest": "00"}).status_code == 409
    assert "version 2" not in bo.get(f"/portal/invoices/{key}").text
    assert bo.post(f"{address}/approve", {"digest": digest[1]}).status_code == 303
    assert "version 2" in bo.get(f"/portal/invoices/{key}").text
    assert bo.post(f"{address}/approve", {"digest": digest[1]}).status_code == 409
    assert "genomfört" in bo.get(PATH).text
    assert bo.get(f"{PATH}/99").status_code == 404
    assert bo.post(f"{PATH}/99/continue", {}).status_code == 404
    assert bo.post(f"{PATH}/99/approve", {"digest": ""}).status_code == 404


def test_one_of_a_rule_goes_on_step_by_step(shared: Portal) -> None:
    bo = shared.signed_in("assessor")
    span = {"treated_from": "2026-01-01", "treated_to": "2026-02-01"}
    answer = bo.post(PATH, asked(kind="rules", region="jonkoping", support="F", **span))
    address = answer.headers["location"]
    assert "inte färdigt" in bo.get(address).text
    assert bo.post(f"{address}/continue", {}).status_code == 303
    assert "Ingen faktura skulle avgöras annorlunda" in bo.get(address).text
    page = bo.get(f"{PATH}?before={address.rpartition('/')[2]}").text
    assert "Rättad regel:" not in page.partition("<form")[0]
