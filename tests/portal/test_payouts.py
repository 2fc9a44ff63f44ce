"""Runs in the portal, from the preview to the bank's answer; accounts; what a clinic sees. What is
done and refused is what the API does and refuses."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import Connection

from portal.payouts.steps import steps_of
from registry.roles import Role
from storage.acts import Acts, Done
from storage.payments import Answered
from storage.people import give
from storage.persons import put_belonging
from storage.runs import KeptRun, KeptStep
from tests.api.asking import CLINIC, OTHER_CLINIC, TODAY, invoice, kept, noted
from tests.commands import PATIENT
from tests.paying import bank_answer
from tests.portal.paying import ACCOUNT, DAYS, PAYABLE, Finance, finance
from tests.portal.visiting import ORIGIN, Browser, Portal, hsa_id, keep


@pytest.fixture
def paying(portal: Portal) -> Finance:
    return finance(portal)


@pytest.fixture(scope="module")
def shown(shared: Portal) -> Finance:
    """With an exported run, which the tests of a module leave as it is."""
    found = finance(shared)
    found.exported()
    return found


def text(answer: Response) -> str:
    """A page as it is read: without markup."""
    plain = " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\xa0", " ").split())
    return plain.replace(" ,", ",")


def sent(who: Browser, path: str, content: bytes) -> Response:
    """A file in a form."""
    return who.client.post(
        path, data={"csrf": who.csrf()}, files={"file": ("svar.xml", content)}, headers=ORIGIN,
        follow_redirects=False,
    )  # fmt: skip


def test_from_the_preview_to_the_bank_s_answer(paying: Finance) -> None:
    preparer, before = paying.preparer, kept(paying.portal.database)
    address = "/portal/runs/new?through_on={through_on}&pay_on={pay_on}".format(**DAYS)
    page = text(preparer.get(address))
    assert "900 kr" in page
    assert "Förbered avräkningen" in page
    assert kept(paying.portal.database) == before
    run = paying.prepared()
    assert paying.prepared() == run  # as after a lost answer
    fields = paying.seen(run)
    assert int(fields["payment_ore"]) == PAYABLE
    waiting = preparer.get(run)
    assert "payout_approver" in waiting.text  # by name: who may approve it
    assert "Attestera 900" not in text(waiting)
    assert "Attestera 900 kr" in text(paying.approver.get(run))
    assert paying.approver.post(f"{run}/approve", fields).status_code == 303
    assert preparer.post(f"{run}/export", fields).status_code == 303
    assert preparer.post(f"{run}/export", fields).status_code == 303
    page = preparer.get(run).text
    for name in re.findall(r'href="(/portal/runs/1/files/[^"]+)"', page):
        answer = preparer.get(name)
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["repr-digest"].startswith("sha-256=:")
    said = bank_answer(paying.held(), "ACSC", {})
    assert sent(preparer, f"{run}/answers", said).status_code == 303
    assert "betald" in text(preparer.get(run))
    assert "ingenting som inte var känt" in text(sent(preparer, f"{run}/answers", said))
    acts = [act for act, _, _ in noted(paying.portal.database)]
    for act in ("put_payee", "prepare_run", "approve_run", "export_run", "answer_run"):
        assert act in acts


def test_who_prepared_it_is_told_who_may(paying: Finance) -> None:
    """Whose assignment to prepare is over, and who approves by now."""
    run, portal = paying.prepared(), paying.portal
    (preparing,) = portal.assignments["payout_preparer"]
    portal.end(preparing)
    given(portal, hsa_id("payout_preparer"), "payout_approver")
    same = portal.signed_in("payout_preparer")
    page = text(same.get(run))
    assert "Du har förberett avräkningen" in page
    assert "De här kan attestera den nu: payout_approver, Attesterar utbetalningar" in page
    assert "payout_preparer, " not in page.partition("De här kan")[2].partition("Vem får")[0]
    before = kept(portal.database)
    answer = same.post(f"{run}/approve", paying.seen(run))
    assert answer.status_code == 409
    assert "Du har förberett avräkningen" in text(answer)
    assert kept(portal.database) == before


def test_nobody_approves_what_their_own_clinic_is_paid_in(paying: Finance) -> None:
    run = paying.prepared()
    fields = paying.seen(run)
    person = hsa_id("payout_approver")
    with paying.portal.database.writing() as connection:
        put_belonging(connection, person, [CLINIC])
    answer = paying.approver.post(f"{run}/approve", fields)
    assert answer.status_code == 409
    page = text(answer)
    assert "Du hör till en klinik som betalas" in page
    assert "payout_chief, " in page
    assert "payout_approver, Attest" not in page.partition("De här kan")[2].partition("Vem får")[0]


@pytest.mark.parametrize("changed", [{"digest": "0" * 32}, {"payment_ore": "90001"}, {}])
def test_nobody_approves_what_they_did_not_see(paying: Finance, changed: dict[str, str]) -> None:
    run = paying.prepared()
    fields: dict[str, Any] = {**paying.seen(run), **changed} if changed else {}
    before = kept(paying.portal.database)
    for move in ("approve", "discard"):
        answer = paying.approver.post(f"{run}/{move}", fields)
        assert answer.status_code == 409
        assert "inte den som du såg" in text(answer)
    assert kept(paying.portal.database) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_approves_without_a_card_shown_lately(paying: Finance) -> None:
    run = paying.prepared()
    fields = paying.seen(run)
    paying.portal.clock.seconds += 15 * 60 + 1
    paying.approver.get(run)
    before = kept(paying.portal.database)
    answer = paying.approver.post(f"{run}/approve", fields)
    assert answer.status_code == 403
    assert f"/portal/login/start?again=1&amp;then={run}" in answer.text
    assert kept(paying.portal.database) == before
    paying.approver.sign_in("payout_approver", run)
    assert paying.approver.post(f"{run}/approve", fields).status_code == 303


def test_a_discarded_run_keeps_its_number(paying: Finance) -> None:
    run = paying.prepared()
    answer = paying.approver.post(f"{run}/discard", paying.seen(run))
    assert answer.status_code == 303
    page = paying.approver.get(run)
    assert "kastad" in text(page)
    assert 'name="digest"' not in page.text
    assert paying.prepared() == "/portal/runs/2"
    other = paying.preparer.post("/portal/runs/new", {**DAYS, "pay_on": "2026-02-26"})
    assert other.status_code == 422
    assert "Avräkning 2 är öppen" in text(other)


@pytest.mark.parametrize(
    ("days", "field", "said"),
    [
        ({"through_on": "2026-02-21"}, "through_on", "Sista dagen har inte varit"),
        ({"pay_on": "2026-02-19"}, "pay_on", "Betalningsdagen har redan varit"),
        ({"pay_on": "i morgon"}, "pay_on", "Dagen finns inte"),
    ],
)
def test_days_that_cannot_be(shown: Finance, days: dict[str, str], field: str, said: str) -> None:
    asked = {**DAYS, **days}
    browser = shown.preparer
    for answer in (
        browser.get("/portal/runs/new", params=asked),
        browser.post("/portal/runs/new", asked),
    ):
        assert answer.status_code == 422
        assert said in text(answer)
        assert f'href="#{field}"' in answer.text
        assert f'value="{asked[field]}" required aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"clinic": ""}, "clinic"),
        ({"name": " "}, "name"),
        ({"name": "A" * 141}, "name"),
        ({"bankgiro": "9999-9998"}, "number"),
        ({"kind": "account", "clearing": "502", "number": "1"}, "clearing"),
        ({"kind": "account", "clearing": "5022", "number": "1" * 13}, "clearing"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
    ],
)
def test_what_is_no_account(shown: Finance, changed: dict[str, str], field: str) -> None:
    before, said = kept(shown.portal.database), {**ACCOUNT, **changed}
    answer = shown.preparer.post("/portal/accounts", said)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    for value in said.values():
        assert f'value="{value.strip()}"' in answer.text
    assert kept(shown.portal.database) == before


def test_accounts_are_shown_whole_only_to_who_compares_them(shown: Finance) -> None:
    path = f"/portal/accounts?clinic={CLINIC}"
    for who in ("payout_preparer", "payout_approver"):
        page = text(shown.portal.signed_in(who).get(path))
        assert "Bankgiro 9999-9997" in page
        assert "payout_preparer, " in page  # who gave it
    for who in ("finance", "reader"):
        browser = shown.portal.signed_in(who)
        for address in (path, "/portal/accounts", "/portal/runs/1", "/portal/payouts"):
            assert "9999-9997" not in browser.get(address).text
        assert "Bankgiro ••••-9997" in text(browser.get(path))


def test_a_new_account_is_told_to_who_approves(paying: Finance) -> None:
    paying.exported()
    keep(paying.portal, invoice("A-2", lines=[other_line()]))
    page = text(paying.approver.get(paying.prepared()))
    assert "Nytt konto för kliniker" not in page
    run = "/portal/runs/2"
    paying.approver.post(f"{run}/discard", paying.seen(run))
    account = {**ACCOUNT, "kind": "account", "clearing": "5022", "number": "1234567"}
    assert paying.preparer.post("/portal/accounts", account).status_code == 303
    page = text(paying.approver.get(paying.prepared()))
    assert "Nytt konto för kliniker: 1" in page
    assert "Konto 5022, 1234567" in page
    assert "inlagt av payout_preparer" in page
    assert "Förut Bankgiro 9999-9997" in page


def test_files_that_are_no_answer(paying: Finance) -> None:
    run, preparer = paying.prepared(), paying.preparer
    said = bank_answer(paying.held(), "ACSC", {})
    assert "går inte i avräkningens läge" in text(sent(preparer, f"{run}/answers", said))
    fields = paying.seen(run)
    paying.approver.post(f"{run}/approve", fields)
    preparer.post(f"{run}/export", fields)
    before = kept(paying.portal.database)
    for content in (b"<x/>", said.replace(b"000001-", b"000002-"), b"<!DOCTYPE x>" + said):
        answer = sent(preparer, f"{run}/answers", content)
        assert answer.status_code == 409
        assert "inget svar från banken" in text(answer)
    nothing = preparer.post(f"{run}/answers")
    assert "Välj en fil" in text(nothing)
    assert kept(paying.portal.database) == before


def test_money_that_comes_back_is_told_and_comes_again(paying: Finance) -> None:
    run, klara = paying.exported(), paying.portal.signed_in("klara")
    assert "Allt som är godkänt är utbetalt" in text(klara.get("/portal/payouts"))
    back = bank_answer(paying.held(), "ACSC", {"000001-00001": "RJCT"})
    assert sent(paying.preparer, f"{run}/answers", back).status_code == 303
    assert "Betalningar som kom tillbaka: 1" in text(paying.preparer.get(run))
    assert "kontot är avslutat" in text(paying.preparer.get(run))
    page = text(klara.get("/portal/payouts"))
    assert "kom tillbaka" in page
    assert "900 kr Godkänt och inte utbetalt än" in page
    assert "900 kr Godkänt och inte utbetalt än" in text(klara.get("/portal"))
    paying.prepared()
    assert "Blir den attesterad får du 900 kr den 2026-02-25" in text(klara.get("/portal"))


def test_a_clinic_sees_its_own_and_what_is_exported(paying: Finance) -> None:
    portal = paying.portal
    klara, other = portal.signed_in("klara"), portal.signed_in("other")
    share = f"/portal/payouts/1/{CLINIC}"
    paying.prepared()
    assert klara.get(share).status_code == 404
    assert paying.preparer.get(share).status_code == 200
    fields = paying.seen("/portal/runs/1")
    paying.approver.post("/portal/runs/1/approve", fields)
    paying.preparer.post("/portal/runs/1/export", fields)
    page = text(klara.get(share))
    assert "A-1" in page
    assert "900 kr betalas ut" in page
    assert "/portal/invoices/1" in klara.get(share).text
    assert PATIENT not in page
    assert "Avräkning 1" in text(klara.get("/portal/payouts"))
    assert "Ingenting är utbetalt ännu" in text(other.get("/portal/payouts"))
    for form in ("", "/statement.pdf", "/statement.xlsx", "/remittance.json"):
        own = klara.get(share + form)
        assert own.status_code == 200
        assert bool(form) == ("attachment" in own.headers.get("content-disposition", ""))
        assert other.get(share + form).status_code == 404
    for path in (f"{share}/x", f"/portal/payouts/1/{OTHER_CLINIC}", f"/portal/payouts/9/{CLINIC}"):
        assert paying.preparer.get(path).status_code == 404
    assert "read_statement" in [act for act, _, _ in noted(portal.database)]


def given(portal: Portal, person: str, role: Role) -> None:
    """Another assignment."""

    def work(connection: Connection) -> Done[None]:
        return None, [give(connection, person, "x", role, None, TODAY, None)[1]]

    Acts(portal.database).do(work)


def other_line() -> dict[str, Any]:
    return {
        "line": 1, "treated_on": "2026-02-10", "code": "301", "price_ore": 40_000,
        "performer": "dentist",
    }  # fmt: skip


def step_of(place: int, move: Any, state: Any) -> KeptStep:
    return KeptStep(
        place, move, state, "SE1-1", "Maja", "finance", datetime(2026, 2, 20, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("moves", "approvers", "outcome", "left"),
    [
        ([("prepare", "prepared")], 1, None, ["approve", "export", "answer"]),
        ([("prepare", "prepared")], 2, None, ["approve", "approve", "export", "answer"]),
        (
            [("prepare", "prepared"), ("approve", "approved_once")], 2, None,
            ["approve", "export", "answer"],
        ),
        ([("prepare", "prepared"), ("approve", "approved")], 1, None, ["export", "answer"]),
        ([("prepare", "prepared"), ("discard", "discarded")], 1, None, []),
        ([("prepare", "prepared"), ("export", "exported")], 1, "waiting", ["answer"]),
        ([("prepare", "prepared"), ("export", "exported")], 1, "confirmed", []),
    ],
)  # fmt: skip
def test_the_steps_of_a_run(moves: Any, approvers: int, outcome: Any, left: list[str]) -> None:
    kept_steps = [step_of(place, *one) for place, one in enumerate(moves, 1)]
    day, at = TODAY, datetime(2026, 2, 20, tzinfo=UTC)
    run = KeptRun(
        1, "jonkoping", day, day, at, "", kept_steps[-1].state, outcome, 1, 1, approvers, [],
        kept_steps,
    )  # fmt: skip
    answered = Answered("Maja", 1) if outcome else None
    shown = steps_of(run, answered)
    done = [one.name for one in shown if one.is_done]
    assert done == [move for move, _ in moves] + ["answer"] * (outcome == "confirmed")
    assert [one.name for one in shown if not one.is_done] == left
    assert [one.is_next for one in shown if not one.is_done] == [True, *([False] * 9)][: len(left)]
