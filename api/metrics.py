"""Figures for whoever watches, in Prometheus' own format."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.service import Service

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """A process's figures. A route is named by its template, so no address stands in them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter(
            "partitur_requests_total", "Answered requests", labels, registry=self._registry
        )
        self._seconds = Histogram(
            "partitur_seconds", "Until an answer began", ("route",), registry=self._registry,
            buckets=_SECONDS,
        )  # fmt: skip
        self._waiting = Gauge(
            "partitur_waiting", "Invoices that wait for a transaction", registry=self._registry
        )
        self._known: dict[tuple[str, str, int], Counter] = {}
        self._timed: dict[str, Histogram] = {}

    def count(self, scope: Any, status: int, seconds: float) -> None:
        """Count an answer."""
        route = scope.get("path_template") or "other"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = (method, route, status)
        counter = self._known.get(key)
        if counter is None:
            counter = self._known[key] = self._requests.labels(*key)
        counter.inc()
        timed = self._timed.get(route)
        if timed is None:
            timed = self._timed[route] = self._seconds.labels(route)
        timed.observe(seconds)

    def text(self, service: Service) -> bytes:
        """All figures as they are now."""
        self._waiting.set(service.waiting)
        return generate_latest(self._registry)


_METHODS = {"GET", "POST", "PUT", "HEAD", "OPTIONS"}
