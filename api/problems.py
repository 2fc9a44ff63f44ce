"""What is wrong, as problem details (RFC 9457): a stable `type` in English, a title and a way out
in Swedish, and every fault with its path."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec

from adjudication.decision import Decision
from api.logs import log_defect
from intake.malformed import Fault
from preassessments.requirements import Lack
from storage.database import UnusableDatabaseError
from storage.heads import ApplicationStanding
from terms.errors import ReferenceDataError

MEDIA_TYPE = "application/problem+json"
_PREFIX = "urn:partitur:"

_encode = msgspec.json.Encoder().encode


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with a request: its `type`, a title, the status, what to do; and where there is
    more to say the faults by their paths, or the whole decision of an invoice that is refused; what
    an application lacks, and how one stands that is not moved."""

    type: str
    title: str
    status: int
    detail: str | None = None
    faults: list[Fault] = []
    decision: Decision | None = None
    lacking: list[Lack] = []
    stands: ApplicationStanding | None = None


class _Sent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem with its decision in JSON already."""

    type: str
    title: str
    status: int
    detail: str | None = None
    faults: Sequence[Fault] = []
    decision: msgspec.Raw | None = None
    lacking: Sequence[Lack] = []
    stands: ApplicationStanding | None = None


class ProblemError(Exception):
    """Ends a request with a problem; `name` is the last part of its type."""

    def __init__(  # noqa: PLR0913 – each is a part of the answer
        self,
        status: HTTPStatus,
        name: str,
        title: str,
        detail: str | None = None,
        *,
        faults: Sequence[Fault] = (),
        decision: bytes | None = None,
        lacking: Sequence[Lack] = (),
        stands: ApplicationStanding | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.status = status
        self.headers = dict(headers or {})
        self.body = _encode(
            _Sent(
                _PREFIX + name,
                title,
                status,
                detail,
                list(faults),
                None if decision is None else msgspec.Raw(decision),
                list(lacking),
                stands,
            )
        )


def backwards(path: str) -> ProblemError:
    """A last day before the first."""
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "days_backwards",
        "Den sista dagen ligger före den första",
        "Ange dagarna i den andra ordningen.",
        faults=[Fault("ligger före den första dagen", path)],
    )


def malformed(faults: Sequence[Fault]) -> ProblemError:
    """A body that is not what it should be."""
    return ProblemError(
        HTTPStatus.BAD_REQUEST,
        "malformed",
        "Det som skickades går inte att läsa",
        "Rätta det som faults räknar upp och skicka igen; ingenting är bevarat.",
        faults=faults,
    )


def busy() -> ProblemError:
    """More waits than can be answered soon."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "busy",
        "Just nu väntar för många",
        "Skicka igen om en stund.",
        headers={"Retry-After": "2"},
    )


def not_found() -> ProblemError:
    """Something that is not there, or that the sender may not know of."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not_found", "Det finns inte")


def _of(error: ProblemError) -> Response[Any]:
    return Response(
        error.body, status_code=error.status, headers=error.headers, media_type=MEDIA_TYPE
    )


def told(_request: Request[Any, Any, Any], error: ProblemError) -> Response[Any]:
    """A problem of ours."""
    return _of(error)


def of_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses by itself: a path, a method, a size."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return of_defect(request, error)
    name, title, detail = _FRAMEWORK.get(error.status_code, _UNREADABLE)
    status = HTTPStatus(error.status_code)
    headers = {}
    if error.headers and "allow" in error.headers:
        methods = [one for one in error.headers["allow"].split(", ") if one != "OPTIONS"]
        headers["Allow"] = ", ".join(methods)
    return _of(ProblemError(status, name, title, detail, headers=headers))


def of_reference_data(_request: Request[Any, Any, Any], error: ReferenceDataError) -> Response[Any]:
    """A card or an application that cannot be taken in."""
    return _of(
        ProblemError(
            HTTPStatus.CONFLICT,
            "reference_data",
            "Uppgiften kan inte tas in",
            f"{error}. Ingenting är ändrat.",
        )
    )


def of_database(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A database that cannot be reached or used now."""
    log_defect(request.scope, error, "database_unavailable")
    return _of(
        ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "database_unavailable",
            "Databasen kan inte användas just nu",
            "Skicka igen om en stund: det som eventuellt redan är bevarat får sitt första svar.",
            headers={"Retry-After": "5"},
        )
    )


def of_defect(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault in the program: told without anything of it."""
    number = log_defect(request.scope, error)
    return _of(
        ProblemError(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "defect",
            "Fel i programmet",
            f"Uppge {number} när felet anmäls. Skicka gärna igen: det som eventuellt redan är "
            "bevarat får sitt första svar.",
        )
    )


def specs(*statuses: HTTPStatus) -> dict[int, ResponseSpec]:
    """For OpenAPI: problems with these statuses, and those that every request may meet."""
    always = (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    return {
        status.value: ResponseSpec(
            Problem, generate_examples=False, description=status.phrase, media_type=MEDIA_TYPE
        )
        for status in (*always, HTTPStatus.BAD_REQUEST, *statuses)
    }


BODY = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
"""What may be wrong with any body."""

HANDLERS: dict[int | type[Exception], Any] = {
    ProblemError: told,
    HTTPException: of_framework,
    ReferenceDataError: of_reference_data,
    UnusableDatabaseError: of_database,
    Exception: of_defect,
}
_UNREADABLE = (
    "malformed",
    "Det som skickades går inte att läsa",
    "Ingenting är bevarat.",
)
_FRAMEWORK = {
    404: ("not_found", "Det finns inte", None),
    405: (
        "method_not_allowed",
        "Så används inte adressen",
        "Allow säger vilka sätt som finns.",
    ),
    413: ("too_large", "Det som skickades är för stort", "Dela upp det; ingenting är bevarat."),
}
