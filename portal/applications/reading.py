"""An application on a page: where it stands, what was decided on each line, what to do now."""

from typing import Any, Final, NamedTuple

from litestar import Response, get, post
from sqlalchemy import Connection

from adjudication.wording.lookup import action_names
from api.bounds import LARGEST_NUMBER, Key, Number, NumberAsked
from api.letters import written
from api.moving import not_moved
from api.problems import not_found
from portal.access import read_own_form
from portal.applications.billing import to_bill
from portal.applications.keeping import moved
from portal.applications.looks import LOOKS, OF_LINE
from portal.applications.marks import marks
from portal.applications.telling import told_differences, told_lines
from portal.chart import SIGNS, chart
from portal.forms import whole_number
from portal.rendering import page, redirect
from portal.request import PortalRequest
from preassessments.application import PlanLine
from storage.acts import Done
from storage.applications import KeptApplication, read_application
from storage.letters import read_decision
from storage.moves import Asked
from storage.written import compare_versions, read_version

PATH: Final = "/portal/applications"
_SHOWN_IN_PLACE = {
    "content-security-policy": "default-src 'none'; object-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'"
}
"""A browser's own reader of PDF is a page with styles of its own around what it shows."""


class _Read(NamedTuple):
    """An application, and the plan that was decided on last."""

    application: KeptApplication
    decided: list[PlanLine]


@get(PATH + "/{key:int}", task="read_applications")
async def application(request: PortalRequest, key: Key) -> Response[str]:
    """Where it stands, its decision in words, its plan, and every move."""
    service, token = request.service, request.token
    today = service.today()

    def work(connection: Connection) -> Done[_Read | None]:
        there, entries = read_application(connection, service.library, key, token, today)
        if there is None:
            return None, entries
        plan = there.content.lines or []
        if there.decisions:
            place = there.decisions[-1].place
            (version,) = [one.version for one in there.moves if one.place == place]
            if version != there.stands.version:
                older, more = read_version(connection, key, version, token)
                plan, entries = (older.content.lines or [] if older else []), [*entries, *more]
        return _Read(there, plan), entries

    read = await service.do(work)
    if read is None:
        raise not_found()
    return _page(request, read)


def _page(request: PortalRequest, read: _Read) -> Response[str]:
    there, service = read.application, request.service
    region, today = service.library.regions[there.region], service.today()
    names = action_names(region, there.support, today)
    plan, say = there.content.lines or [], request.wording.say
    made = there.decisions[-1] if there.decisions else None
    told = [] if made is None else told_lines(made, read.decided, names)
    remarks = [
        (one.tooth, say(f"assessed.{one.outcome}"))
        for one in told
        if one.tooth is not None and one.outcome in {"refused", "cut"}
    ]
    planned = [(one.tooth, one.code) for one in plan]
    done = [one.action for one in there.known]
    may = there.stands.may if request.may("apply") else []
    bill = to_bill(there, today) if request.may("submit") else None
    asked = [one for one in there.moves if one.move == "ask_supplement"]
    return page(
        request,
        "applications/application.html",
        kept=there,
        region=region.name,
        chart_of=chart(marks(planned, done, names, remarks)),
        signs=SIGNS,
        names=names,
        made=made,
        told=told,
        earlier=there.decisions[:-1],
        asked=asked[-1] if asked and there.stands.state == "waiting_for_supplement" else None,
        may=may,
        bill=bill,
        today=today,
        looks=LOOKS,
        looks_of_line=OF_LINE,
    )


@get(PATH + "/{key:int}/difference", task="read_applications")
async def application_difference(
    request: PortalRequest, key: Key, before: NumberAsked, after: NumberAsked
) -> Response[str]:
    """What differs between two versions, part by part."""
    token = request.token
    found = await request.service.do(
        lambda connection: compare_versions(connection, key, before, after, token)
    )
    if found is None:
        raise not_found()
    told = told_differences(found.differences)
    return page(request, "applications/difference.html", key=key, found=found, told=told)


@get(PATH + "/{key:int}/decisions/{place:int}/letter", task="read_applications")
async def application_letter(request: PortalRequest, key: Key, place: Number) -> Response[bytes]:
    """The letter as it was decided, shown in the browser's own reader."""
    service, token = request.service, request.token
    found = await service.do(lambda connection: read_decision(connection, key, place, token))
    if found is None:
        raise not_found()
    name = f"beslut-{found.name}"
    return await written(service.library, found, "inline", name, _SHOWN_IN_PLACE)


@post(PATH + "/{key:int}/withdraw", task="apply")
async def withdraw_application(request: PortalRequest, key: Key) -> Response[Any]:
    """It is not to be assessed; an appeal that is withdrawn leaves the decision as it was."""
    form = await read_own_form(request)
    place = whole_number(form.one("after"), LARGEST_NUMBER) or 0
    answer = await moved(request, key, Asked("withdraw", place, form.one("said") or None))
    if answer.not_moved is not None:
        raise not_moved(answer.not_moved)
    if answer.application is None:
        raise not_found()
    return redirect(f"{PATH}/{key}")
