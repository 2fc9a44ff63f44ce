"""Figures for finance over HTTP: as they are, as a spreadsheet, and as charts."""

from asyncio import to_thread
from datetime import date
from http import HTTPStatus
from typing import Final

from litestar import Controller, Response, get
from litestar.params import FromQuery

from api.invoices import service_of
from api.problems import backwards, specs
from api.request import SPREADSHEET, StrictRequest
from exports.charts import STYLE_HASH
from exports.figures import write_figures
from exports.plots import Plot, write_plot
from invoices.figures import Figures
from storage.figures import read_figures

SVG: Final = "image/svg+xml"
_OF_A_CHART: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; "
    "frame-ancestors 'none'; sandbox",
}
"""A chart's own style is let through, and nothing else."""


class FigureController(Controller):
    """Of care given, and invoices received, from `first_on` to `last_on`; what waits is counted as
    it is today."""

    path = "/figures"
    tags = ["Figures"]

    @get(
        summary="What was spent on what, what is right at once, what waits",
        task="read_figures",
        responses=specs(HTTPStatus.UNPROCESSABLE_ENTITY),
    )
    async def read(
        self, request: StrictRequest, first_on: FromQuery[date], last_on: FromQuery[date]
    ) -> Figures:
        """All of it, also of few patients. Amounts are öre; nobody stands in it by name or
        number."""
        return await _figures(request, first_on, last_on)

    @get(
        "/spreadsheet",
        summary="The same as a spreadsheet",
        task="read_figures",
        media_type=SPREADSHEET,
        responses=specs(HTTPStatus.UNPROCESSABLE_ENTITY),
    )
    async def spreadsheet(
        self, request: StrictRequest, first_on: FromQuery[date], last_on: FromQuery[date]
    ) -> Response[bytes]:
        """To be handed on: what of fewer than five patients is not told apart."""
        found = await _figures(request, first_on, last_on)
        content = await to_thread(write_figures, found)
        headers = {"Content-Disposition": 'attachment; filename="nyckeltal.xlsx"'}
        return Response(content, media_type=SPREADSHEET, headers=headers)

    @get(
        "/chart",
        summary="A part of it as a chart (SVG)",
        task="read_figures",
        media_type=SVG,
        responses=specs(HTTPStatus.UNPROCESSABLE_ENTITY),
    )
    async def chart(
        self,
        request: StrictRequest,
        plot: FromQuery[Plot],
        first_on: FromQuery[date],
        last_on: FromQuery[date],
    ) -> Response[str]:
        """With a title and a description for those who hear it, in colours for light and dark. To
        be handed on, as the spreadsheet, which has the same as tables."""
        found = await _figures(request, first_on, last_on)
        return Response(write_plot(found, plot), media_type=SVG, headers=_OF_A_CHART)


async def _figures(request: StrictRequest, first_on: date, last_on: date) -> Figures:
    if last_on < first_on:
        raise backwards("?last_on")
    service, token = service_of(request), request.auth
    days, today = (first_on, last_on), service.today()
    return await service.by_keeper(
        lambda keeper: read_figures(
            keeper.acts, service.database, service.library, days, today, token.id
        )
    )
