"""Signing in, everything that a provider may say wrong, and sessions until they end."""

import base64
import hmac
import html
import json
import re
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from httpx import Response
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select

from portal.login.identityprovider import PATH, IdentityProvider, Offered
from portal.login.openid import HSA_ID, Client, challenge_of
from portal.login.provider import LOA3, Provider, UnsafeProviderError
from portal.request import csrf_of
from portal.tries import MOST_BY_ADDRESS, Tries, sender
from storage import tables
from tests.api.asking import CLINIC, noted
from tests.portal.visiting import (
    ADDRESS,
    LOA2,
    ORIGIN,
    Browser,
    Portal,
    app_of,
    hsa_id,
)

SESSION = "__Host-partitur"
HALF_AN_HOUR, EIGHT_HOURS = 30 * 60, 8 * 3600


def session_of(browser: Browser) -> str:
    return browser.cookies.get(SESSION) or ""


def is_in(browser: Browser) -> bool:
    """Whether the start page is shown, or the choice of an assignment."""
    answer = browser.get("/portal")
    return answer.status_code == 200 or answer.headers["location"] == "/portal/choose"


def test_whoever_has_one_assignment_begins_at_once(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.get("/portal/roles")
    assert answer.headers["location"] == "/portal/login?then=/portal/roles"
    answer = browser.sign_in("klara", then="/portal/roles")
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/roles")
    said = [one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION + "=")]
    assert len(said) == 1
    for flag in ("HttpOnly", "Path=/", "SameSite=lax", "Secure"):
        assert flag in said[0]
    assert "Domain" not in said[0]
    assert is_in(browser)
    assert ("sign_in", f"klara, {hsa_id('klara')}", None) in noted(portal.database)


def test_of_several_assignments_one_is_chosen(shared: Portal) -> None:
    browser = shared.browser()
    browser.sign_in("two")
    for path in ("/portal", "/portal/roles"):
        assert browser.get(path).headers["location"] == "/portal/choose"
    before = session_of(browser)
    page = browser.get("/portal/choose").text
    first, second = shared.assignments["two"]
    assert f'value="{first}"' in page
    assert browser.post("/portal/choose", {"assignment": second}).status_code == 303
    assert session_of(browser) != before
    thief = shared.browser()
    thief.cookies.set(SESSION, before, domain="127.0.0.1")
    assert not is_in(thief)
    assert "SE2321000057-9B00" in browser.get("/portal").text
    strangers = shared.assignments["klara"][0]
    for wrong in (strangers, "", "0", "x", "1e3", 2**70):
        assert browser.post("/portal/choose", {"assignment": wrong}).status_code == 404


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("low", "tillitsnivå 3"),
        ("without", "saknar HSA-id"),
        ("nobody", "inget uppdrag här i dag"),
        ("cancel", "avbröts"),
    ],
)
def test_who_is_not_let_in(shared: Portal, who: str, said: str) -> None:
    browser = shared.browser()
    answer = browser.sign_in(who)
    assert answer.status_code == 403
    assert said in answer.text
    assert session_of(browser) == ""
    assert not is_in(browser)


# --- what a provider may say wrong ---------------------------------------------------------------

Claims = dict[str, Any]


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def with_(**said: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **said}


def later(name: str, seconds: int) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, name: claims[name] + seconds}


WRONG_CLAIMS: dict[str, tuple[Callable[[Claims], Claims], str]] = {
    "another issuer": (with_(iss="https://evil.example/idp"), "lita"),
    "an issuer with a slash more": (lambda one: {**one, "iss": one["iss"] + "/"}, "lita"),
    "no issuer": (without("iss"), "lita"),
    "for somebody else": (with_(aud="another"), "lita"),
    "for us and others, by others": (with_(aud=["partitur", "x"], azp="x"), "lita"),
    "for us and others, by nobody": (with_(aud=["partitur", "x"]), "lita"),
    "for nobody": (without("aud"), "lita"),
    "another nonce": (with_(nonce="0" * 64), "lita"),
    "no nonce": (without("nonce"), "lita"),
    "a nonce that is no text": (with_(nonce=1), "lita"),
    "expired": (later("exp", -200), "lita"),
    "without an end": (without("exp"), "lita"),
    "an end that is no number": (with_(exp=True), "lita"),
    "made long ago": (later("iat", -10_000), "lita"),
    "made in the future": (later("iat", 9_000), "lita"),
    "made at no time": (without("iat"), "lita"),
    "a card that was never shown": (without("auth_time"), "lita"),
    "a card shown yesterday": (later("auth_time", -86_400), "lita"),
    "a card shown in the future": (later("auth_time", 9_000), "lita"),
    "a card shown at no time": (with_(auth_time="now"), "lita"),
    "low assurance": (with_(acr=LOA2), "tillitsnivå"),
    "no assurance": (without("acr"), "tillitsnivå"),
    "a list of assurances": (with_(acr=[LOA3, LOA2]), "tillitsnivå"),
    "no HSA-id": (without(HSA_ID), "HSA-id"),
    "an empty HSA-id": (with_(**{HSA_ID: ""}), "HSA-id"),
    "several HSA-ids": (with_(**{HSA_ID: [hsa_id("klara")]}), "HSA-id"),
    "an HSA-id that is a script": (with_(**{HSA_ID: "<script>"}), "HSA-id"),
}


@pytest.fixture(scope="module")
def other_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "other"})


def arrived(portal: Portal, sign: Callable[[IdentityProvider, Claims], str]) -> Response:
    """The answer to a browser that comes back, where the provider signs otherwise."""
    browser, idp = portal.browser(), portal.idp
    original = idp.signed
    idp.signed = lambda claims: sign(idp, claims)  # type: ignore[method-assign]
    try:
        return browser.sign_in("klara")
    finally:
        idp.signed = original  # type: ignore[method-assign]


def rightly(idp: IdentityProvider, claims: Claims) -> str:
    key = idp.keys[idp.algorithm]
    return jwt.encode({"alg": idp.algorithm, "kid": key.kid}, claims, key)


@pytest.mark.parametrize("name", WRONG_CLAIMS)
def test_a_token_that_says_something_wrong(shared: Portal, name: str) -> None:
    change, said = WRONG_CLAIMS[name]
    answer = arrived(shared, lambda idp, claims: rightly(idp, change(claims)))
    assert answer.status_code == 403
    assert said in answer.text
    assert SESSION + "=" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_by_each_kind_of_key(shared: Portal, algorithm: str) -> None:
    before, shared.idp.algorithm = shared.idp.algorithm, algorithm
    try:
        assert shared.browser().sign_in("klara").status_code == 303
    finally:
        shared.idp.algorithm = before


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def plain(part: object) -> str:
    return encoded(json.dumps(part).encode())


def test_a_token_that_is_signed_wrongly(shared: Portal, other_key: ECKey) -> None:
    def by_another(idp: IdentityProvider, claims: Claims) -> str:
        kid = idp.keys[idp.algorithm].kid
        return jwt.encode({"alg": "ES256", "kid": kid}, claims, other_key)

    def by_an_unknown(idp: IdentityProvider, claims: Claims) -> str:
        return jwt.encode({"alg": "ES256", "kid": "other"}, claims, other_key)

    def by_nobody(idp: IdentityProvider, claims: Claims) -> str:
        return f"{plain({'alg': 'none'})}.{plain(claims)}."

    def by_the_public_key(idp: IdentityProvider, claims: Claims) -> str:
        signed = f"{plain({'alg': 'HS256'})}.{plain(claims)}"
        public = idp.keys["RS256"].as_pem(private=False)
        return f"{signed}.{encoded(hmac.digest(public, signed.encode(), 'sha256'))}"

    def changed(idp: IdentityProvider, claims: Claims) -> str:
        head, _, signature = rightly(idp, claims).split(".")
        return f"{head}.{plain({**claims, HSA_ID: hsa_id('assessor')})}.{signature}"

    def nothing(idp: IdentityProvider, claims: Claims) -> str:
        return "x"

    for wrongly in (by_another, by_an_unknown, by_nobody, by_the_public_key, changed, nothing):
        answer = arrived(shared, wrongly)
        assert answer.status_code == 403, wrongly
        assert "lita" in answer.text
    assert arrived(shared, rightly).status_code == 303


def test_keys_that_are_changed_are_asked_for_again(portal: Portal) -> None:
    assert portal.browser().sign_in("klara").status_code == 303
    portal.idp.keys["ES256"] = ECKey.generate_key("P-256", {"kid": "new"})
    assert portal.browser().sign_in("klara").status_code == 303


# --- coming back ---------------------------------------------------------------------------------


def came_back(portal: Portal, asked: dict[str, str]) -> dict[str, str]:
    """What the provider sends a browser back with."""
    code = portal.idp.code(
        asked["nonce"], asked["code_challenge"], Offered("klara", hsa_id("klara"), LOA3, "")
    )
    return {"code": code, "state": asked["state"], "iss": ADDRESS + PATH}


def test_a_sign_in_that_another_browser_began(shared: Portal) -> None:
    """The attacker's own answer, brought to somebody's browser, signs nobody in."""
    attacker, victim = shared.browser(), shared.browser()
    back = came_back(shared, attacker.begin())
    assert victim.get("/portal/login/done", params=back).status_code == 403
    victim.begin()
    answer = victim.get("/portal/login/done", params=back)
    assert answer.status_code == 403
    assert "annan webbläsare" in answer.text
    assert session_of(victim) == ""


@pytest.mark.parametrize(
    "change",
    [{"state": "0"}, {"state": ""}, {"code": "0"}, {"iss": "https://evil.example"}],
)
def test_an_answer_that_is_changed_on_its_way(shared: Portal, change: dict[str, str]) -> None:
    browser = shared.browser()
    back = came_back(shared, browser.begin())
    answer = browser.get("/portal/login/done", params={**back, **change})
    assert answer.status_code == 403
    assert session_of(browser) == ""


def test_a_code_is_good_once_and_for_its_browser_alone(shared: Portal) -> None:
    browser = shared.browser()
    back = came_back(shared, browser.begin())
    begun = browser.cookies["__Host-partitur-login"]
    assert browser.get("/portal/login/done", params=back).status_code == 303
    browser.cookies.set("__Host-partitur-login", begun, domain="127.0.0.1")
    assert browser.get("/portal/login/done", params=back).status_code == 403
    # with another browser's code under one's own state: the verifier does not fit
    other = shared.browser()
    mine, theirs = browser.begin(), came_back(shared, other.begin())
    answer = browser.get("/portal/login/done", params={**theirs, "state": mine["state"]})
    assert answer.status_code == 403


def test_the_provider_answers_nobody_but_us(shared: Portal) -> None:
    browser = shared.browser()
    asked = browser.begin()
    for change in (
        {"redirect_uri": "https://evil.example/"}, {"client_id": "x"}, {"response_type": "token"},
        {"code_challenge_method": "plain"}, {"nonce": ""}, {"state": ""}, {"code_challenge": ""},
    ):  # fmt: skip
        assert browser.get(f"{PATH}/authorize", params={**asked, **change}).status_code == 400
        sent = {**asked, **change, "who": "0"}
        assert browser.client.post(f"{PATH}/authorize", data=sent).status_code == 400


@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/portal/../../x", "portal",
        "/portal//evil.example", "/portal\r\nX: y", "javascript:alert(1)", "/invoices", "",
        "/portal?x=//e", "/portal/login@evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(shared: Portal, then: str) -> None:
    browser = shared.browser()
    assert browser.sign_in("klara", then).headers["location"] == "/portal"
    answer = browser.post("/portal/language", {"language": "en", "then": then})
    assert answer.headers["location"] == "/portal"
    page = browser.get("/portal/login", params={"then": then})
    assert f'{ADDRESS}/portal/login/start?then=/portal"' in page.text


def test_a_language_is_chosen_on_the_page_that_held_a_form(shared: Portal) -> None:
    """What a form is answered with cannot be asked for by its address."""
    klara = shared.signed_in("klara")
    headers = {"referer": "https://localhost/portal/invoices?status=pending"}
    refused = klara.post("/portal/invoices/999/credit", {"line": "1"}, headers=headers)
    assert 'name="then" value="/portal/invoices"' in refused.text
    for page in ("/portal/patients", "/portal/rules"):
        assert f'name="then" value="{page}"' in klara.get(page, headers=headers).text


def test_the_provider_of_the_demo_is_no_provider_for_others() -> None:
    real = Provider("https://idp.example.se/", "partitur", "https://partitur.example.se")
    real.need_safe(is_demo=False)
    for issuer, address in (
        ("http://idp.example.se", real.address),
        (real.issuer, "http://partitur.example.se"),
        (ADDRESS + PATH, ADDRESS),
    ):
        wrong = Provider(issuer, "partitur", address)
        with pytest.raises(UnsafeProviderError):
            wrong.need_safe(is_demo=False)
    Provider(ADDRESS + PATH, "partitur", ADDRESS).need_safe(is_demo=True)
    for one in (real, Provider(ADDRESS + PATH, "partitur", "https://partitur.example.se")):
        with pytest.raises(UnsafeProviderError):
            one.need_safe(is_demo=True)
        with pytest.raises(UnsafeProviderError):
            IdentityProvider(one, (), lambda: 0)


# --- sessions ------------------------------------------------------------------------------------


def test_an_id_that_somebody_else_chose_is_none(shared: Portal) -> None:
    """Neither before nor after signing in, and each sign-in has a new one."""
    browser = shared.browser()
    browser.cookies.set(SESSION, "chosen", domain="127.0.0.1")
    assert not is_in(browser)
    browser.sign_in("klara")
    first = session_of(browser)
    assert first != "chosen"
    browser.sign_in("klara")
    second = session_of(browser)
    assert second != first
    thief = shared.browser()
    for stolen in ("chosen", first):
        thief.cookies.set(SESSION, stolen, domain="127.0.0.1")
        assert not is_in(thief)


def test_only_a_digest_of_a_session_is_kept(shared: Portal) -> None:
    browser = shared.signed_in("klara")
    with shared.database.reading() as connection:
        rows = connection.execute(select(tables.session)).all()
    assert rows
    assert session_of(browser) not in str(rows)


def test_a_session_ends_when_it_is_not_used(shared: Portal) -> None:
    browser = shared.signed_in("klara")
    for _ in range(3):
        shared.clock.seconds += HALF_AN_HOUR - 1
        assert is_in(browser)
    shared.clock.seconds += HALF_AN_HOUR + 1
    assert not is_in(browser)


def test_a_session_ends_after_eight_hours_however_much_it_is_used(shared: Portal) -> None:
    browser = shared.signed_in("two")
    steps, ends = 0, shared.clock.seconds + EIGHT_HOURS
    while shared.clock.seconds + 1000 < ends:
        shared.clock.seconds += 1000
        key = shared.assignments["two"][steps % 2]
        assert browser.post("/portal/choose", {"assignment": key}).status_code == 303
        steps += 1
    shared.clock.seconds = ends + 1
    assert not is_in(browser)


def test_whoever_logs_out_is_out(portal: Portal) -> None:
    browser = portal.signed_in("klara")
    secret = session_of(browser)
    answer = browser.post("/portal/logout")
    assert answer.status_code == 200
    (onward,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
    back = browser.get(html.unescape(onward).removeprefix(ADDRESS))
    assert back.headers["location"] == f"{ADDRESS}/portal/login"
    assert 'name="csrf"' not in answer.text  # nobody is signed in on the page
    browser.cookies.set(SESSION, secret, domain="127.0.0.1")
    assert not is_in(browser)
    assert [act for act, _, _ in noted(portal.database)][-2:] == ["sign_in", "sign_out"]


def test_one_s_sessions_are_listed_and_ended(portal: Portal) -> None:
    home, work, other = (portal.signed_in(who) for who in ("klara", "klara", "assessor"))
    page = work.get("/portal/sessions").text
    assert page.count("/end") == 2
    assert page.count("(den här)") == 1
    # the newest stands first
    mine, hers = (part.split("/end")[0] for part in page.split("/portal/sessions/")[1:])
    assert other.post(f"/portal/sessions/{hers}/end").status_code == 404
    assert is_in(home)
    assert work.post(f"/portal/sessions/{hers}/end").status_code == 303
    assert not is_in(home)
    assert is_in(work)
    assert work.post(f"/portal/sessions/{hers}/end").status_code == 404
    assert work.post(f"/portal/sessions/{mine}/end").headers["location"] == "/portal/login"
    assert not is_in(work)


def test_an_assignment_that_ends_is_over_at_the_next_request(portal: Portal) -> None:
    klara, two = portal.signed_in("klara"), portal.signed_in("two")
    portal.end(portal.assignments["klara"][0])
    assert not is_in(klara)
    portal.end(portal.assignments["two"][0])
    assert two.get("/portal").headers["location"] == "/portal/choose"
    offered = re.findall(r'name="assignment" value="(\d+)"', two.get("/portal/choose").text)
    assert offered == [str(portal.assignments["two"][1])]


# --- forms that other sites send -----------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": ADDRESS.replace("https", "http")},
        {"Origin": ADDRESS + "0"},
    ],
)
def test_another_site_s_form_does_nothing(shared: Portal, headers: dict[str, str]) -> None:
    browser = shared.signed_in("klara")
    answer = browser.client.post(
        "/portal/logout", data={"csrf": browser.csrf()}, headers=headers, follow_redirects=False
    )
    assert answer.status_code == 403
    assert is_in(browser)


def test_a_form_of_another_session_does_nothing(shared: Portal) -> None:
    browser, other = shared.signed_in("klara"), shared.signed_in("assessor")
    for wrong in ("", "x", other.csrf(), csrf_of(""), "å"):
        answer = browser.client.post(
            "/portal/logout", data={"csrf": wrong}, headers=ORIGIN, follow_redirects=False
        )
        assert answer.status_code == 403
    twice = browser.client.post(
        "/portal/logout",
        content=f"csrf={browser.csrf()}&csrf={browser.csrf()}",
        headers={**ORIGIN, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert twice.status_code == 400
    assert is_in(browser)


def test_the_way_to_the_provider_carries_what_pkce_asks(shared: Portal) -> None:
    browser = shared.browser()
    answer = browser.get("/portal/login/start")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert asked["acr_values"] == [LOA3]
    again = parse_qs(urlsplit(browser.get("/portal/login/start").headers["location"]).query)
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != again[name]


def test_a_code_is_worth_nothing_without_what_the_browser_began_with(shared: Portal) -> None:
    idp, who = shared.idp, Offered("klara", hsa_id("klara"), LOA3, "")
    assert idp.token(idp.code("nonce", challenge_of("right"), who), "wrong") is None
    code = idp.code("nonce", challenge_of("right"), who)
    assert idp.token(code, "right") is not None
    assert idp.token(code, "right") is None
    late = idp.code("nonce", challenge_of("right"), who)
    shared.clock.seconds += 61
    assert idp.token(late, "right") is None


def test_who_shows_the_card_again_keeps_the_assignment(shared: Portal) -> None:
    """Of several, the one they had; somebody else who comes back in the same browser has theirs."""
    browser = shared.signed_in("two")
    before = session_of(browser)
    assert CLINIC in browser.get("/portal").text
    assert browser.sign_in("two", "/portal/roles").headers["location"] == "/portal/roles"
    assert session_of(browser) != before
    assert CLINIC in browser.get("/portal").text
    browser.sign_in("reader")
    assert CLINIC not in browser.get("/portal/roles").text
    browser.sign_in("two")
    assert browser.get("/portal").headers["location"] == "/portal/choose"


def test_the_card_is_asked_for_anew_where_that_is_asked(shared: Portal) -> None:
    for path, prompt, age in (
        ("/portal/login/start", None, ["28800"]),
        ("/portal/login/start?again=1", ["login"], ["0"]),
    ):
        answer = shared.browser().get(path)
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        assert (asked.get("prompt"), asked["max_age"]) == (prompt, age)


@pytest.mark.parametrize("place", ["https://idp.example/end?tenant=1", None, "silent"])
def test_whoever_logs_out_is_out_here_whatever_the_provider_has(
    shared: Portal, place: str | None
) -> None:
    browser = shared.signed_in("klara")
    client: Client = app_of(shared).state.openid
    found, provider = client._discovered, client.provider
    assert found is not None
    try:
        if place == "silent":
            client._discovered = None
            client.provider = Provider(f"{ADDRESS}/none", "partitur", ADDRESS)
        else:
            client._discovered = msgspec.structs.replace(found, end_session_endpoint=place)
        answer = browser.post("/portal/logout")
    finally:
        client._discovered, client.provider = found, provider
    if place is None or place == "silent":
        assert answer.headers["location"] == "/portal/login"
    else:
        assert f"{place}&amp;client_id=partitur&amp;post_logout" in answer.text
    assert not is_in(browser)


def test_the_provider_sends_nobody_elsewhere_who_signs_out(shared: Portal) -> None:
    browser = shared.browser()
    for said in ({}, {"client_id": "partitur", "post_logout_redirect_uri": "https://evil.example"}):
        assert browser.get(f"{PATH}/end", params=said).status_code == 400


# --- how often -----------------------------------------------------------------------------------


def test_a_session_that_sends_forms_without_end_is_stopped_for_a_minute(portal: Portal) -> None:
    busy, calm = portal.signed_in("klara"), portal.signed_in("other")
    app_of(portal).state.tries.are_too_many = few(app_of(portal).state.tries, 6)
    tried = [busy.post("/portal/patients", {}).status_code for _ in range(8)]
    assert tried == [422] * 6 + [429] * 2
    stopped = busy.post("/portal/patients", {})
    assert stopped.headers["retry-after"] == "60"
    assert "Vänta en minut" in stopped.text
    assert busy.get("/portal").status_code == 200
    assert calm.post("/portal/patients", {}).status_code == 422
    portal.clock.seconds += 60
    assert busy.post("/portal/patients", {}).status_code == 422


def test_an_address_that_asks_without_end_is_stopped_before_anybody_is_asked(
    portal: Portal,
) -> None:
    """Neither the provider nor the database; who is signed in at the same address goes on."""
    klara, stranger = portal.signed_in("klara"), portal.browser()
    app_of(portal).state.tries = Tries()
    app_of(portal).state.tries.are_too_many = few(app_of(portal).state.tries, 5)
    for path in ("/portal/login/start", "/portal/login/done?code=x&state=y"):
        stranger.get(path)
        stranger.get(path)
    sent = {"language": "en", "then": "/portal"}
    assert stranger.client.post("/portal/language", data=sent, headers=ORIGIN).status_code != 429
    for path in ("/portal/login/start", "/portal/login/done?code=x&state=y"):
        assert stranger.get(path).status_code == 429
    assert stranger.client.post("/portal/language", data=sent, headers=ORIGIN).status_code == 429
    assert stranger.get("/portal/login").status_code == 200
    assert klara.post("/portal/language", sent).status_code == 303


def few(tries: Tries, most: int) -> Callable[[str, int, int], bool]:
    """The same counters, with a bound that a test reaches soon."""
    original = tries.are_too_many
    return lambda who, at, _: original(who, at, most)


def test_counters_are_as_many_however_many_ask() -> None:
    tries = Tries()
    size = sys.getsizeof(tries._counts) + sys.getsizeof(tries._minutes)
    for number in range(20_000):
        assert not tries.are_too_many(f"address {number}", 0, MOST_BY_ADDRESS)
    assert sys.getsizeof(tries._counts) + sys.getsizeof(tries._minutes) == size
    tries = Tries()
    assert [tries.are_too_many("x", 0, 2) for _ in range(3)] == [False, False, True]
    assert not tries.are_too_many("x", 60_000_000, 2)


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("192.0.2.7", "192.0.2.7"), ("127.0.0.1", None), ("::1", None),
        ("2001:db8:1:2::7", "20010db800010002"), ("2001:db8:1:2:ffff::9", "20010db800010002"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"), ("testclient", "testclient"),
    ],
)  # fmt: skip
def test_whose_an_address_is(host: str, who: str | None) -> None:
    assert sender(host) == who
