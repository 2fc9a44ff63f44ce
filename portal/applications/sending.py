"""What is written of an application is sent: to save, submit, supplement or appeal, with a file
more, or only to be shown otherwise, as the button says."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast

from litestar import Response

from api.moving import not_moved
from portal.applications.answering import Answer, answer_to, with_prices
from portal.applications.changing import changed, with_done
from portal.applications.draft import Draft
from portal.applications.enclosing import FIELDS, enclosed
from portal.applications.keeping import Kept, begun, moved
from portal.applications.wording import choices
from portal.forms import Form
from portal.invoices.draft import FieldFault
from portal.rendering import page, redirect
from portal.request import PortalRequest
from preassessments.application import Application
from preassessments.lifecycle import Move
from storage.applications import KeptApplication
from storage.applying import NotMoved, NumberUsed
from storage.moves import Asked

MOVES: Final[tuple[Move, ...]] = ("save", "submit", "supplement", "appeal")
"""Moves that bring a new content, each a button of its own."""

WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY
_PATH: Final = "/portal/applications"
OF_NO_FILE: Final = {**dict.fromkeys(FIELDS, ""), "kind": "xray"}


class Stands(NamedTuple):
    """How what is written stands: the application where it is kept, what the next move comes after,
    what somebody says to it, and of a file that is not enclosed yet. Whoever begins one says first
    who it is for."""

    kept: KeptApplication | None
    after: int
    said: str = ""
    is_begun: bool = True
    notice: str = ""
    of_file: Mapping[str, str] = OF_NO_FILE


def said_of_file(form: Form) -> dict[str, str]:
    """What a form says of a file that it may hold."""
    return {name: form.one(name) or OF_NO_FILE[name] for name in FIELDS}


async def sent(request: PortalRequest, form: Form, draft: Draft, stands: Stands) -> Response[Any]:
    """A page with what a button changes, or what comes of keeping and moving what is written."""
    act, service = form.one("act"), request.service
    draft = changed(draft, act, form.one("at"))
    if act == "list":
        draft = with_done(draft, (await answer_to(request, draft)).unlisted)
    draft = with_prices(service.library, draft, service.today())
    if act not in {*MOVES, "enclose"}:
        return shown(request, draft, stands, await answer_to(request, draft))
    read = draft.read(request.clinic)
    if not isinstance(read, Application):
        return await _refused(request, draft, stands, read)
    if act == "enclose":
        return await _enclosed(request, form, draft, stands, read)
    kept_now = await _kept(request, stands, read, cast("Move", act))
    return await _answered(request, draft, stands, kept_now)


async def _enclosed(
    request: PortalRequest, form: Form, draft: Draft, stands: Stands, read: Application
) -> Response[Any]:
    """With a file more. A draft is kept first, since files are taken in for patients who are known;
    what is with the region is sent by its own button."""
    if stands.kept is None:
        first = await _kept(request, stands, read, "save")
        if first.application is None:
            return await _answered(request, draft, stands, first)
        stands = stands._replace(kept=first.application, after=first.application.stands.place)
    more = await enclosed(request, form, draft, read)
    if not isinstance(more, Draft):
        return await _refused(request, draft, stands, more)
    assert stands.kept is not None
    again = more.read(read.clinic)
    if "save" not in stands.kept.stands.may or not isinstance(again, Application):
        stands = stands._replace(of_file=OF_NO_FILE)
        return shown(request, more, stands, await answer_to(request, more))
    return await _answered(request, more, stands, await _kept(request, stands, again, "save"))


async def _kept(request: PortalRequest, stands: Stands, read: Application, move: Move) -> Kept:
    if stands.kept is None:
        return await begun(request, read, move)
    asked = Asked(move, stands.after, stands.said or None, content=read.content)
    return await moved(request, stands.kept.id, asked)


async def _answered(
    request: PortalRequest, draft: Draft, stands: Stands, kept_now: Kept
) -> Response[Any]:
    """Where somebody who sent it goes on, or why nothing came of it."""
    application, refused = kept_now.application, kept_now.not_moved
    if isinstance(kept_now.faults, NumberUsed):
        wrong = [FieldFault("number", None, "number", _NUMBER_USED)]
        return await _refused(request, draft, stands, wrong)
    if refused is not None and refused.reason == "not_possible":
        raise not_moved(refused)
    if application is not None:
        stands = stands._replace(kept=application, after=application.stands.place)
    if refused is not None:
        return await _not_moved(request, draft, stands, refused)
    if application is None:
        wrong = [draft.at(one.path, one.message) for one in kept_now.faults]
        return await _refused(request, draft, stands, wrong)
    is_draft = application.stands.state == "draft"
    return redirect(f"{_PATH}/{application.id}/write" if is_draft else f"{_PATH}/{application.id}")


async def _not_moved(
    request: PortalRequest, draft: Draft, stands: Stands, refused: NotMoved
) -> Response[str]:
    """What is typed stands; the next move comes after the one that came between."""
    wrong = [draft.at(one.path, one.message) for one in refused.faults]
    stands = stands._replace(after=refused.stands.place, notice=refused.reason)
    status = HTTPStatus.CONFLICT if refused.reason == "moved_on" else WRONG
    return shown(request, draft, stands, await answer_to(request, draft, wrong), status)


async def _refused(
    request: PortalRequest, draft: Draft, stands: Stands, wrong: Sequence[FieldFault]
) -> Response[str]:
    stands = stands._replace(notice="faulty")
    return shown(request, draft, stands, await answer_to(request, draft, wrong), WRONG)


def shown(
    request: PortalRequest,
    draft: Draft,
    stands: Stands,
    answer: Answer,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    """The page that a draft is written on."""
    words = choices(request, draft)
    return page(
        request,
        "applications/writing.html",
        http_status=status,
        **words,
        draft=draft,
        stands=stands,
        answer=answer,
    )


_NUMBER_USED = "kliniken har en annan ansökan med samma nummer; ge den ett eget"
