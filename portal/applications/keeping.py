"""What is written is kept: an application is begun or written anew, and moved, all of it or
nothing; by the same functions as over the API."""

from typing import NamedTuple

from sqlalchemy import Connection

from portal.request import PortalRequest
from preassessments.application import Application
from preassessments.faults import MoveFault
from preassessments.lifecycle import Move
from storage.acts import Done
from storage.applications import KeptApplication
from storage.applying import NotMoved, NumberUsed, move_application, put_application
from storage.moves import Asked


class Kept(NamedTuple):
    """What came of it: the application as it is kept now, why it was not moved, and why nothing is
    kept."""

    application: KeptApplication | None
    not_moved: NotMoved | None = None
    faults: list[MoveFault] | NumberUsed = []


async def begun(request: PortalRequest, read: Application, move: Move) -> Kept:
    """A new one. Of one that lacks something the draft is kept, and it is not submitted."""
    service, token, today = request.service, request.token, request.service.today()
    library = service.library

    def work(connection: Connection) -> Done[Kept]:
        answer, entries = put_application(connection, library, read, token, today)
        if not isinstance(answer, tuple):
            return Kept(None, faults=answer), entries
        application, _ = answer
        if move == "save" or application.stands.state != "draft":
            return Kept(application), entries
        asked = Asked(move, application.stands.place)
        moved, more = move_application(connection, library, application.id, asked, token, today)
        if isinstance(moved, NotMoved):
            return Kept(application, moved), [*entries, *more]
        return Kept(moved), [*entries, *more]

    return await service.do(work)


async def moved(request: PortalRequest, key: int, asked: Asked) -> Kept:
    """One that is kept, moved."""
    service, token, today = request.service, request.token, request.service.today()
    answer = await service.do(
        lambda connection: move_application(connection, service.library, key, asked, token, today)
    )
    return Kept(None, answer) if isinstance(answer, NotMoved) else Kept(answer)
