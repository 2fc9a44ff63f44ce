"""Settlement runs over HTTP: previewed, prepared, approved, exported or discarded."""

from http import HTTPStatus
from typing import Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody
from sqlalchemy import Connection

from api.bounds import Limit, Number, NumberAsked
from api.invoices import service_of
from api.problems import BODY, not_found, specs
from api.refusals import refused
from api.request import StrictRequest
from api.service import Service
from invoices.run import Share
from storage.access import Token
from storage.acts import Done
from storage.exporting import Exported, RunFile, export_run
from storage.preparing import Prepared, Preview, prepare, preview
from storage.runs import Held, KeptRun, RunPage, find_run, list_runs, shown_of
from storage.runsteps import MoveAsked, MoveFault, move_run
from storage.selecting import RunAsked


class SeenRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The digest of the run as it was seen."""

    digest: str


class ExportedRun(msgspec.Struct, frozen=True):
    """An exported run and its files."""

    run: KeptRun
    files: list[RunFile]


class SharePage(msgspec.Struct, frozen=True):
    """Some clinics' shares of a run, by clinic; `next` is `after` of the next page, null after the
    last."""

    shares: list[Share]
    next: str | None


class RunController(Controller):
    """From approved lines to the bank and the ledger."""

    path = "/runs"
    tags = ["Settlement"]

    @post(
        "/preview",
        summary="What a run would hold now; nothing is kept",
        task="read_runs",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY, HTTPStatus.CONFLICT),
    )
    async def preview(self, data: JSONBody[RunAsked], request: StrictRequest) -> Preview:
        """The same as what preparing it would freeze."""
        service = service_of(request)
        region, today = service.default_region, service.today()
        found = await service.by_keeper(
            lambda keeper: preview(keeper.database, region, data, today)
        )
        if not isinstance(found, Preview):
            raise refused(found)
        return found

    @post(
        summary="Prepare a run: it is frozen under the next number",
        task="prepare_runs",
        responses={
            200: ResponseSpec(
                KeptRun, generate_examples=False, description="It was prepared before"
            ),
            **specs(*BODY, HTTPStatus.CONFLICT),
        },
    )
    async def prepare(self, data: JSONBody[RunAsked], request: StrictRequest) -> Response[KeptRun]:
        """Everything up to a day that is approved and not settled, with what was taken back, clinic
        by clinic. Of a region one run is open at a time."""
        service, token = service_of(request), request.auth
        region, today = service.default_region, service.today()
        found = await service.by_keeper(
            lambda keeper: prepare(keeper.database, keeper.acts, region, data, today, token.id)
        )
        if not isinstance(found, Prepared):
            raise refused(found)
        status = HTTPStatus.CREATED if found.is_new else HTTPStatus.OK
        location = {"Location": f"/runs/{found.held.run.number}"}
        shown = await _shown(request, found.held)
        return Response(shown, status_code=status, headers=location)

    @get(summary="List runs, the latest first", task="read_runs", responses=specs())
    async def list(
        self,
        request: StrictRequest,
        before: FromQuery[NumberAsked | None] = None,
        limit: Limit = 100,
    ) -> RunPage:
        """`next` of a page is `before` of the next one."""
        region = service_of(request).default_region
        return await service_of(request).do(
            lambda connection: (list_runs(connection, region, before, limit), [])
        )

    @get(
        "/{number:int}",
        summary="Read a run: how it stands, and who did what",
        task="read_runs",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, number: Number) -> KeptRun:
        """`outcome` is what the bank has said of its payments."""
        return await _shown(request, await held_of(service_of(request), number))

    @get(
        "/{number:int}/shares",
        summary="What each clinic gets in a run",
        task="read_runs",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def shares(
        self,
        request: StrictRequest,
        number: Number,
        after: FromQuery[str | None] = None,
        limit: Limit = 100,
    ) -> SharePage:
        """With the account that its money goes to."""
        held = await held_of(service_of(request), number)
        found = [one for one in held.run.shares if after is None or one.clinic > after]
        is_more = len(found) > limit
        return SharePage(found[:limit], found[limit - 1].clinic if is_more else None)

    @post(
        "/{number:int}/approve",
        summary="Approve a run that somebody else has prepared",
        task="approve_runs",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def approve(
        self, data: JSONBody[SeenRun], request: StrictRequest, number: Number
    ) -> KeptRun:
        """Persons are compared, not tokens. Nobody approves what a clinic of theirs is paid in, nor
        above the limit of their role; large runs need two."""
        return await _moved(request, number, data.digest, "approve")

    @post(
        "/{number:int}/discard",
        summary="Discard a run that is wrong",
        task="discard_runs",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def discard(
        self, data: JSONBody[SeenRun], request: StrictRequest, number: Number
    ) -> KeptRun:
        """Its number stays; what it held goes into a later run."""
        return await _moved(request, number, data.digest, "discard")

    @post(
        "/{number:int}/export",
        summary="Export an approved run: it is booked, and its files are made",
        task="export_runs",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def export(
        self, data: JSONBody[SeenRun], request: StrictRequest, number: Number
    ) -> ExportedRun:
        """Again gives the same files, byte for byte."""
        asked = _asked(request, number, data.digest)
        found = await service_of(request).do(lambda connection: export_run(connection, asked))
        if found is None:
            raise not_found()
        if not isinstance(found, Exported):
            raise refused(found)
        return ExportedRun(await _shown(request, found.held), found.files)


async def held_of(service: Service, number: int) -> Held:
    """A run by its number; ends a request for one that is not there."""

    def work(connection: Connection) -> Done[Held | None]:
        return find_run(connection, service.default_region, number), []

    found = await service.do(work)
    if found is None:
        raise not_found()
    return found


async def held_shown_to(service: Service, token: Token, number: int, clinic: str) -> Held:
    """A run for a clinic's part of it; ends a request for one that is not there, or not for
    whoever asks. A clinic sees its own, of runs that are exported."""
    if not token.reaches(clinic):
        raise not_found()
    held = await held_of(service, number)
    if token.clinic is not None and held.state != "exported":
        raise not_found()
    return held


async def _moved(
    request: StrictRequest, number: int, digest: str, move: Literal["approve", "discard"]
) -> KeptRun:
    asked = _asked(request, number, digest)
    found = await service_of(request).do(lambda connection: move_run(connection, asked, move))
    if found is None:
        raise not_found()
    if not isinstance(found, Held):
        faults: list[MoveFault] = [*found]
        raise refused(faults)
    return await _shown(request, found)


def _asked(request: StrictRequest, number: int, digest: str) -> MoveAsked:
    service = service_of(request)
    return MoveAsked(service.default_region, number, digest, request.auth.id, service.today())


async def _shown(request: StrictRequest, held: Held) -> KeptRun:
    return await service_of(request).do(lambda connection: (shown_of(connection, held), []))
