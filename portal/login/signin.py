"""Signing in and out, choosing an assignment, and one's sessions."""

import re
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from litestar import Response, get, post

from api.bounds import Key
from api.logs import log
from api.problems import not_found
from portal import cookies
from portal.access import CHOOSE, LOGIN, SIGNED_IN, START, read_own_form
from portal.forms import read_form
from portal.login.openid import Begun, RefusedError
from portal.login.provider import SIGNED_IN as BACK
from portal.rendering import page, redirect
from portal.request import PortalRequest
from portal.wording import LANGUAGES
from storage.sessions import begin, choose, end, sessions_of

_LOCAL = re.compile(r"/portal(/[A-Za-z0-9_-]+)*/?")
_BETWEEN = "~"
"""Stands between a secret and the page to go on to, neither of which has one."""


@get(LOGIN, task=None)
async def login(request: PortalRequest) -> Response[str]:
    """What signing in is, and the way to it."""
    then = _own_page(request.query_params.get("then", ""))
    return page(
        request, "login/login.html", address=request.openid.provider.address, then=then, why=None
    )


@get(LOGIN + "/start", task=None, is_tried=True)
async def start_login(request: PortalRequest) -> Response[Any]:
    """Send the browser to the identity provider, with a secret of its own; `again` asks for the
    card anew."""
    begun, is_again = Begun(token_urlsafe(32)), "again" in request.query_params
    try:
        address = await request.openid.address(begun, is_again=is_again)
    except RefusedError as error:
        return _refused(request, error)
    then = _own_page(request.query_params.get("then", ""))
    return redirect(address, cookies.login(begun.secret + _BETWEEN + then))


@get(BACK, task=None, is_tried=True)
async def done(request: PortalRequest) -> Response[Any]:
    """The browser is back. Whatever session it had before, it gets a new one."""
    secret, _, then = request.cookies.get(cookies.LOGIN, "").partition(_BETWEEN)
    said = request.query_params
    try:
        if not secret:
            raise RefusedError("other_browser")
        if "code" not in said:
            raise RefusedError("cancelled")
        proved = await request.openid.identify(
            Begun(secret), said.get("state", ""), said["code"], said.get("iss")
        )
        today, at, before = request.service.today(), request.now, request.scope["auth"]
        session = await request.service.do(
            lambda connection: begin(connection, proved, today, at, before)
        )
        if session is None:
            raise RefusedError("no_assignment")
    except RefusedError as error:
        return _refused(request, error)
    return redirect(_own_page(then), cookies.session(session), cookies.gone(cookies.LOGIN))


@get(CHOOSE, task=SIGNED_IN, is_before_choice=True)
async def choices(request: PortalRequest) -> Response[str]:
    """What one is assigned to do."""
    return page(request, "login/choose.html")


@post(CHOOSE, task=SIGNED_IN, is_before_choice=True)
async def chosen(request: PortalRequest) -> Response[Any]:
    """Go on by one of one's assignments."""
    form, person, at = await read_own_form(request), request.signed_in, request.now
    said = form.one("assignment")
    key = int(said) if re.fullmatch(r"[1-9][0-9]{0,17}", said) else 0
    session = await request.service.do(lambda connection: choose(connection, person, key, at))
    if session is None:
        raise not_found()
    return redirect(START, cookies.session(session))


@get("/portal/sessions", task=SIGNED_IN, is_before_choice=True)
async def sessions(request: PortalRequest) -> Response[str]:
    """Where one is signed in."""
    person, at = request.signed_in, request.now
    found = await request.service.do(
        lambda connection: (sessions_of(connection, person.person, at), [])
    )
    return page(request, "login/sessions.html", sessions=found)


@post("/portal/sessions/{key:int}/end", task=SIGNED_IN, is_before_choice=True)
async def end_session(request: PortalRequest, key: Key) -> Response[Any]:
    """End one of one's own sessions."""
    await read_own_form(request)
    person, at = request.signed_in, request.now
    if not await request.service.do(lambda connection: end(connection, person, key, at)):
        raise not_found()
    return redirect(LOGIN if key == person.session else "/portal/sessions")


@post("/portal/logout", task=SIGNED_IN, is_before_choice=True)
async def logout(request: PortalRequest) -> Response[Any]:
    """End this session, and that at the identity provider where it can be ended. A form may lead
    nowhere else than here (the policy's `form-action`), so a page leads there."""
    await read_own_form(request)
    person, at = request.signed_in, request.now
    await request.service.do(lambda connection: end(connection, person, person.session, at))
    way_out = await request.openid.way_out()
    if way_out is None:
        return redirect(LOGIN, cookies.gone(cookies.SESSION))
    request.scope["auth"] = None
    return page(request, "login/out.html", cookies=[cookies.gone(cookies.SESSION)], way_out=way_out)


@post("/portal/language", task=None)
async def choose_language(request: PortalRequest) -> Response[Any]:
    """Show pages in another language from now on."""
    form = await read_form(request)
    name = form.one("language")
    if name not in LANGUAGES:
        raise not_found()
    return redirect(_own_page(form.one("then")), cookies.language(name))


def _own_page(path: str) -> str:
    """A page of ours to go on to; the start page where it is none."""
    return path if _LOCAL.fullmatch(path) else START


def _refused(request: PortalRequest, error: RefusedError) -> Response[str]:
    log("sign_in_refused", why=error.why)
    return page(
        request,
        "login/login.html",
        http_status=HTTPStatus.FORBIDDEN,
        cookies=[cookies.gone(cookies.LOGIN)],
        address=request.openid.provider.address,
        then=START,
        why=error.why,
    )
