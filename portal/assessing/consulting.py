"""The consultant's pages: the questions that wait for an answer of theirs, and nothing else."""

from http import HTTPStatus
from typing import Any, Final

from litestar import Response, get, post

from adjudication.wording.lookup import action_names
from api.bounds import Key
from api.problems import not_found
from portal.access import read_own_form
from portal.assessing.case import words_of
from portal.assessing.moving import moved, place_in
from portal.headers import WITH_FRAMES
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.applications import read_application
from storage.applying import NotMoved
from storage.moves import Asked
from storage.queue import QueueFilters, list_applications

PATH: Final = "/portal/consulting"
_SHOWN = 100


@get(PATH, task="consult")
async def questions(request: PortalRequest) -> Response[str]:
    """What waits for an answer, the oldest first."""
    service, token = request.service, request.token
    filters = QueueFilters(waits_for="consultant")
    found = await service.do(
        lambda connection: list_applications(connection, filters, 0, _SHOWN, token)
    )
    return page(
        request,
        "consulting/list.html",
        found=found.applications,
        regions=service.library.region_names,
        today=service.today(),
    )


@get(PATH + "/{key:int}", task="consult")
async def question(request: PortalRequest, key: Key) -> Response[str]:
    """A question, and what it is about."""
    return await _page(request, key, "", is_wrong=False)


@post(PATH + "/{key:int}/answer", task="consult")
async def answer(request: PortalRequest, key: Key) -> Response[Any]:
    """Answer it; where the assessor has gone on without, what was written is shown again."""
    form, token = await read_own_form(request), request.token
    said, after = form.one("said"), place_in(form)
    if not said:
        return await _page(request, key, said, is_wrong=True)
    service, today = request.service, request.service.today()
    seen = await service.do(
        lambda connection: read_application(connection, service.library, key, token, today)
    )
    if seen is not None:
        made = await moved(request, key, Asked("answer", after, said))
        if not isinstance(made, NotMoved):
            return redirect(PATH)
    return page(request, "consulting/gone.html", http_status=HTTPStatus.CONFLICT, said=said)


async def _page(request: PortalRequest, key: int, said: str, *, is_wrong: bool) -> Response[str]:
    service, token, today = request.service, request.token, request.service.today()
    kept = await service.do(
        lambda connection: read_application(connection, service.library, key, token, today)
    )
    if kept is None:
        raise not_found()
    region = service.library.regions[kept.region]
    return page(
        request,
        "consulting/question.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
        headers=WITH_FRAMES,
        kept=kept,
        said=said,
        is_wrong=is_wrong,
        region=region.name,
        names=action_names(region, kept.support, today),
        parts=(),
        lacking=(),
        **words_of(kept),
    )
