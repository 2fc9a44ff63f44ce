"""A run before it is one: what would be paid to whom, what is held back, and preparing it."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from litestar import Response, get, post
from litestar.params import FromQuery

from portal.access import read_own_form
from portal.payouts.faults import Told, told, wrong
from portal.payouts.runs import PATH
from portal.payouts.shares import page_of, rows, totals
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.preparing import Prepared, Preview, prepare, preview
from storage.runs import Held, last_exported
from storage.selecting import RunAsked
from terms.period import day_written

NEW: Final = PATH + "/new"
_DAYS_TO_APPROVE: Final = 5
"""Between today and the day of payment that is proposed."""


class _Days(NamedTuple):
    """What the form says, and what it comes to."""

    through_on: str
    pay_on: str
    asked: RunAsked | None
    faults: list[Told]


@get(NEW, task="read_runs")
async def new_run(
    request: PortalRequest,
    through_on: FromQuery[str | None] = None,
    pay_on: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Response[str]:
    """Which days; and, when they are given, what a run of them would hold. Nothing is kept."""
    if through_on is None and pay_on is None:
        today = request.service.today()
        pays = today + timedelta(_DAYS_TO_APPROVE)
        return await _page(request, _Days(str(today), str(pays), None, []))
    return await _page(request, _days(through_on or "", pay_on or ""), after)


@post(NEW, task="prepare_runs")
async def prepare_run(request: PortalRequest) -> Response[Any]:
    """Freeze it under the next number."""
    form, service, token = await read_own_form(request), request.service, request.token
    days = _days(form.one("through_on"), form.one("pay_on"))
    if days.asked is None:
        return await _page(request, days)
    asked, region, today = days.asked, service.default_region, service.today()
    found = await service.by_keeper(
        lambda keeper: prepare(keeper.database, keeper.acts, region, asked, today, token.id)
    )
    if isinstance(found, Prepared):
        return redirect(f"{PATH}/{found.held.run.number}")
    return await _page(request, days._replace(asked=None, faults=told(found)))


def _days(through_on: str, pay_on: str) -> _Days:
    read: list[date] = []
    faults = []
    for field, text in (("through_on", through_on), ("pay_on", pay_on)):
        try:
            read.append(day_written(text))
        except ValueError:
            faults.append(wrong("no_day", field))
    asked = None if faults else RunAsked(*read)
    return _Days(through_on, pay_on, asked, faults)


async def _page(request: PortalRequest, days: _Days, after: str | None = None) -> Response[str]:
    service, region, today = (
        request.service,
        request.service.default_region,
        request.service.today(),
    )
    asked, faults = days.asked, days.faults
    found, before = None, None
    if asked is not None:
        seen = await service.by_keeper(
            lambda keeper: preview(keeper.database, region, asked, today)
        )
        found = seen if isinstance(seen, Preview) else None
        faults = [] if isinstance(seen, Preview) else told(seen)
        before = await service.do(lambda connection: (last_exported(connection, region), []))
    return _shown(request, days, faults, found, before, after)


def _shown(
    request: PortalRequest,
    days: _Days,
    faults: list[Told],
    found: Preview | None,
    before: Held | None,
    after: str | None,
) -> Response[str]:
    clinics = [] if found is None else rows(found.shares, before)
    shown, following = page_of(clinics, after)
    return page(
        request,
        "payouts/new.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        days=days,
        faults=faults,
        wrong={one.field for one in faults},
        found=found,
        before=before,
        totals=totals(clinics, before),
        shown=shown,
        following=following,
        may=request.may,
    )
