"""Applications in a list: how each stands, for whom it waits, how long an approval lasts."""

from typing import Final, get_args

from litestar import Response, get
from litestar.params import FromQuery

from api.bounds import KeyAsked
from portal.applications.looks import LOOKS, waits_for
from portal.rendering import page
from portal.request import PortalRequest
from preassessments.lifecycle import State, WaitsFor
from storage.queue import QueueFilters, newest_applications

PATH: Final = "/portal/applications"
SHOWN: Final = 50
FILTERS: Final[tuple[State, ...]] = ("approved", "approved_with_limits", "refused")
"""States that one looks for besides whom it waits for."""


@get(PATH, task="read_applications")
async def applications(
    request: PortalRequest,
    waits: FromQuery[WaitsFor | None] = None,
    in_state: FromQuery[State | None] = None,
    before: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """The newest first, a page at a time; a clinic sees its own."""
    token = request.token
    filters = QueueFilters(clinic=token.clinic, state=in_state, waits_for=waits)
    found = await request.service.do(
        lambda connection: newest_applications(connection, filters, before, SHOWN, token)
    )
    return page(
        request,
        "applications/list.html",
        found=found,
        waits=waits,
        state=in_state,
        is_first=before is None,
        today=request.service.today(),
        looks=LOOKS,
        waits_for=waits_for,
        waiting=get_args(WaitsFor),
        states=FILTERS,
    )
