"""What is wrong, as a page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import SQLAlchemyError

from api.logs import log_defect
from api.problems import ProblemError, not_found
from intake.malformed import Fault
from portal.access import FRESH_MINUTES, StaleError
from portal.rendering import page
from portal.request import PortalRequest
from storage.database import UnusableDatabaseError


class _Told(msgspec.Struct, frozen=True):
    """What a page says of a problem."""

    title: str
    status: int
    detail: str = ""
    faults: list[Fault] = []


def told(request: Request[Any, Any, Any], error: ProblemError) -> Response[str]:
    """A problem of ours, in the words that the API uses."""
    return _page(request, msgspec.json.decode(error.body, type=_Told), error.headers)


def stale(request: PortalRequest, error: StaleError) -> Response[str]:
    """Somebody is to show their card anew, and why."""
    return page(
        request,
        "login/again.html",
        http_status=HTTPStatus.FORBIDDEN,
        address=request.openid.provider.address,
        then=error.then,
        minutes=FRESH_MINUTES,
    )


def of_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    """What the framework refuses by itself: a path, a method, a size."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return of_defect(request, error)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return told(request, not_found())
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _page(request, _Told("Det som skickades är för stort", error.status_code))
    return _page(request, _Told("Så kan sidan inte användas", error.status_code))


def of_database(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """A database that cannot be reached or used now."""
    log_defect(request.scope, error, "database_unavailable")
    detail = "Försök igen om en stund."
    return _page(
        request,
        _Told("Databasen kan inte användas just nu", HTTPStatus.SERVICE_UNAVAILABLE, detail),
    )


def of_defect(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """A fault in the program: told without anything of it."""
    number = log_defect(request.scope, error)
    detail = f"Uppge {number} när felet anmäls."
    return _page(request, _Told("Fel i programmet", HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def _page(
    request: Request[Any, Any, Any], problem: _Told, headers: Mapping[str, str] | None = None
) -> Response[str]:
    asked = request if isinstance(request, PortalRequest) else PortalRequest(request.scope)
    asked.scope.setdefault("auth", None)
    return page(asked, "problem.html", http_status=problem.status, headers=headers, problem=problem)


HANDLERS: dict[int | type[Exception], Any] = {
    ProblemError: told,
    StaleError: stale,
    HTTPException: of_framework,
    SQLAlchemyError: of_database,
    UnusableDatabaseError: of_database,
    Exception: of_defect,
}
