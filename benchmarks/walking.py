"""Every page of the portal, found by following links and forms that only ask, as everybody of the
made-up region in turn; how long each takes, and how much it is."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any, Final, Literal, NamedTuple, cast, get_args
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import httpx
from litestar.routes import HTTPRoute
from lxml import html

from api.metrics import Metrics
from benchmarks.fresh import tell
from benchmarks.visitor import NAMES, Visitor
from portal.app import portal

Kind = Literal["page", "form", "file"]
"""A page that a link leads to; what is worked out when a form asks for it; something to save."""

NOBODY = "nobody"
_FROM_ELSEWHERE = "/portal/login/done"
"""Where the provider sends a browser: no link of ours leads there."""
_BEGINNINGS: Final = ("/portal/login", "/portal", "/portal/runs/new")
"""Where one is led from is found; a new run is linked to only while none waits."""
_KINDS: Final = get_args(Kind)
_LONG, _FEW = 0.3, 3
"""What takes so many seconds is asked for so many times at most."""
_ALIKE = 2
_MOST = 12


class Measured(NamedTuple):
    """A page by its route: what kind it is, the person of the slowest answer, its median in
    milliseconds, and the most bytes that any is sent as, alone and with all that it loads."""

    route: str
    kind: Kind
    who: str
    milliseconds: float
    own: int
    whole: int


class Page(NamedTuple):
    """A page to be measured: what it is called, its address, who asks for it, and the fields where
    a form is sent."""

    route: str
    path: str
    who: str
    kind: Kind = "page"
    fields: Mapping[str, str] | None = None


class Walk(NamedTuple):
    """What was found: the slowest of each route, and the routes that nobody came to."""

    pages: list[Measured]
    missed: list[str]


class _Route(NamedTuple):
    path: str
    pattern: re.Pattern[str]


def walk(address: str, repetitions: int) -> Walk:
    """Everybody's pages."""
    routes = list(_routes())
    found: dict[tuple[str, Kind], Measured] = {}
    for name in (NOBODY, *NAMES):
        visitor = Visitor(address)
        if name == NOBODY or visitor.sign_in(name):
            seen = 0
            for page in _pages(visitor, name, routes):
                one = measured(visitor, page, repetitions)
                found[one.route, one.kind] = _worse(found.get((one.route, one.kind)), one)
                seen += 1
            tell(f"{name}: {seen} pages")
        visitor.close()
    met = {route for route, _ in found}
    pages = sorted(found.values(), key=lambda one: (_KINDS.index(one.kind), one.route))
    return Walk(pages, [one.path for one in routes if one.path not in met])


def measured(visitor: Visitor, page: Page, repetitions: int) -> Measured:
    """A page, asked for so many times."""
    begun = perf_counter()
    answer, seconds = visitor.ask(page.path, page.fields), []
    if perf_counter() - begun > _LONG:
        repetitions = min(repetitions, _FEW)
    assert not answer.is_error, (page.route, answer.status_code)
    assets = sum(_weight(visitor.ask(one)) for one in _assets(answer))
    for _ in range(repetitions):
        begun = perf_counter()
        visitor.ask(page.path, page.fields)
        seconds.append(perf_counter() - begun)
    own = _weight(answer)
    kind: Kind = page.kind if _is_page(answer) or answer.is_redirect else "file"
    return Measured(page.route, kind, page.who, 1000 * median(seconds), own, own + assets)


def _worse(before: Measured | None, one: Measured) -> Measured:
    if before is None:
        return one
    slowest = max(before, one, key=lambda each: each.milliseconds)
    return slowest._replace(own=max(before.own, one.own), whole=max(before.whole, one.whole))


def _routes() -> Iterator[_Route]:
    """What the portal answers, as it says itself; no file is among it, and nothing that is
    elsewhere."""
    nothing: Any = None
    app = portal(nothing, Metrics(), nothing, lambda: 0)
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or "GET" not in route.methods:
            continue
        path = route.path_format
        is_file = any(one.opt.get("is_anonymous") for one in route.route_handlers)
        if not is_file and path != _FROM_ELSEWHERE:
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))
            yield _Route(path, re.compile(pattern))


def _pages(visitor: Visitor, name: str, routes: Sequence[_Route]) -> Iterator[Page]:
    """The pages that somebody can come to: a few of each route and of each way to ask it."""
    begin: list[tuple[Kind, str]] = [("page", path) for path in _BEGINNINGS]
    waiting, met, many = deque(begin), {path for _, path in begin}, Counter[str]()
    while waiting:
        how, path = waiting.popleft()
        route = _route_of(path, routes)
        asked = urlsplit(path).query
        kind = f"{route}?{sorted(name for name, _ in parse_qsl(asked))}"
        if route is None or many[kind] >= _ALIKE or many[route] >= _MOST:
            continue
        answer = visitor.ask(path)
        if answer.status_code not in {httpx.codes.OK, httpx.codes.SEE_OTHER} or (
            answer.is_redirect and answer.headers["location"].startswith("/portal")
        ):
            continue
        many.update([kind, route])
        yield Page(route, path, name, how)
        for leading, link in _led_to(path, answer):
            found = link.removeprefix(visitor.address)
            if found.startswith("/portal") and found not in met:
                met.add(found)
                waiting.append((leading, found))


def _route_of(path: str, routes: Sequence[_Route]) -> str | None:
    """The one that fits, a plain one before one with places to fill in."""
    plain = urlsplit(path).path
    fitting = [one.path for one in routes if one.pattern.fullmatch(plain)]
    return min(fitting, key=lambda one: one.count("{"), default=None)


def _led_to(path: str, answer: httpx.Response) -> Iterator[tuple[Kind, str]]:
    """Where links and forms that only ask lead."""
    if not _is_page(answer):
        return
    page = cast("Any", html.fromstring(answer.text))
    for link in page.xpath("//a/@href | //*/@hx-get"):
        yield "page", urldefrag(urljoin(path, link)).url
    for form in page.xpath("//form[not(@method) or @method='get']"):
        asked = urlencode(list(_fields(form)))
        for action in (form.get("action") or path, *form.xpath(".//button/@formaction")):
            yield "form", f"{urljoin(path, action)}?{asked}"


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    """What a form says as it stands; of each choice after the first, what is last."""
    for place, field in enumerate(form.xpath(".//select[@name]")):
        values = field.xpath(".//option/@value")
        if values:
            yield field.get("name"), values[-1] if place else values[0]
    for field in form.xpath(".//input[@name][not(@type='checkbox') and not(@type='radio')]"):
        if field.get("value"):
            yield field.get("name"), field.get("value")


def _assets(answer: httpx.Response) -> list[str]:
    if not _is_page(answer):
        return []
    page = cast("Any", html.fromstring(answer.text))
    return list(dict.fromkeys(page.xpath("//link/@href | //script/@src | //img/@src")))


def _is_page(answer: httpx.Response) -> bool:
    return answer.content != b"" and "text/html" in answer.headers.get("content-type", "")


def _weight(answer: httpx.Response) -> int:
    """The bytes that it was sent as."""
    return int(answer.headers.get("content-length", len(answer.content)))
