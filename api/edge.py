"""What every answer carries, and what is counted of it."""

from time import perf_counter

from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]


class Edge(ASGIMiddleware):
    """Adds headers to every answer that does not say them itself, and counts it with the seconds
    until it began. It stands before the router, whose own answers (no such address, no such method)
    nothing behind it sees."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass a request on."""
        began = perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                ours = [one for one in _HEADERS if one[0] not in said]
                message["headers"] = [*message["headers"], *ours]
                self._metrics.count(scope, message["status"], perf_counter() - began)
            await send(message)

        await next_app(scope, receive, send_with_headers)
