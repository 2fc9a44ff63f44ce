"""Is the service up, can it work, and how much does it do?"""

from asyncio import to_thread
from http import HTTPStatus

import msgspec
from litestar import Response, get
from sqlalchemy.exc import SQLAlchemyError

from api.invoices import service_of
from api.metrics import Metrics
from api.problems import ProblemError, specs
from api.request import StrictRequest
from storage.database import UnusableDatabaseError
from storage.schema import need_current


class State(msgspec.Struct, frozen=True):
    """That all is well."""

    status: str


@get(
    "/health",
    summary="The process answers",
    tags=["Service"],
    task=None,
    responses={400: specs()[400]},
)
async def health() -> State:
    """For whoever restarts it; asks no database."""
    return State("ok")


@get(
    "/ready",
    summary="The database can be used",
    tags=["Service"],
    task=None,
    responses={status: specs()[status] for status in (400, 503)},
)
async def ready(request: StrictRequest) -> State:
    """For whoever sends it requests."""
    try:
        await to_thread(need_current, service_of(request).database)
    except (SQLAlchemyError, UnusableDatabaseError):
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", "Databasen kan inte användas just nu"
        ) from None
    return State("ready")


@get(
    "/metrics",
    summary="Figures in Prometheus' format",
    tags=["Service"],
    task="read_metrics",
    media_type="text/plain",
    responses=specs(),
)
async def metrics(request: StrictRequest) -> Response[str]:
    """Of this process alone."""
    figures: Metrics = request.app.state.metrics
    return Response(
        figures.text(service_of(request)),  # type: ignore[arg-type]
        media_type="text/plain; version=0.0.4; charset=utf-8",
    )
