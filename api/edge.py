"""What every answer carries, and what is counted of it."""

from collections.abc import Mapping
from time import perf_counter

from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

_HEADERS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; sandbox",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"strict-transport-security": b"max-age=63072000; includeSubDomains",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}


class Edge(ASGIMiddleware):
    """Adds headers to every answer, save those that it has already, and counts it with the seconds
    until it began. `instead` are headers that say otherwise than the API's. It stands before the
    router, whose own answers (no such address, no such method) nothing behind it sees."""

    def __init__(self, metrics: Metrics, instead: Mapping[bytes, bytes] | None = None) -> None:
        self._metrics = metrics
        self._headers = [*{**_HEADERS, **(instead or {})}.items()]

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass a request on."""
        began = perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                more = [one for one in self._headers if one[0] not in said]
                message["headers"] = [*message["headers"], *more]
                self._metrics.count(scope, message["status"], perf_counter() - began)
            await send(message)

        await next_app(scope, receive, send_with_headers)
