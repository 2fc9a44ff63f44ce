"""A journal laid beside what the region has. Nothing of the file is kept: whoever wants it again
sends it again."""

from asyncio import to_thread
from datetime import date
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from litestar import Response, get, post
from litestar.response import Stream

from api.reconciliation import CSV, MOST_WRITTEN
from api.request import SPREADSHEET
from api.runfiles import download
from exports.reconciliation import csv_pieces, write_reconciliation
from intake.journal import ReadJournal, read_journal
from intake.malformed import Fault
from intake.table import LARGEST_TABLE
from intake.tablefile import table_rows
from invoices.reconciliation import Reconciliation
from portal.access import read_own_form
from portal.forms import Form
from portal.rendering import page
from portal.request import PortalRequest
from portal.uploading import OVERHEAD
from storage.reconciling import Asked, Rules, reconcile_journal
from terms.period import day_written

PATH: Final = "/portal/reconciliation"
SHOWN: Final = 100
_FIELDS: Final = ("clinic", "treated_from", "treated_to")


class _Said(NamedTuple):
    """What the form says, read; or what is wrong with it."""

    journal: ReadJournal
    treated_from: date | None
    treated_to: date | None
    faults: list[str]


@get(PATH, task="reconcile")
async def reconciliation(request: PortalRequest) -> Response[str]:
    """Which file, of whom?"""
    return _page(request, Form({}, {}), [], [], None)


@post(PATH, task="reconcile", request_max_body_size=LARGEST_TABLE + OVERHEAD)
async def reconcile(request: PortalRequest) -> Response[Any] | Stream:
    """What never arrived, what differs, what waits: as a table here, or as a file."""
    form, service, token = await read_own_form(request), request.service, request.token
    said = await _read(form, token.clinic or form.one("clinic") or None)
    if said.faults or said.journal.faults:
        return _page(request, form, said.faults, said.journal.faults, None)
    asked = Asked(said.journal.rows, service.today(), said.treated_from, said.treated_to)
    rules = Rules(service.library, service.default_region)
    found = await service.do(
        lambda connection: reconcile_journal(connection, rules, asked, token.id)
    )
    act = form.one("act")
    if act == "csv":
        headers = {"Content-Disposition": 'attachment; filename="avstamning.csv"'}
        return Stream(csv_pieces(found), media_type=f"{CSV}; charset=utf-8", headers=headers)
    if act == "xlsx" and len(found.rows) <= MOST_WRITTEN:
        content = await to_thread(write_reconciliation, found)
        return download(content, "avstamning.xlsx", SPREADSHEET)
    return _page(request, form, ["too_many"] if act == "xlsx" else [], [], found)


async def _read(form: Form, clinic: str | None) -> _Said:
    faults, days = [], dict[str, date]()
    for name in ("treated_from", "treated_to"):
        try:
            if form.one(name):
                days[name] = day_written(form.one(name))
        except ValueError:
            faults.append("wrong_day")
    first, last = days.get("treated_from"), days.get("treated_to")
    if first is not None and last is not None and last < first:
        faults.append("backwards")
    file = form.files.get("file")
    if file is None or not file.filename:
        return _Said(ReadJournal([], []), first, last, [*faults, "no_file"])
    content = await file.read()
    journal = await to_thread(lambda: read_journal(table_rows(content), clinic))
    return _Said(journal, first, last, list(dict.fromkeys(faults)))


def _page(
    request: PortalRequest,
    form: Form,
    faults: list[str],
    in_file: list[Fault],
    found: Reconciliation | None,
) -> Response[str]:
    is_wrong = bool(faults or in_file)
    return page(
        request,
        "figures/reconciliation.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
        said={name: form.one(name) for name in _FIELDS},
        faults=faults,
        in_file=in_file,
        found=found,
        shown=[] if found is None else found.rows[:SHOWN],
        may=request.may,
    )
