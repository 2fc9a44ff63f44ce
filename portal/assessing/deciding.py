"""Deciding an application line by line, and the letter before it is sent."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post

from api.bounds import Key, Number
from api.letters import written
from api.problems import malformed, not_found
from intake.malformed import Fault
from portal.access import read_own_form
from portal.assessing.case import PATH, Case, View, read_case, show
from portal.assessing.desk import take_next_of
from portal.assessing.draft import Draft, drafted, field_faults
from portal.assessing.moving import conflict_of, moved, place_in
from portal.forms import Form
from portal.headers import DOCUMENT_IN_A_FRAME, IN_A_FRAME
from portal.rendering import page, redirect
from portal.request import PortalRequest
from preassessments.assessment import Assessment
from storage.applying import NotMoved
from storage.letters import Matter, read_decision, try_decision
from storage.moves import Asked
from storage.waiting import DeskFilters


@post(PATH + "/{key:int}/decide", task="assess")
async def decide(request: PortalRequest, key: Key) -> Response[Any]:
    """Decide, or fill in several lines at once, or take the application over with what is
    typed."""
    form = await read_own_form(request)
    found, act = await read_case(request, key), form.one("act")
    draft = drafted(form, found.file.kept.content)
    if act in {"approved", "refused"}:
        return show(request, found, View(draft.chosen(act)))
    if act == "take_over":
        return await _take_over(request, key, form, found)
    if act in {"decide", "decide_next"}:
        return await _decide(request, key, form, found, draft)
    raise malformed([Fault("går inte att göra", "?act")])


async def _decide(
    request: PortalRequest, key: int, form: Form, case: Case, draft: Draft
) -> Response[Any]:
    assessment = draft.read(case.grounds)
    if not isinstance(assessment, Assessment):
        return show(request, case, View(draft, assessment))
    after = place_in(form)
    answer = await moved(request, key, Asked("decide", after, assessment=assessment))
    if not isinstance(answer, NotMoved):
        if form.one("act") == "decide_next":
            return await take_next_of(request, DeskFilters(), done=key)
        return redirect(f"{PATH}?done={key}")
    if answer.reason == "faulty":
        return show(request, case, View(draft, field_faults(answer.faults, assessment.lines)))
    found = await read_case(request, key)  # as it is by now
    return show(request, found, View(draft, conflict=conflict_of(found.file.kept, after)))


async def _take_over(request: PortalRequest, key: int, form: Form, case: Case) -> Response[Any]:
    """Whatever is typed stays."""
    stands, name = case.file.kept.stands, request.token.name
    asked = Asked("take", stands.place)
    if stands.state != "submitted":
        asked = Asked("hand_over", stands.place, to=name)
    answer = await moved(request, key, asked)
    found = await read_case(request, key)
    draft = drafted(form, found.file.kept.content)
    if isinstance(answer, NotMoved):
        return show(request, found, View(draft, conflict=conflict_of(found.file.kept, asked.after)))
    return show(request, found, View(draft))


@post(PATH + "/{key:int}/letter", task="assess")
async def preview(request: PortalRequest, key: Key) -> Response[Any]:
    """The letter that the decision would give, in a frame of the case's page; or what is wrong with
    the decision. Every page of it says that it is none."""
    form = await read_own_form(request)
    found = await read_case(request, key)
    assessment = drafted(form, found.file.kept.content).read(found.grounds)
    if not isinstance(assessment, Assessment):
        return _not_yet(request, assessment)
    token, today = request.token, request.service.today()
    matter = await request.service.do(
        lambda connection: try_decision(connection, key, assessment, token, today)
    )
    if matter is None:
        raise not_found()
    if isinstance(matter, list):
        return _not_yet(request, field_faults(matter, assessment.lines))
    return await _written(request, matter, "forhandsvisning")


@get(PATH + "/{key:int}/letters/{place:int}", task="assess")
async def letter(request: PortalRequest, key: Key, place: Number) -> Response[bytes]:
    """The letter of a decision that was made."""
    token = request.token
    matter = await request.service.do(
        lambda connection: read_decision(connection, key, place, token)
    )
    if matter is None:
        raise not_found()
    return await _written(request, matter, f"beslut-{matter.name}")


async def _written(request: PortalRequest, matter: Matter, name: str) -> Response[bytes]:
    return await written(request.service.library, matter, "inline", name, DOCUMENT_IN_A_FRAME)


def _not_yet(request: PortalRequest, faults: Any) -> Response[str]:
    return page(
        request,
        "assessing/notyet.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY,
        headers=IN_A_FRAME,
        faults=faults,
    )
