"""Points of OWASP ASVS 5 (level 2) that are so of every route, as the code itself lists them. What
is asked of single pages stands with them: signing in (test_signin.py), uploads (test_documents.py,
test_writing.py), spreadsheets (test_writing.py), roles and headers (test_access.py)."""

import re

import pytest
from httpx import Response

from portal.access import SIGNED_IN
from registry.roles import may
from tests.api.asking import Route, invoice, kept
from tests.commands import card
from tests.portal.test_access import ROLES, address, ask, ours
from tests.portal.visiting import ORIGIN, Browser, Portal, keep

PERSON_NUMBER = re.compile(r"(?<!\d)(19|20)\d{6}[-+]?\d{4}(?!\d)")


pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True, scope="module")
"""The guards stand before any database; what they keep from it is tried on both elsewhere."""


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    """With an invoice that waits, and one that is decided."""
    keep(shared, invoice("asvs-1"), cards=[card("asvs")])
    waiting = invoice("asvs-2")
    waiting["lines"][0] |= {"code": "303", "price_ore": 10_000}
    keep(shared, waiting)
    return shared


@pytest.fixture(scope="module")
def browsers(filled: Portal) -> dict[str, Browser]:
    return {who: filled.signed_in(who) for who in ROLES}


def does(who: str, route: Route) -> bool:
    """Whether somebody's role has the route's task."""
    return route.task is not None and (
        route.task == SIGNED_IN or may(ROLES[who], route.task)  # type: ignore[arg-type]
    )


def test_looking_changes_nothing_and_addresses_tell_nothing(
    filled: Portal, browsers: dict[str, Browser]
) -> None:
    """3.5.3: what is changed is changed by a form, never by an address. 14.2.1: no address and no
    title says who a patient is, on any page of anybody's."""
    before, seen, told = kept(filled.database), 0, 0
    for route in ours(filled):
        if route.method != "GET":
            continue
        for who, browser in browsers.items():
            page = browser.get(address(route)).text
            for place in re.findall(r'(?:href|action|src)="([^"]*)"|<title>([^<]*)', page):
                assert not PERSON_NUMBER.search("".join(place)), (str(route), who)
            told += PERSON_NUMBER.search(page) is not None
            seen += 1
        assert kept(filled.database) == before, str(route)
    assert seen > 100
    assert told > 0  # some page does tell, to whoever may know


def test_every_form_is_the_session_s_own(filled: Portal, browsers: dict[str, Browser]) -> None:
    """3.5.1, 3.5.2: neither a form of another site nor one without the session's mark does
    anything, whatever it asks for and whoever may do it."""
    before, tried = kept(filled.database), 0
    for route in ours(filled):
        if route.method != "POST":
            continue
        for who, browser in browsers.items():
            if not does(who, route):
                continue
            for headers, csrf in (
                ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, None),
                (ORIGIN, ""),
                (ORIGIN, browsers["klara" if who != "klara" else "reader"].csrf()),
            ):
                mark = browser.csrf() if csrf is None else csrf
                answer = browser.client.post(
                    address(route), data={"csrf": mark}, headers=headers, follow_redirects=False
                )
                assert answer.status_code == 403, (str(route), who, csrf)
                tried += 1
    assert tried > 60
    assert kept(filled.database) == before


def test_no_form_is_taken_from_a_role_without_its_task(
    filled: Portal, browsers: dict[str, Browser]
) -> None:
    """8.2.1: those that end something among them."""
    before, tried = kept(filled.database), 0
    for route in ours(filled):
        for who, browser in browsers.items():
            if route.method == "POST" and route.task is not None and not does(who, route):
                assert ask(browser, route).status_code == 403, (str(route), who)
                tried += 1
    assert tried > 60
    assert kept(filled.database) == before


def test_cookies_are_bound_to_the_host_and_hidden_from_scripts(filled: Portal) -> None:
    """3.3.1 to 3.3.4, of each cookie that is ever set."""
    browser = filled.browser()
    answers = [browser.get("/portal/login/start"), browser.sign_in("two")]
    answers += [browser.post("/portal/choose", {"assignment": filled.assignments["two"][0]})]
    answers += [browser.post("/portal/language", {"language": "en", "then": "/portal"})]
    answers += [browser.post("/portal/logout")]
    found = [one for answer in answers for one in answer.headers.get_list("set-cookie")]
    names = {one.partition("=")[0] for one in found}
    assert names == {"__Host-partitur", "__Host-partitur-login", "__Host-partitur-language"}
    for one in found:
        flags = {flag.strip().lower() for flag in one.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags, one
        assert not any(flag.startswith("domain") for flag in flags), one


def test_what_is_saved_is_never_shown_as_a_page(browsers: dict[str, Browser]) -> None:
    """3.2.1, 5.4.1: a name of ours, a sandbox, and no guessing of what it is."""

    def sent(act: str) -> Response:
        return browsers["klara"].post(
            "/portal/invoices/file", {"act": act}, files={"file": ('"><x>.ndjson', b"{\n")}
        )

    for act, name in (("sheet", "svar.csv"), ("download", "svar.ndjson")):
        answer = sent(act)
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        policy = "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert answer.headers["content-security-policy"] == policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
    shown = sent("show")
    assert shown.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]


def test_a_field_that_is_there_twice_is_refused(browsers: dict[str, Browser]) -> None:
    """15.3.7: nobody chooses which of two is meant."""
    klara = browsers["klara"]
    two = [("file", ("a", b"{\n")), ("file", ("b", b"{\n"))]
    data = {"csrf": klara.csrf(), "act": "show"}
    answer = klara.client.post("/portal/invoices/file", data=data, files=two, headers=ORIGIN)
    assert answer.status_code == 400
    body = f"csrf={klara.csrf()}&patient=1&patient=2&support=F&why=treatment&on="
    kind = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}
    assert klara.client.post("/portal/patients", content=body, headers=kind).status_code == 400


def test_somebody_else_s_session_is_no_object_of_mine(
    filled: Portal, browsers: dict[str, Browser]
) -> None:
    """8.2.2: a key in an address opens nothing by itself."""
    page = browsers["assessor"].get("/portal/sessions").text
    (key,) = re.findall(r"/portal/sessions/(\d+)/end", page)
    for who in ("klara", "administrator", "log_reviewer"):
        assert browsers[who].post(f"/portal/sessions/{key}/end").status_code == 404
    assert browsers["assessor"].get("/portal").status_code == 200
