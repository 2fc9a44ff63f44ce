"""The assessor's desk: what waits, the most urgent first, and taking the next one."""

from typing import Any, Final, get_args
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromQuery

from adjudication.wording.lookup import all_action_names
from api.bounds import KeyAsked
from api.problems import malformed
from intake.malformed import Fault
from portal.access import read_own_form
from portal.assessing.case import PATH
from portal.rendering import page, redirect
from portal.request import PortalRequest
from preassessments.application import Kind
from storage.waiting import VIEWS, DeskFilters, View, read_desk, take_next
from terms.vocabulary import Support

SHOWN: Final = 50
_FILTERS = ("kind", "region", "support")


@get(PATH, task="assess")
async def desk(  # noqa: PLR0913 – each is a parameter of the address
    request: PortalRequest,
    view: FromQuery[View] = "new",
    kind: FromQuery[str] = "",
    region: FromQuery[str] = "",
    support: FromQuery[str] = "",
    after: FromQuery[KeyAsked | None] = None,
    done: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """What waits for an assessor. `done` is an application that was just decided, `is_empty` that
    there was none to take."""
    service, token = request.service, request.token
    filters = _filters(request, view, kind, region, support)
    found = await service.do(
        lambda connection: read_desk(connection, service.library, filters, after, SHOWN, token)
    )
    today = service.today()
    return page(
        request,
        "assessing/desk.html",
        found=found,
        filters=filters,
        asked={name: value for name in _FILTERS if (value := getattr(filters, name)) is not None},
        views=VIEWS,
        today=today,
        is_first=after is None,
        done=done,
        kinds=get_args(Kind),
        regions=service.library.region_names,
        supports=_supports(request),
        names=all_action_names(service.library, today),
        urlencode=urlencode,
    )


@post(PATH + "/next", task="assess")
async def take(request: PortalRequest) -> Response[Any]:
    """Take the most urgent one of those that the list is narrowed to, and open it."""
    form = await read_own_form(request)
    said = (form.one(name) for name in _FILTERS)
    return await take_next_of(request, _filters(request, "new", *said))


async def take_next_of(
    request: PortalRequest, filters: DeskFilters, done: int | None = None
) -> Response[Any]:
    """The next case; where there is none the desk, which says so. `done` is one just decided."""
    service, token, today = request.service, request.token, request.service.today()
    taken = await service.do(
        lambda connection: take_next(connection, service.library, filters, token, today)
    )
    if taken is not None:
        return redirect(f"{PATH}/{taken.id}")
    return redirect(PATH if done is None else f"{PATH}?done={done}")


def _filters(request: PortalRequest, view: View, *said: str) -> DeskFilters:
    """What a list is narrowed to; an empty field narrows nothing. Raises ProblemError."""
    known: dict[str, Any] = {
        "kind": get_args(Kind),
        "region": request.service.library.regions,
        "support": get_args(Support),
    }
    asked: dict[str, Any] = {
        name: value for name, value in zip(_FILTERS, said, strict=True) if value
    }
    for name, value in asked.items():
        if value not in known[name]:
            raise malformed([Fault("finns inte", f"?{name}")])
    return DeskFilters(view, **asked)


def _supports(request: PortalRequest) -> list[Support]:
    """Those that some region has rules for."""
    found = {
        one for region in request.service.library.regions.values() for one in region.directions
    }
    return sorted(found)
