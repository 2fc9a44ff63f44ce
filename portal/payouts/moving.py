"""A run is approved, discarded or exported, and the bank's answer is taken. What somebody saw of it
is in the form: its digest and its sum."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from api.bounds import Number
from api.problems import not_found
from api.runfiles import KINDS, download
from api.runs import held_of
from exports.pain002 import MOST_BYTES
from invoices.runsteps import StepFault
from invoices.wording import Refusal
from portal.access import need_fresh, read_own_form
from portal.payouts.faults import told, wrong
from portal.payouts.runs import PATH, run_page
from portal.rendering import redirect
from portal.request import PortalRequest
from portal.uploading import OVERHEAD
from storage.acts import Done
from storage.bankanswers import Answered, take_answer
from storage.exporting import Exported, export_run, read_run_file
from storage.runs import Held, find_run
from storage.runsteps import MoveAsked, move_run
from terms.errors import BankAnswerError

_ONE: Final = PATH + "/{number:int}"
Work = Callable[[Connection, MoveAsked], Done[Held | Exported | Sequence[Refusal] | None]]


@post(_ONE + "/approve", task="approve_runs")
async def approve_run(request: PortalRequest, number: Number) -> Response[Any]:
    """Of exactly what was seen, by somebody else than who prepared it, with a card shown lately."""
    need_fresh(request, f"{PATH}/{number}")
    return await _moved(request, number, "approve", lambda c, asked: move_run(c, asked, "approve"))


@post(_ONE + "/discard", task="discard_runs")
async def discard_run(request: PortalRequest, number: Number) -> Response[Any]:
    """Its number stays; what it held goes into a later run."""
    return await _moved(request, number, "discard", lambda c, asked: move_run(c, asked, "discard"))


@post(_ONE + "/export", task="export_runs")
async def export_files(request: PortalRequest, number: Number) -> Response[Any]:
    """It is booked and its files are made; again gives the same ones."""
    return await _moved(request, number, "export", export_run)


@get(_ONE + "/files/{name:str}", task="read_runs")
async def run_file(request: PortalRequest, number: Number, name: FromPath[str]) -> Response[bytes]:
    """A file for the bank or the ledger, the same bytes whenever it is asked for."""
    held = await held_of(request.service, number)
    found = await request.service.do(
        lambda connection: (read_run_file(connection, held.key, name), [])
    )
    if found is None:
        raise not_found()
    one, content = found
    return download(content, one.name, KINDS[one.kind])


@post(_ONE + "/answers", task="export_runs", request_max_body_size=MOST_BYTES + OVERHEAD)
async def bank_answer(request: PortalRequest, number: Number) -> Response[Any]:
    """What the bank says of the run's file: all of it is taken, or nothing."""
    form = await read_own_form(request)
    file = form.files.get("file")
    if file is None or not file.filename:
        return await run_page(request, number, faults=[wrong("no_file", "file")], what="answer")
    content, asked = await file.read(), _asked(request, number, "")
    try:
        found = await request.service.do(lambda connection: take_answer(connection, asked, content))
    except BankAnswerError:
        fault = wrong("answer_unreadable", "file")
        return await run_page(request, number, faults=[fault], what="answer")
    if found is None:
        raise not_found()
    if not isinstance(found, Answered):
        return await run_page(request, number, faults=told(found), what="answer")
    if not found.changed:
        return await run_page(request, number, faults=[wrong("nothing_new", "file")], what="answer")
    return redirect(f"{PATH}/{number}#answer")


async def _moved(request: PortalRequest, number: int, what: str, work: Work) -> Response[Any]:
    form = await read_own_form(request)
    asked = _asked(request, number, form.one("digest"))

    def seen(connection: Connection) -> Done[Held | Exported | Sequence[Refusal] | None]:
        held = find_run(connection, asked.region, number)
        if held is not None and form.one("payment_ore") != str(held.run.payment_ore):
            return [StepFault("run_differs", held.state)], []
        return work(connection, asked)

    found = await request.service.do(seen)
    if found is None:
        raise not_found()
    if not isinstance(found, Held | Exported):
        return await run_page(request, number, faults=told(found), what=what)
    return redirect(f"{PATH}/{number}")


def _asked(request: PortalRequest, number: int, digest: str) -> MoveAsked:
    service = request.service
    return MoveAsked(service.default_region, number, digest, request.token.id, service.today())
