"""Applications over HTTP: begun, listed, read, compared."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody, QueryParameter

from api.access import own
from api.bounds import LARGEST_KEY, Key, Limit, Number, NumberAsked
from api.invoices import service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.request import StrictRequest
from intake.malformed import Fault
from preassessments.application import Application
from preassessments.decision import WARNED_DAYS
from preassessments.faults import MoveFault
from preassessments.lifecycle import State, WaitsFor
from storage.applications import KeptApplication, read_application
from storage.applying import NumberUsed, put_application
from storage.expiring import ExpiringPage, list_expiring
from storage.queue import Queue, QueueFilters, list_applications
from storage.written import (
    ApplicationVersion,
    VersionDifferences,
    compare_versions,
    read_version,
)
from terms.vocabulary import Support

_MOST_DAYS = 3660
_After = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_KEY)]
_Days = Annotated[int, msgspec.Meta(ge=0, le=_MOST_DAYS)]


class ApplicationController(Controller):
    """Applications (bedömningsansökningar), from draft to decision."""

    path = "/applications"
    tags = ["Applications"]

    @post(
        summary="Begin an application, as a draft",
        task="apply",
        responses={
            200: ResponseSpec(
                KeptApplication, generate_examples=False, description="It was there already"
            ),
            **specs(*BODY, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def begin(
        self, data: JSONBody[Application], request: StrictRequest
    ) -> Response[KeptApplication]:
        """A draft may be incomplete; `lacking` says what it needs before it is taken. The same sent
        again is answered by what it has become."""
        service, token = service_of(request), request.auth
        own(token, data.clinic)
        today = service.today()
        answer = await service.do(
            lambda connection: put_application(connection, service.library, data, token, today)
        )
        if isinstance(answer, NumberUsed):
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "number_reused",
                "Numret är redan använt",
                "Kliniken har en annan ansökan med samma nummer. Ingenting är bevarat.",
            )
        if isinstance(answer, list):
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "application_refused",
                "Ansökan avvisas",
                "Ingenting är bevarat; faults säger varför.",
                faults=told(answer),
            )
        kept, is_new = answer
        return Response(
            kept,
            status_code=HTTPStatus.CREATED if is_new else HTTPStatus.OK,
            headers={"Location": f"/applications/{kept.id}"},
        )

    @get(summary="List applications, the oldest first", task="read_applications", responses=specs())
    async def list(  # noqa: PLR0913 – each is a parameter of the address
        self,
        request: StrictRequest,
        clinic: FromQuery[str | None] = None,
        number: FromQuery[str | None] = None,
        region: FromQuery[str | None] = None,
        support: FromQuery[Support | None] = None,
        in_state: FromQuery[State | None] = None,
        waits_for: FromQuery[WaitsFor | None] = None,
        holder: FromQuery[str | None] = None,
        submitted_to: FromQuery[date | None] = None,
        after: Annotated[_After, QueryParameter(ge=0, le=LARGEST_KEY)] = 0,
        limit: Limit = 100,
    ) -> Queue:
        """A clinic's system sees its own, a consultant what waits for them, others what was
        submitted. `next` of a page is `after` of the next one."""
        token = request.auth
        if clinic is not None:
            own(token, clinic)
        filters = QueueFilters(
            token.clinic or clinic,
            number,
            region,
            support,
            in_state,
            waits_for,
            holder,
            submitted_to,
        )
        return await service_of(request).do(
            lambda connection: list_applications(connection, filters, after, limit, token)
        )

    @get(
        "/expiring",
        summary="Approvals that end soon with something left of them",
        task="read_applications",
        responses=specs(),
    )
    async def expiring(
        self,
        request: StrictRequest,
        within_days: Annotated[_Days, QueryParameter(ge=0, le=_MOST_DAYS)] = WARNED_DAYS,
        after: Annotated[_After, QueryParameter(ge=0, le=LARGEST_KEY)] = 0,
        limit: Limit = 100,
    ) -> ExpiringPage:
        """A page may hold fewer than `limit` and yet not be the last; `next` says so."""
        service, token = service_of(request), request.auth
        today = service.today()
        return await service.do(
            lambda connection: list_expiring(connection, today, within_days, after, limit, token)
        )

    @get(
        "/{key:int}",
        summary="Read an application: how it stands, its content, moves and decisions",
        task="read_applications",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, key: Key) -> KeptApplication:
        """`key` is the last part of `Location` in the answer, or `id` in a list."""
        service, token = service_of(request), request.auth
        today = service.today()
        found = await service.do(
            lambda connection: read_application(connection, service.library, key, token, today)
        )
        if found is None:
            raise not_found()
        return found

    @get(
        "/{key:int}/versions/{version:int}",
        summary="What a version of an application holds",
        task="read_applications",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def version(
        self, request: StrictRequest, key: Key, version: Number
    ) -> ApplicationVersion:
        """Versions are numbered 1, 2, …; a supplement or an appeal may bring a new one."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_version(connection, key, version, token)
        )
        if found is None:
            raise not_found()
        return found

    @get(
        "/{key:int}/difference",
        summary="What differs between two versions of an application",
        task="read_applications",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def difference(
        self,
        request: StrictRequest,
        key: Key,
        before: NumberAsked,
        after: NumberAsked,
    ) -> VersionDifferences:
        """Field by field; lines are found by their numbers."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: compare_versions(connection, key, before, after, token)
        )
        if found is None:
            raise not_found()
        return found


def told(faults: list[MoveFault]) -> list[Fault]:
    """Faults as a problem tells them."""
    return [Fault(one.message, one.path) for one in faults]
