"""Who asks for a page, and may they? Asked before anything of a request is read."""

from asyncio import to_thread
from hmac import compare_digest
from http import HTTPStatus
from typing import Any, Final, Literal

from litestar import Request, Response
from litestar.exceptions import MethodNotAllowedException

from api.address import need_address
from api.logs import log
from api.problems import ProblemError, not_found
from portal.cookies import SESSION
from portal.forms import Form, read_form
from portal.rendering import redirect
from portal.request import PortalRequest
from portal.tries import MOST_BY_ADDRESS, MOST_BY_SESSION, sender
from registry.roles import Task, may
from storage.sessions import SignedIn, find, note_seen
from terms.errors import PartiturError

PageTask = Task | Literal["signed_in"] | None
SIGNED_IN: Final = "signed_in"
"""Stands for the task of a page that all may see who are signed in."""

LOGIN = "/portal/login"
CHOOSE = "/portal/choose"
START = "/portal"
_MINUTE = 60_000_000

FRESH_MINUTES: Final = 15
"""So long ago a person may have shown their card, at most, for what weighs most."""


class StaleError(PartiturError):
    """It was too long ago; `then` is the page to go on from when the card has been shown."""

    def __init__(self, then: str) -> None:
        super().__init__(then)
        self.then = then


async def admit(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Every page has a task (`task=` in the handler), for which the role of whoever asks is asked
    anew each time; SIGNED_IN says that all may who are signed in, None that anybody may. Whoever is
    not signed in is sent to do so. What is `is_anonymous` is the same for all, so nobody looks who
    asks; `is_before_choice` are pages on which no assignment need be chosen yet, `is_tried` those
    that nobody may ask for often who is not signed in."""
    assert isinstance(request, PortalRequest)
    options = request.route_handler.opt
    if "task" not in options:
        if request.method == "OPTIONS":
            raise MethodNotAllowedException(headers={"allow": "GET, POST"})
        raise not_found()
    request.scope["auth"] = None if options.get("is_anonymous", False) else await _who(request)
    _need_patience(request)
    if request.method == "POST":
        _need_own_site(request)
    task: PageTask = options["task"]
    if task is None:
        return None
    person = request.scope["auth"]
    if person is None:
        return sent_on(request, f"{LOGIN}?then={request.url.path}")
    if person.token is None and not options.get("is_before_choice", False):
        return sent_on(request, CHOOSE)
    need_address(request)
    if task != SIGNED_IN and not may(person.token.role, task):
        log("refused", token=person.token.name, task=task)
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "forbidden",
            "Det här får du inte göra",
            "Ditt uppdrag omfattar inte sidan. Har du fler uppdrag kan du byta.",
        )
    return None


async def read_own_form(request: PortalRequest) -> Form:
    """The form in a body, which a page of this session held. Raises ProblemError."""
    form = await read_form(request)
    if not compare_digest(form.one("csrf").encode(), request.csrf.encode()):
        log("refused", task="csrf")
        raise _foreign()
    return form


def need_fresh(request: PortalRequest, then: str, minutes: int = FRESH_MINUTES) -> None:
    """Ends a request of somebody who showed their card longer ago: they are asked for it, and come
    back to `then`, a page without questions. Raises StaleError."""
    if request.now - request.signed_in.proved_at > minutes * _MINUTE:
        log("refused", token=request.token.name, task="stale_sign_in")
        raise StaleError(then)


async def _who(request: PortalRequest) -> SignedIn | None:
    secret = request.cookies.get(SESSION)
    if not secret:
        return None
    service, at = request.service, request.now

    def look() -> SignedIn | None:
        with service.database.reading() as connection:
            return find(connection, secret, service.today(), at)

    found = await to_thread(look)
    if found is not None and not found.is_seen_lately:
        await service.do(lambda connection: note_seen(connection, found.session, at))
    return found


def _need_patience(request: PortalRequest) -> None:
    """Ends a request of a session that sends too many forms, or of an address that asks too often
    for what leads to the identity provider or changes something before anybody is signed in."""
    person, is_form = request.scope["auth"], request.method == "POST"
    if person is not None and is_form:
        who, most = f"session {person.session}", MOST_BY_SESSION
    elif person is None and (is_form or request.route_handler.opt.get("is_tried", False)):
        address = None if request.client is None else sender(request.client.host)
        if address is None:
            return
        who, most = f"address {address}", MOST_BY_ADDRESS
    else:
        return
    if request.tries.are_too_many(who, request.now, most):
        log("refused", task="too_many_tries")
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_tries",
            "För många försök på en gång",
            "Vänta en minut och försök igen; ingenting är ändrat.",
            headers={"Retry-After": "60"},
        )


def _need_own_site(request: PortalRequest) -> None:
    """Ends a request that another site's page sent. Every browser says whose it is."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_own = origin == request.openid.provider.address if origin else site == "same-origin"
    if not is_own or site not in (None, "same-origin"):
        log("refused", task="cross_site")
        raise _foreign()


def _foreign() -> ProblemError:
    return ProblemError(
        HTTPStatus.FORBIDDEN,
        "other_site",
        "Formuläret gäller inte längre",
        "Öppna sidan igen och fyll i den på nytt; ingenting är ändrat.",
    )


def sent_on(request: PortalRequest, address: str) -> Response[Any]:
    """Elsewhere: a whole page by its address, a part of a page by telling the script so."""
    if request.is_part:
        return Response(None, status_code=HTTPStatus.NO_CONTENT, headers={"hx-redirect": address})
    return redirect(address)
