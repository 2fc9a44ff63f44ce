"""Over HTTP: a line followed to the bank and back, and the proof that nothing differs."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.params import FromQuery, PathParameter, QueryParameter
from sqlalchemy import Connection

from api.bounds import Key, KeyAsked, Limit, Line, Number
from api.invoices import service_of
from api.problems import not_found, specs
from api.request import StrictRequest
from storage.acts import Done
from storage.audit import Entry
from storage.keeper import Keeper
from storage.proving import ClinicProof, Proof, prove
from storage.traces import LineTrace, RunTrace
from storage.tracing import run_of_payment, run_of_voucher, trace_back, trace_line

_Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=35), PathParameter()]
_DayAsked = Annotated[date, QueryParameter()]


class Disagreement(msgspec.Struct, frozen=True):
    """Where something does not agree with something else, what, and by how many öre."""

    where: str
    what: str
    ore: int | None


class ProofShown(msgspec.Struct, frozen=True):
    """Decisions, ledger and files, computed anew: how many runs, each clinic's sums, and whatever
    differs."""

    runs: int
    clinics: list[ClinicProof]
    differences: list[Disagreement]


class TraceController(Controller):
    """Öre by öre."""

    path = "/trace"
    tags = ["Settlement"]

    @get(
        "/lines/{key:int}/{line:int}",
        summary="What became of a line: decisions, run, ledger, payment, voucher",
        task="trace",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def line(self, request: StrictRequest, key: Key, line: Line) -> LineTrace:
        """`key` is the invoice's."""
        service, token = service_of(request), request.auth
        region = service.default_region
        found = await service.do(
            lambda connection: trace_line(connection, region, key, line, token.id)
        )
        if found is None:
            raise not_found()
        return found

    @get(
        "/payments/{reference:str}",
        summary="What a payment was made of",
        task="trace",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def payment(
        self,
        request: StrictRequest,
        reference: _Reference,
        after: FromQuery[KeyAsked | None] = None,
        limit: Limit = 100,
    ) -> RunTrace:
        """`next` of a page is `after` of the next one."""

        def work(connection: Connection) -> Done[RunTrace | None]:
            whose = run_of_payment(connection, reference)
            return _back(connection, request, whose, after, limit)

        return await _found(request, work)

    @get(
        "/vouchers/{number:int}",
        summary="What a voucher was booked of",
        task="trace",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def voucher(
        self,
        request: StrictRequest,
        number: Number,
        after: FromQuery[KeyAsked | None] = None,
        limit: Limit = 100,
    ) -> RunTrace:
        """`next` of a page is `after` of the next one."""

        def work(connection: Connection) -> Done[RunTrace | None]:
            return _back(connection, request, run_of_voucher(connection, number), after, limit)

        return await _found(request, work)


@get("/proof", summary="Do decisions, ledger and files agree to the öre?", tags=["Settlement"],
     task="read_runs", responses=specs())  # fmt: skip
async def proof(request: StrictRequest, through_on: FromQuery[_DayAsked]) -> ProofShown:
    """Everything that is settled up to a day is computed anew."""
    region = service_of(request).default_region

    def work(keeper: Keeper) -> Proof:
        with keeper.database.reading_all() as connection:
            return prove(connection, region, through_on)

    found = await service_of(request).by_keeper(work)
    differences = [Disagreement(*one) for one in found.differences]
    return ProofShown(found.runs, found.clinics, differences)


def _back(
    connection: Connection,
    request: StrictRequest,
    whose: tuple[int, str] | None,
    after: int | None,
    limit: int,
) -> Done[RunTrace | None]:
    if whose is None:
        return None, []
    number, clinic = whose
    region = service_of(request).default_region
    found = trace_back(connection, region, number, clinic, after or 0, limit)
    return found, [Entry("trace", request.auth.id, subject=f"{number} {clinic}")]


async def _found(
    request: StrictRequest, work: Callable[[Connection], Done[RunTrace | None]]
) -> RunTrace:
    found = await service_of(request).do(work)
    if found is None:
        raise not_found()
    return found
