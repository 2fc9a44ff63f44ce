"""Laying a journal beside what the region has, over HTTP. Nothing of what is sent is kept."""

from asyncio import to_thread
from collections.abc import Callable, Iterator
from datetime import date
from http import HTTPStatus
from typing import Final, Literal

import msgspec
from litestar import Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery
from litestar.response import Stream

from api.access import own
from api.invoices import service_of
from api.problems import BODY, ProblemError, backwards, malformed, specs
from api.request import NDJSON, SPREADSHEET, StrictRequest, need_type
from exports.reconciliation import csv_pieces, write_reconciliation
from intake.delimited import delimited_rows
from intake.journal import ReadJournal, read_journal
from intake.spreadsheet import spreadsheet_rows
from intake.table import LARGEST_TABLE, Rows
from invoices.reconciliation import ClinicSum, ReconciledRow, Reconciliation
from storage.reconciling import Asked, Rules, reconcile_journal

CSV: Final = "text/csv"
JOURNALS: Final[dict[str, Callable[[bytes], Rows]]] = {
    CSV: delimited_rows,
    SPREADSHEET: spreadsheet_rows,
}
MOST_WRITTEN: Final = 20_000
"""Rows of a spreadsheet: writing one takes some ten times what all else does."""
_AT_ONCE: Final = 1_000

_encode_lines = msgspec.json.Encoder().encode_lines


class ReconciliationSums(msgspec.Struct, frozen=True):
    """What comes first: the day that days are counted from, the days of the care that was looked
    at, and what adds up for each clinic."""

    on: date
    treated_from: date
    treated_to: date
    clinics: tuple[ClinicSum, ...]


@post(
    "/reconciliation",
    summary="Lay a journal beside what the region has",
    tags=["Reconciliation"],
    task="reconcile",
    request_max_body_size=LARGEST_TABLE,
    status_code=HTTPStatus.OK,
    responses={
        200: ResponseSpec(
            ReconciliationSums | ReconciledRow,
            generate_examples=False,
            description="Sums in the first line, then a row a line, the most pressing first; or "
            "the rows as CSV, or both as a spreadsheet",
            media_type=NDJSON,
        ),
        **specs(*BODY, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
)
async def reconciliation(
    request: StrictRequest,
    clinic: FromQuery[str | None] = None,
    treated_from: FromQuery[date | None] = None,
    treated_to: FromQuery[date | None] = None,
    form: FromQuery[Literal["ndjson", "csv", "xlsx"]] = "ndjson",
) -> Response[bytes] | Stream:
    """The body is what the clinic's system holds as billed (docs/reconciliation.md), as CSV or as a
    spreadsheet; every fault of it is told at once. A clinic's system sends its own; anybody else
    says whose it is, here or in a column. The days are those of care that the region is asked for;
    by default from the journal's first to its last."""
    token, service = request.auth, service_of(request)
    if clinic is not None:
        own(token, clinic)
    if treated_from is not None and treated_to is not None and treated_to < treated_from:
        raise backwards("?treated_to")
    journal = await _journal(request, token.clinic or clinic)
    asked = Asked(journal.rows, service.today(), treated_from, treated_to)
    rules = Rules(service.library, service.default_region)
    found = await service.do(
        lambda connection: reconcile_journal(connection, rules, asked, token.id)
    )
    if form == "csv":
        return Stream(csv_pieces(found), media_type=f"{CSV}; charset=utf-8", headers=_saved("csv"))
    if form == "xlsx":
        if len(found.rows) > MOST_WRITTEN:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "too_many_rows",
                "Avstämningen har för många rader för ett kalkylblad",
                f"Fler än {MOST_WRITTEN} rader hämtas som CSV (form=csv), eller delas upp.",
            )
        content = await to_thread(write_reconciliation, found)
        return Response(content, media_type=SPREADSHEET, headers=_saved("xlsx"))
    return Stream(_lines(found), media_type=NDJSON)


async def _journal(request: StrictRequest, clinic: str | None) -> ReadJournal:
    """What was sent; ends the request with every fault that it has."""
    sent = SPREADSHEET if request.content_type[0] == SPREADSHEET else CSV
    need_type(request, sent)
    content = await request.body()
    read = await to_thread(lambda: read_journal(JOURNALS[sent](content), clinic))
    if read.faults:
        raise malformed(read.faults)
    return read


def _lines(found: Reconciliation) -> Iterator[bytes]:
    """The sums, then the rows, some at a time."""
    yield _encode_lines(
        [ReconciliationSums(found.on, found.treated_from, found.treated_to, found.clinics)]
    )
    for start in range(0, len(found.rows), _AT_ONCE):
        yield _encode_lines(found.rows[start : start + _AT_ONCE])


def _saved(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="avstamning.{ending}"'}
