"""Who may log in, and what each is assigned to do: listed, sought, ended."""

from http import HTTPStatus
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromQuery

from api.bounds import LARGEST_KEY, Key, KeyAsked
from api.problems import ProblemError, not_found
from portal.access import read_own_form
from portal.forms import whole_number
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.people import Assignment, AssignmentError, By, end
from storage.seekingpeople import FoundAssignments, read_assignment, seek_assignments

PATH: Final = "/portal/users"
SHOWN: Final = 50
_NOT_ENDED: Final = {
    "own": "Ditt eget uppdrag avslutas av en annan administratör, så att någon alltid finns kvar.",
    "ended": "Det är redan avslutat.",
}


@get(PATH, task="read_users")
async def users(
    request: PortalRequest,
    after: FromQuery[KeyAsked | None] = None,
    given: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """Every assignment, by person, some at a time; `given` is one that was given just now."""
    found = await request.service.do(
        lambda connection: (
            (
                seek_assignments(connection, "", after, SHOWN),
                None if given is None else read_assignment(connection, given),
            ),
            [],
        )
    )
    return _page(request, *found)


@post(PATH, task="read_users")
async def find_users(request: PortalRequest) -> Response[str]:
    """Those whose name or HSA-id has a text in it, which stands in no address: it could be anything
    that somebody types."""
    form = await read_own_form(request)
    sought, said = form.one("sought"), form.one("after")
    after = whole_number(said, LARGEST_KEY)
    found = await request.service.do(
        lambda connection: (seek_assignments(connection, sought, after, SHOWN), [])
    )
    return _page(request, found, None, sought)


@post(PATH + "/{key:int}/end", task="give_roles")
async def end_assignment(request: PortalRequest, key: Key) -> Response[Any]:
    """End an assignment: it is over at the person's next click."""
    await read_own_form(request)
    by = By(request.token.id, request.signed_in.hsa_id)
    try:
        await request.service.do(lambda connection: (None, [end(connection, key, by)]))
    except AssignmentError as error:
        if error.why == "unknown":
            raise not_found() from None
        raise ProblemError(
            HTTPStatus.CONFLICT, "not_ended", "Uppdraget avslutas inte", _NOT_ENDED[error.why]
        ) from None
    return redirect(PATH)


def _page(
    request: PortalRequest, found: FoundAssignments, given: Assignment | None, sought: str = ""
) -> Response[str]:
    return page(
        request,
        "administration/users.html",
        found=found,
        given=given,
        sought=sought,
        today=request.service.today(),
        may_give=request.may("give_roles"),
    )
