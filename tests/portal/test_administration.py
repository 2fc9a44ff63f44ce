"""The administrator: assignments are given and ended, tokens issued and revoked, the audit
log is read and verified; all of it noted, by whoever did it, and some of it by a fresh card."""

import html
import re
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import Connection, select, text

from registry.roles import ISSUED
from storage import tables
from storage.acts import Acts, Done
from storage.audit import Break, verify
from storage.database import Database
from storage.people import give as given_by_command
from tests.api.asking import CLINIC, TODAY, invoice, issued, kept, noted
from tests.commands import PATIENT, card
from tests.portal.visiting import Browser, Portal, hsa_id, keep
from tests.serving import bearer

GIVE = {
    "hsa_id": "SE2321000057-9001", "name": "Nina Ny", "role": "reader", "clinic": "",
    "valid_from": "2026-02-20", "valid_to": "",
}  # fmt: skip
ISSUE = {"name": "Kliniken vid torget", "role": "clinic", "clinic": CLINIC}
A_QUARTER = 15 * 60


@pytest.fixture(scope="module")
def admin(shared: Portal) -> Browser:
    return shared.signed_in("administrator")


def give(browser: Browser, **said: Any) -> Response:
    return browser.post("/portal/users/new", {**GIVE, **said})


def key_of(answer: Response) -> int:
    """The assignment that was given."""
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].removeprefix("/portal/users?given="))


def by(database: Database, act: str) -> str | None:
    """The name of the token by which an act was last done."""
    with database.reading() as connection:
        audit = tables.audit.c
        return connection.scalar(
            select(tables.token.c.name)
            .join(tables.audit, audit.token_id == tables.token.c.id)
            .where(audit.act == act)
            .order_by(audit.at.desc(), audit.place.desc())
            .limit(1)
        )


def test_an_assignment_is_given_used_and_ended(shared: Portal, admin: Browser) -> None:
    given = give(admin, hsa_id=hsa_id("nobody").lower(), name="Ulla")
    key = key_of(given)
    assert by(shared.database, "give_assignment") == f"administrator, {hsa_id('administrator')}"
    assert "Uppdraget är givet: Ulla" in admin.get(given.headers["location"]).text
    newcomer = shared.signed_in("nobody")
    assert newcomer.get("/portal/invoices").status_code == 200
    assert admin.post(f"/portal/users/{key}/end").status_code == 303
    assert by(shared.database, "end_assignment") == f"administrator, {hsa_id('administrator')}"
    assert newcomer.get("/portal/invoices").headers["location"].startswith("/portal/login")
    again = admin.post(f"/portal/users/{key}/end")
    assert again.status_code == 409
    assert "redan avslutat" in again.text


@pytest.mark.parametrize(
    ("said", "field", "what"),
    [
        ({"hsa_id": "9001"}, "hsa_id", "som det står på kortet"),
        ({"hsa_id": "SE2321000057-Å1"}, "hsa_id", "som det står på kortet"),
        ({"hsa_id": PATIENT}, "hsa_id", "som det står på kortet"),
        ({"hsa_id": hsa_id("administrator")}, "hsa_id", "inte ge dig själv"),
        ({"hsa_id": hsa_id("administrator").lower()}, "hsa_id", "inte ge dig själv"),
        ({"name": ""}, "name", "Skriv ett namn"),
        ({"name": "a\u2028b"}, "name", "Skriv ett namn"),
        ({"name": "x" * 101}, "name", "Skriv ett namn"),
        ({"role": ""}, "role", "Välj en roll"),
        ({"role": "import"}, "role", "Välj en roll"),
        ({"role": "king"}, "role", "Välj en roll"),
        ({"role": "clinic"}, "clinic", "Ange klinikens"),
        ({"role": "clinic", "clinic": "torget"}, "clinic", "till exempel SE"),
        ({"role": "clinic", "clinic": "SE2321000057-NEW"}, "clinic", "Ingen klinik är känd"),
        ({"clinic": CLINIC}, "clinic", "Bara rollen Klinik"),
        ({"valid_from": ""}, "valid_from", "Dagen finns inte"),
        ({"valid_to": "2026-02-30"}, "valid_to", "Dagen finns inte"),
        ({"valid_to": "2026-02-19"}, "valid_to", "före den första"),
        ({"hsa_id": hsa_id("klara"), "role": "assessor"}, "role", "ingen får ha samtidigt"),
        (
            {"hsa_id": hsa_id("klara"), "role": "clinic", "clinic": CLINIC},
            "role",
            "redan det uppdraget",
        ),
    ],
)
def test_what_cannot_be_given_is_told_at_its_field(
    shared: Portal, admin: Browser, said: dict[str, str], field: str, what: str
) -> None:
    before = kept(shared.database)
    answer = give(admin, **said)
    assert answer.status_code == 422
    (wrong,) = re.findall(r'<small class="wrong" id="([a-z_]+)-wrong">([^<]*)', answer.text)
    assert wrong[0] == field
    assert what in wrong[1]
    assert 'value="Nina Ny"' in answer.text or "name" in said  # what was typed is still there
    assert kept(shared.database) == before


def test_all_that_is_wrong_is_told_at_once(admin: Browser) -> None:
    answer = give(admin, hsa_id="", name="", role="", valid_from="x", valid_to="y")
    assert answer.text.count('class="wrong"') == 5


def test_a_token_may_have_the_name_that_an_assignment_would_get(
    shared: Portal, admin: Browser
) -> None:
    issued(shared.database, "Nina Ny, SE2321000057-9002", "monitor")
    answer = give(admin, hsa_id="SE2321000057-9002")
    assert answer.status_code == 422
    assert "redan det namn" in answer.text
    key_of(give(admin, hsa_id="SE2321000057-9002", name="Nina M Ny"))


def test_a_control_character_that_was_pasted_is_a_blank(admin: Browser) -> None:
    key_of(give(admin, hsa_id="SE2321000057-9003", name="\x00Nina\x07Blank\x1f"))
    assert "Nina Blank" in admin.post("/portal/users", {"sought": "Nina\x0bBlank"}).text


def test_a_new_clinic_is_told_to_be_one(shared: Portal, admin: Browser) -> None:
    said = {"role": "clinic", "clinic": "SE2321000057-NEW"}
    assert give(admin, **said).status_code == 422
    key_of(give(admin, **said, is_new_clinic="1"))
    assert "SE2321000057-NEW" in admin.get("/portal/users").text


def test_nobody_ends_their_own_assignment(shared: Portal, admin: Browser) -> None:
    own = shared.assignments["administrator"][0]
    answer = admin.post(f"/portal/users/{own}/end")
    assert answer.status_code == 409
    assert "annan administratör" in answer.text
    assert f"/portal/users/{own}/end" not in admin.get("/portal/users").text
    assert admin.get("/portal/users").status_code == 200
    assert admin.post("/portal/users/9999/end").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_roles_and_tokens_are_given_by_a_card_shown_lately(portal: Portal) -> None:
    """Else the card is asked for, nothing is done, and it goes on by the same page."""
    admin = portal.signed_in("administrator")
    key = key_of(give(admin))
    portal.clock.seconds += 11 * 60
    for page in ("/portal/users/new", "/portal/tokens/new"):
        answer = admin.get(page)  # there would be too little time to fill it in
        assert answer.status_code == 403
        assert f"/portal/login/start?again=1&amp;then={page}" in answer.text
    portal.clock.seconds += A_QUARTER - 11 * 60
    assert give(admin, role="finance").status_code == 303
    portal.clock.seconds += 1
    before = kept(portal.database)
    for answer in (give(admin, role="monitor"), admin.post("/portal/tokens/new", ISSUE)):
        assert answer.status_code == 403
        assert "Visa kortet igen" in answer.text
    assert kept(portal.database) == before
    assert admin.get("/portal/users").status_code == 200
    assert admin.post(f"/portal/users/{key}/end").status_code == 303  # to take away is always right
    admin.sign_in("administrator", "/portal/users/new")
    assert admin.get("/portal/users/new").status_code == 200
    assert give(admin, role="assessor").status_code == 303


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_choice_of_assignment_makes_no_card_newer(portal: Portal) -> None:
    who, admin = hsa_id("administrator"), portal.signed_in("administrator")
    another = portal.signed_in("two")
    assert another.get("/portal/users/new").status_code == 403
    portal.clock.seconds += A_QUARTER + 1
    with portal.database.reading() as connection:
        proved, begun = connection.execute(
            select(tables.session.c.proved_at, tables.session.c.begun_at)
            .join(tables.person, tables.person.c.id == tables.session.c.person_id)
            .where(tables.person.c.hsa_id == who)
        ).one()
    assert proved == begun
    key = portal.assignments["administrator"][0]
    assert admin.post("/portal/choose", {"assignment": key}).status_code == 303
    assert admin.get("/portal/users/new").status_code == 403


def _sixty(connection: Connection) -> Done[None]:
    for number in range(60):
        whose, name = f"SE2321000057-B{number:02}", f"Bo {number:02} 100%"
        given_by_command(connection, whose, name, "reader", None, TODAY, None)
    return None, []


def test_users_are_sought_and_shown_some_at_a_time(portal: Portal) -> None:
    admin = portal.signed_in("administrator")
    Acts(portal.database).do(_sixty)
    first = admin.get("/portal/users").text
    (more,) = re.findall(r'href="(/portal/users\?after=\d+)"', first)
    second = admin.get(more).text
    shown = re.findall(r'<th scope="row">(.*?)<', first + second)
    assert len(shown) == len(set(shown)) + 1  # one has two
    assert {f"Bo {number:02} 100%" for number in range(60)} <= set(shown)
    found = admin.post("/portal/users", {"sought": "bo 0"}).text
    assert found.count('<th scope="row">') == 10
    assert admin.post("/portal/users", {"sought": "57-B59"}).text.count(">Bo 59") == 1
    for nothing in ("_o 0", "%%", "!"):
        assert "Ingen har ett uppdrag" in admin.post("/portal/users", {"sought": nothing}).text
    page = admin.post("/portal/users", {"sought": "0%"}).text
    (after,) = re.findall(r'name="after" value="(\d+)"', page)
    rest = admin.post("/portal/users", {"sought": "0%", "after": after}).text
    assert page.count('<th scope="row">') + rest.count('<th scope="row">') == 60
    for odd in ("x", "-1", "1e3", "٣", "9" * 40):
        answer = admin.post("/portal/users", {"sought": "", "after": odd})
        assert answer.status_code == 200


def test_a_token_is_shown_once_works_and_is_revoked(shared: Portal, admin: Browser) -> None:
    keep(shared, invoice("a"), cards=[card("a")])
    made = admin.post("/portal/tokens/new", ISSUE)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    (secret,) = re.findall(r'value="(partitur_[^"]*)"', made.text)
    assert by(shared.database, "issue_token") == f"administrator, {hsa_id('administrator')}"
    assert secret not in admin.get("/portal/tokens").text
    with shared.database.reading() as connection:
        assert secret not in str(connection.execute(select(tables.token)).all())
    shown = bearer(secret)
    client = shared.browser().client
    assert client.get("/invoices", headers=shown).status_code == 200
    again = admin.post("/portal/tokens/new", ISSUE)
    assert again.status_code == 422
    assert "redan använt" in again.text
    assert admin.post("/portal/tokens/revoke", {"name": ISSUE["name"]}).status_code == 303
    assert by(shared.database, "revoke_token") == f"administrator, {hsa_id('administrator')}"
    assert client.get("/invoices", headers=shown).status_code == 401
    assert admin.post("/portal/tokens/revoke", {"name": ISSUE["name"]}).status_code == 303
    assert [act for act, _, _ in noted(shared.database)].count("revoke_token") == 1


def test_what_a_person_is_assigned_is_no_token_to_revoke(shared: Portal, admin: Browser) -> None:
    klara = shared.signed_in("klara")
    name = f"klara, {hsa_id('klara')}"
    assert name not in admin.get("/portal/tokens").text
    for wrong in (name, "nothing", ""):
        assert admin.post("/portal/tokens/revoke", {"name": wrong}).status_code == 404
    assert klara.get("/portal").status_code == 200


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"), ({"name": " \t"}, "name"), ({"role": ""}, "role"),
        ({"clinic": ""}, "clinic"), ({"clinic": "SE2321000057-NONE"}, "clinic"),
        ({"role": "import"}, "clinic"),
    ],
)  # fmt: skip
def test_a_token_that_cannot_be_issued(
    shared: Portal, admin: Browser, said: dict[str, str], field: str
) -> None:
    before = kept(shared.database)
    answer = admin.post("/portal/tokens/new", {**ISSUE, **said})
    assert answer.status_code == 422
    assert re.findall(r'id="([a-z_]+)-wrong"', answer.text) == [field]
    assert kept(shared.database) == before


def test_no_token_is_issued_by_which_a_person_would_act(shared: Portal, admin: Browser) -> None:
    """Else an administrator would give themselves what they may not have."""
    offered = set(re.findall(r'<option value="([a-z_]+)"', admin.get("/portal/tokens/new").text))
    assert offered == ISSUED
    before = kept(shared.database)
    for role in ("payout_chief", "payout_preparer", "assessor", "reader", "administrator"):
        assert admin.post("/portal/tokens/new", {"name": role, "role": role}).status_code == 422
    assert kept(shared.database) == before


def test_the_audit_log_is_read_and_verified(portal: Portal) -> None:
    keep(portal, invoice("audited"), cards=[card("audited")])
    klara, admin = portal.signed_in("klara"), portal.signed_in("administrator")
    asked = {"patient": PATIENT, "support": "F", "on": "", "why": "treatment"}
    klara.post("/portal/patients", asked)
    for _ in range(60):
        klara.get("/portal/invoices")
    pages = [admin.get("/portal/audit").text]
    while older := re.findall(r'href="(/portal/audit\?before=[^"]*)"', pages[-1]):
        pages.append(admin.get(older[0]).text)
    whole = "".join(pages)
    assert PATIENT not in whole
    assert "Patienten ska behandlas" in whole
    assert "Kommando på servern" in whole
    assert "följer inte" not in whole
    places = re.findall(r'<td class="day">(\d+/\d+) ', whole)
    with portal.database.reading() as connection:
        there = connection.execute(
            select(tables.audit.c.audit_chain_id, tables.audit.c.place)
        ).all()
    assert len(places) == len(set(places))
    assert len(places) == len(there) - len(pages)
    only = admin.get("/portal/audit?act=read_standing").text
    assert only.count('<td class="day">') == 2
    (token,) = set(re.findall(r'href="/portal/audit\?token=(\d+)"', only))
    assert "list_invoices" in admin.get(f"/portal/audit?token={token}").text
    for wrong in ("act=x", "before=1", "before=1-1-x", "token=0", "before=1-1-1&before=1-1-1"):
        assert admin.get(f"/portal/audit?{wrong}").status_code == 400
    page = admin.post("/portal/audit").text
    assert "Loggen är hel" in page
    with portal.database.reading() as connection:
        assert not any(isinstance(one, Break) for one in verify(connection))
    acts = [act for act, name, _ in noted(portal.database) if name and "administrator" in name]
    assert acts.count("read_audit") == len(pages) + 4


def test_what_is_rare_is_found_some_thousand_entries_at_a_time(
    shared: Portal, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks through so many and no more, and goes on where it stopped."""
    monkeypatch.setattr("storage.auditreading.LOOKED_THROUGH", 7)
    with shared.database.reading() as connection:
        audit = tables.audit.c
        acts = connection.execute(select(audit.act)).scalars().all()
    assert acts.count("give_assignment") > 8
    address, found, pages = "/portal/audit?act=give_assignment", list[str](), 0
    while address:
        page = admin.get(address).text
        found += re.findall(r'<td class="day">(\d+/\d+) ', page)
        older = re.findall(r'href="(/portal/audit\?before=[^"]*)"', page)
        address, pages = html.unescape(older[0]) if older else "", pages + 1
    assert len(found) == len(set(found)) == acts.count("give_assignment")
    assert pages > 1


def test_a_log_that_somebody_changed_is_told(portal: Portal) -> None:
    admin = portal.signed_in("administrator")
    with portal.database.engine.begin() as connection:
        place = connection.scalar(
            select(tables.audit.c.place).where(tables.audit.c.act == "sign_in")
        )
        off = "DROP TRIGGER audit_update_refused"
        if portal.database.engine.dialect.name == "postgresql":
            off += " ON audit"
        connection.execute(text(off))
        connection.execute(
            tables.audit.update().where(tables.audit.c.act == "sign_in").values(subject="999")
        )
    page = admin.get("/portal/audit").text
    assert page.count("följer inte på den före") == 1
    page = admin.post("/portal/audit").text
    assert "Loggen är ändrad" in page
    assert f"bryts vid plats {place}" in page
    assert "Loggen är hel" not in page


def test_tokens_of_a_command_are_there_too(shared: Portal, admin: Browser) -> None:
    issued(shared.database, "beside", "import")
    page = admin.get("/portal/tokens").text
    assert "beside" in page
    admin.post("/portal/tokens/revoke", {"name": "beside"})
    assert "återkallad" in admin.get("/portal/tokens").text
