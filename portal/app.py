"""The portal, put together, and beside the API at one address."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from api.app import LARGEST_BODY
from api.edge import Edge
from api.metrics import Metrics
from api.service import Service
from portal.access import START, admit
from portal.administration.pages import PAGES as ADMINISTRATION
from portal.applications.pages import PAGES as APPLICATIONS
from portal.assessing.pages import PAGES as ASSESSING
from portal.assets import asset
from portal.figures.pages import PAGES as FIGURES
from portal.headers import OF_PAGES
from portal.invoices.pages import PAGES as INVOICES
from portal.login.openid import Client
from portal.login.pages import PAGES as LOGIN
from portal.patients import ask, standing
from portal.payouts.pages import PAGES as PAYOUTS
from portal.problems import HANDLERS
from portal.rendering import redirect
from portal.request import PortalRequest
from portal.roles import accessibility, roles
from portal.rules import rule_book, rule_books, rule_difference
from portal.start import start
from portal.tracing.pages import PAGES as TRACING
from portal.tries import Tries


@get("/", task=None, is_anonymous=True)
async def _root() -> Response[Any]:
    return redirect(START)


def portal(service: Service, metrics: Metrics, client: Client, now: Callable[[], int]) -> Litestar:
    """The pages over a service, which the API begins and ends. `now` is microseconds since 1970."""
    app = Litestar(
        route_handlers=[
            _root,
            asset,
            start,
            roles,
            accessibility,
            ask,
            standing,
            rule_books,
            rule_book,
            rule_difference,
            *LOGIN,
            *INVOICES,
            *APPLICATIONS,
            *ASSESSING,
            *ADMINISTRATION,
            *PAYOUTS,
            *TRACING,
            *FIGURES,
        ],
        before_request=admit,
        exception_handlers=HANDLERS,
        request_class=PortalRequest,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        state=State({"service": service, "openid": client, "now": now, "tries": Tries()}),
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Edge(metrics, OF_PAGES)(app.asgi_handler)
    return app


class Whole:
    """The API, and beside it what the first part of a path leads to."""

    def __init__(self, api: Litestar, beside: Mapping[str, ASGIApp]) -> None:
        self.api = api
        self._beside = beside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the process' own beginning and end are the API's."""
        first = scope["path"].split("/", 2)[1] if scope["type"] == ScopeType.HTTP else None
        app = self.api if first is None else self._beside.get(first, self.api)
        await app(scope, receive, send)
