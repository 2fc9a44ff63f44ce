"""Who may see which page, for every route and every role, as the code itself lists them; and what
every answer carries."""

from typing import Any

import pytest
from httpx import Response
from litestar.routes import HTTPRoute

from portal.access import SIGNED_IN
from registry.roles import CONFLICTS, Role, Task, may
from storage.acts import Acts
from storage.people import AssignmentError, give
from tests.api.asking import CLINIC, TODAY, Route, invoice, kept, routes
from tests.commands import card
from tests.portal.visiting import ADDRESS, ORIGIN, PEOPLE, Browser, Portal, app_of

ROLES: dict[str, Role] = {
    who: roles[0][0] for who, roles in PEOPLE.items() if len(roles) == 1 and who != "low"
}
OPEN = {
    ("GET", "/"), ("GET", "/portal/login"), ("GET", "/portal/login/start"),
    ("GET", "/portal/login/done"), ("POST", "/portal/language"), ("GET", "/portal/accessibility"),
    ("GET", "/portal/static/{digest}/{name}"),
}  # fmt: skip
BEFORE_CHOICE = {"/portal/choose", "/portal/sessions", "/portal/sessions/{key}/end",
                 "/portal/logout"}  # fmt: skip
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    """With an invoice of the clinic's, which is /portal/invoices/1."""
    from tests.portal.visiting import keep

    assert keep(shared, invoice("K-7741"), cards=[card("K-7741")]) == 1
    return shared


@pytest.fixture(scope="module")
def browsers(filled: Portal) -> dict[str, Browser]:
    return {who: filled.signed_in(who) for who in ROLES}


def ours(portal: Portal) -> list[Route]:
    return routes(app_of(portal))


def address(route: Route) -> str:
    values = {"key": "1", "digest": "0", "name": "pico.min.css", "region": "dalarna"}
    values |= {"number": "1", "clinic": CLINIC, "form": "statement.pdf", "line": "1"}
    values["reference"] = "000001-00001"
    values |= {"support": "N", "place": "1", "document": "1", "line": "1", "act": "take"}
    path = route.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    path += "?before=1&after=2" * path.endswith("/difference")
    return path + "?before=dalarna/N&after=dalarna/F" * path.endswith("/diff")


def ask(browser: Browser, route: Route) -> Response:
    if route.method == "GET":
        return browser.get(address(route))
    return browser.post(address(route), {})


def is_shown(answer: Response) -> bool:
    """Whether somebody got as far as the page's own handler."""
    is_sent_away = answer.headers.get("location", "").startswith(
        ("/portal/login", "/portal/choose")
    )
    return answer.status_code != 403 and not is_sent_away


def test_every_page_has_a_task_or_is_open(shared: Portal) -> None:
    found = ours(shared)
    assert {(one.method, one.path) for one in found if one.task is None} == OPEN
    assert {one.method for one in found} == {"GET", "POST"}
    before = {
        route.path_format
        for route in app_of(shared).routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("is_before_choice")
    }
    assert before == BEFORE_CHOICE


def test_nobody_sees_anything_without_logging_in(filled: Portal) -> None:
    browser, before = filled.browser(), kept(filled.database)
    for route in ours(filled):
        if route.task is None:
            continue
        answer = ask(browser, route)
        assert answer.status_code == 303, route
        assert answer.headers["location"].startswith("/portal/login"), route
        script = browser.get(address(route), headers={"HX-Request": "true"})
        if route.method == "GET":
            assert script.status_code == 204
            assert script.headers["hx-redirect"].startswith("/portal/login")
    assert kept(filled.database) == before


def test_a_role_sees_what_it_may_and_nothing_else(
    filled: Portal, browsers: dict[str, Browser]
) -> None:
    tried = 0
    for route in ours(filled):
        if route.task is None or "end" in route.path or route.path == "/portal/logout":
            continue
        task: Task | str = route.task
        for who, role in ROLES.items():
            expected = task == SIGNED_IN or may(role, task)  # type: ignore[arg-type]
            answer = ask(browsers[who], route)
            assert is_shown(answer) == expected, (str(route), who, answer.status_code)
            assert answer.status_code < 500, (str(route), who)
            tried += 1
    assert tried > 100


def test_the_navigation_leads_only_to_what_may_be_seen(browsers: dict[str, Browser]) -> None:
    import re

    for who, browser in browsers.items():
        page = browser.get("/portal")
        links = set(re.findall(r'href="(/portal[a-z/]*)"', page.text))
        assert len(links) > 2
        for link in links:
            assert browser.get(link).status_code == 200, (who, link)


def test_another_clinic_s_invoice_is_none(browsers: dict[str, Browser], filled: Portal) -> None:
    assert browsers["klara"].get("/portal/invoices/1").status_code == 200
    assert browsers["reader"].get("/portal/invoices/1").status_code == 200
    other, before = browsers["other"], kept(filled.database)
    for path in ("/portal/invoices/1", "/portal/invoices/999"):
        assert other.get(path).status_code == 404
    of_one = [one for one in ours(filled) if one.path.startswith("/portal/invoices/{key}")]
    assert {one.method for one in of_one} == {"GET", "POST"}
    for route in of_one:
        if route.method == "POST":
            assert other.post(address(route), {"line": "1"}).status_code == 404, route
        else:
            assert other.get(address(route)).status_code == 404, route
    assert "K-7741" not in other.get("/portal/invoices").text
    assert "K-7741" in browsers["klara"].get("/portal/invoices").text
    assert kept(filled.database) == before


def test_every_answer_carries_the_headers(filled: Portal, browsers: dict[str, Browser]) -> None:
    nobody, klara = filled.browser(), browsers["klara"]
    answers = [ask(nobody, route) for route in ours(filled)]
    answers += [klara.get(address(one)) for one in ours(filled) if one.method == "GET"]
    answers += [
        nobody.get("/idp/keys"), nobody.get("/idp/authorize"), nobody.get("/idp/none"),
        nobody.get("/idp/.well-known/openid-configuration"), nobody.client.post("/idp/token"),
        nobody.get("/portal/none"), klara.get("/portal/invoices/x"),
        nobody.client.request("OPTIONS", "/portal"), nobody.client.request("DELETE", "/portal"),
        nobody.client.post("/portal/logout", headers=ORIGIN), klara.get("/portal?x=1"),
    ]  # fmt: skip
    for answer in answers:
        names = [name for name, _ in answer.headers.multi_items() if name != "set-cookie"]
        assert len(names) == len(set(names)), answer.request.url
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (answer.request.url, name)
        assert "server" not in names


def test_pages_are_asked_for_only_as_they_are_meant(browsers: dict[str, Browser]) -> None:
    klara = browsers["klara"]
    for path in (
        "/portal/invoices?status=x", "/portal/invoices?before=0", "/portal/invoices?before=1e2",
        "/portal/invoices?who=me", "/portal/invoices?before=1&before=2", "/portal/invoices/0",
    ):  # fmt: skip
        assert klara.get(path).status_code in {400, 404}, path
    for content, kind in (
        (b"{}", "application/json"), (b"\xff=1", "application/x-www-form-urlencoded"),
        (b"a=1&" * 3000, "application/x-www-form-urlencoded"), (b"csrf=x", "text/plain"),
        (b"x", "multipart/form-data"), (b"x", "multipart/form-data; boundary=x"),
    ):  # fmt: skip
        headers = {**ORIGIN, "Content-Type": kind}
        answer = klara.client.post("/portal/patients", content=content, headers=headers)
        assert answer.status_code in {400, 403}, (kind, answer.status_code)
    large = klara.client.post(
        "/portal/patients",
        content=b"a=" + b"x" * (2 << 20),
        headers={**ORIGIN, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert large.status_code == 413


def test_the_api_takes_no_session_and_pages_no_token(
    filled: Portal, browsers: dict[str, Browser]
) -> None:
    assert browsers["klara"].get("/invoices").status_code == 401
    assert browsers["klara"].get("/health").status_code == 200


@pytest.mark.parametrize("pair", sorted(sorted(pair) for pair in CONFLICTS))
def test_nobody_is_given_roles_that_conflict(shared: Portal, pair: list[Any]) -> None:
    who = f"SE2321000057-{pair[0][:8]}{pair[1][-8:]}".replace("_", "").upper()

    def given(role: Role) -> None:
        clinic = CLINIC if role == "clinic" else None
        Acts(shared.database).do(
            lambda connection: (
                None,
                [give(connection, who, "x", role, clinic, TODAY, None)[1]],
            )
        )

    given(pair[0])
    with pytest.raises(AssignmentError, match="ingen får ha både"):
        given(pair[1])


def test_the_matrix_says_what_the_code_says(browsers: dict[str, Browser]) -> None:
    page = browsers["reader"].get("/portal/roles").text
    from registry.roles import TASKS

    assert page.count("●") == sum(len(tasks) for tasks in TASKS.values())


def test_the_start_of_the_site_leads_to_the_portal(shared: Portal) -> None:
    browser = shared.browser()
    assert browser.get("/").headers["location"] == "/portal"
    assert browser.get(ADDRESS + "/portal/").status_code == 303
