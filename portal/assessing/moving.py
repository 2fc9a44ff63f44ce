"""Moves of an application by an assessor: taking it, asking for more, handing it over, letting it
go."""

from datetime import date
from typing import Any, Final

from litestar import Response, post

from api.bounds import LARGEST_NUMBER, Key
from api.problems import malformed, not_found
from intake.malformed import Fault
from portal.access import read_own_form
from portal.assessing.case import PATH, Conflict, Said, View, read_case, show
from portal.forms import Form, whole_number
from portal.rendering import redirect
from portal.request import PortalRequest
from preassessments.lifecycle import Move
from storage.applications import KeptApplication
from storage.applying import NotMoved, move_application
from storage.moves import Asked
from terms.period import day_written

MOVES: Final[tuple[Move, ...]] = (
    "take", "put_back", "hand_over", "ask_supplement", "ask_consultant", "recall", "dismiss",
    "change",
)  # fmt: skip


@post(PATH + "/{key:int}/move", task="assess")
async def move(request: PortalRequest, key: Key) -> Response[Any]:
    """Make the move that the form asks for; what was typed stays where it is refused."""
    form = await read_own_form(request)
    said = Said(form.one("move"), form.one("said"), form.one("to"), form.one("answer_by"))
    if said.move not in MOVES:
        raise malformed([Fault("går inte att göra", "?move")])
    answer_by, faults = _day(said.answer_by)
    if faults:
        return show(request, await read_case(request, key), View(said=said._replace(faults=faults)))
    asked = Asked(
        said.move,
        place_in(form),
        said.said or None,
        said.to or None,
        answer_by=answer_by,
    )
    answer = await moved(request, key, asked)
    if not isinstance(answer, NotMoved):
        return redirect(f"{PATH}/{key}")
    found = await read_case(request, key)
    if answer.reason == "faulty":
        told = [one.message for one in answer.faults]
        return show(request, found, View(said=said._replace(faults=told)))
    return show(request, found, View(said=said, conflict=conflict_of(found.file.kept, asked.after)))


async def moved(request: PortalRequest, key: int, asked: Asked) -> KeptApplication | NotMoved:
    """An application after a move, or why it is not made. Raises ProblemError where there is no
    such application."""
    service, token, today = request.service, request.token, request.service.today()
    answer = await service.do(
        lambda connection: move_application(connection, service.library, key, asked, token, today)
    )
    if answer is None:
        raise not_found()
    return answer


def conflict_of(kept: KeptApplication, after: int) -> Conflict:
    """What was done with it since somebody read it."""
    return Conflict([one for one in kept.moves if one.place > after])


def place_in(form: Form) -> int:
    """After which move the page was made. Raises ProblemError."""
    place = whole_number(form.one("after"), LARGEST_NUMBER)
    if place is None:
        raise malformed([Fault("ska vara ett nummer", "?after")])
    return place


def _day(text: str) -> tuple[date | None, list[str]]:
    if not text:
        return None, []
    try:
        return day_written(text), []
    except ValueError:
        return None, ["dagen finns inte"]
