"""Figures of a period: what was spent on what, what is right at once, what waits; each chart with
its table."""

from asyncio import to_thread
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final, Literal, NamedTuple

from litestar import Response, get
from litestar.params import FromQuery
from markupsafe import Markup

from api.request import SPREADSHEET
from api.runfiles import download
from exports.charts import without_style
from exports.figures import tables, write_figures
from exports.plots import Plot, write_plot
from exports.spreadsheet import Sheet
from invoices.figures import Figures
from portal.rendering import page
from portal.request import PortalRequest
from storage.figures import read_figures
from terms.money import kronor
from terms.period import day_written

PATH: Final = "/portal/figures"
PLOTS: Final[dict[str, Plot]] = {
    "Månad": "spend_by_month",
    "Kategori": "spend_by_category",
    "Klinik": "spend_by_clinic",
    "Rätt direkt per månad": "first_pass_by_month",
    "Väntar": "waiting_by_age",
}
"""The charts, by the tables that hold the same."""
MOST_OPEN: Final = 12
"""Rows of a table that is open from the beginning."""

Fault = Literal["wrong_day", "backwards"]
Period = Literal["this_month", "last_month", "this_year", "last_year"]


class Section(NamedTuple):
    """A table, and its chart where it has one."""

    table: Sheet
    chart: Markup | None


@get(PATH, task="read_figures")
async def figures(
    request: PortalRequest,
    first_on: FromQuery[str | None] = None,
    last_on: FromQuery[str | None] = None,
) -> Response[str]:
    """Which days; and, when they are given, their figures. That they are read is noted."""
    if first_on is None and last_on is None:
        today = request.service.today()
        return _page(request, (str(today.replace(month=1, day=1)), str(today)), None, [])
    found = _days(first_on or "", last_on or "")
    if not isinstance(found, tuple):
        return _page(request, (first_on or "", last_on or ""), found, [])
    read = await _read(request, found)
    sections = [_section(one, read) for one in tables(read, kronor)]
    return _page(request, (str(found[0]), str(found[1])), None, sections)


@get(PATH + "/spreadsheet", task="read_figures")
async def figures_spreadsheet(
    request: PortalRequest,
    first_on: FromQuery[str | None] = None,
    last_on: FromQuery[str | None] = None,
) -> Response[Any]:
    """All tables, to be handed on."""
    found = _days(first_on or "", last_on or "")
    if not isinstance(found, tuple):
        return _page(request, (first_on or "", last_on or ""), found, [])
    content = await to_thread(write_figures, await _read(request, found))
    return download(content, "nyckeltal.xlsx", SPREADSHEET)


def periods(today: date) -> Iterator[tuple[Period, date, date]]:
    """Those that are asked for most: each with its first and its last day."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    month_ends, year_ends = month - timedelta(1), year - timedelta(1)
    yield "this_month", month, today
    yield "last_month", month_ends.replace(day=1), month_ends
    yield "this_year", year, today
    yield "last_year", year_ends.replace(month=1, day=1), year_ends


def _days(first_on: str, last_on: str) -> tuple[date, date] | Fault:
    try:
        first, last = day_written(first_on), day_written(last_on)
    except ValueError:
        return "wrong_day"
    return "backwards" if last < first else (first, last)


async def _read(request: PortalRequest, days: tuple[date, date]) -> Figures:
    service, token, today = request.service, request.token, request.service.today()
    return await service.by_keeper(
        lambda keeper: read_figures(
            keeper.acts, service.database, service.library, days, today, token.id
        )
    )


def _section(table: Sheet, found: Figures) -> Section:
    plot = PLOTS.get(table[0])
    if plot is None:
        return Section(table, None)
    svg = without_style(write_plot(found, plot))
    return Section(table, Markup(svg))  # noqa: S704 – written by us, its texts escaped


def _page(
    request: PortalRequest, said: tuple[str, str], fault: Fault | None, sections: list[Section]
) -> Response[str]:
    return page(
        request,
        "figures/figures.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        first_on=said[0],
        last_on=said[1],
        fault=fault,
        periods=list(periods(request.service.today())),
        overview=sections[0].table[2] if sections else [],
        sections=sections[1:],
        most_open=MOST_OPEN,
    )
