"""A file of invoices, sent by a form: a table of answers, or the answers as a file. It may be sent
again: what is kept gets its first answer."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Stream

from adjudication.decision import Decision
from adjudication.wording.words import STATUSES
from api.files import LARGEST_FILE, Answering
from api.problems import malformed
from api.request import NDJSON
from intake.malformed import Fault
from portal.access import read_own_form
from portal.decisions import Reason, shown
from portal.rendering import page
from portal.request import PortalRequest

PATH: Final = "/portal/invoices/file"
SHOWN: Final = 200
_PIECE = 1 << 16
_OVERHEAD = 1 << 16
_SAVED = {
    "content-disposition": 'attachment; filename="svar.ndjson"',
    "content-security-policy": "default-src 'none'; sandbox",
}


class _Row(NamedTuple):
    """An answer as the table has it."""

    number: str
    status: str
    claimed_ore: int | None
    payable_ore: int | None
    reasons: list[str]


class _Table(NamedTuple):
    """The first answers, and how many there are of each kind."""

    rows: list[_Row]
    counts: Counter[str]

    @property
    def answers(self) -> int:
        """How many there are in all."""
        return self.counts.total()


@get(PATH, task="submit")
async def choose_file(request: PortalRequest) -> Response[str]:
    """Which file?"""
    return page(request, "file.html", table=None, statuses=STATUSES)


@post(PATH, task="submit", request_max_body_size=LARGEST_FILE + _OVERHEAD)
async def send_file(request: PortalRequest) -> Response[Any] | Stream:
    """Decide and keep what a file holds, and show or hand out the answers."""
    form = await read_own_form(request)
    file = form.files.get("file")
    if file is None or not file.filename:
        raise malformed([Fault("välj en fil", "?file")])
    answering = Answering(request.service, request.token, _pieces(file), request.scope)
    if form.one("act") == "download":
        return Stream(answering.answers(), media_type=NDJSON, headers=_SAVED)
    table = _Table([], Counter())
    async with aclosing(answering.answers()) as answers:
        async for some in answers:
            _add(table, some, request)
    return page(request, "file.html", table=table, statuses=STATUSES, http_status=HTTPStatus.OK)


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece


def _add(table: _Table, some: bytes, request: PortalRequest) -> None:
    for line in some.splitlines():
        answer = msgspec.json.decode(line)
        table.counts[answer["status"]] += 1
        if len(table.rows) >= SHOWN:
            continue
        if "input_line" in answer:
            reasons = [f"{one['path']}: {one['message']}" for one in answer["findings"]]
            table.rows.append(_Row(f"rad {answer['input_line']}", "invalid", None, None, reasons))
            continue
        decision = shown(msgspec.convert(answer, Decision), request.service.library)
        told = [*decision.reasons, *(one for line in decision.lines for one in line.reasons)]
        made = decision.decision
        table.rows.append(
            _Row(made.number, made.status, made.claimed_ore, made.payable_ore, _texts(told))
        )


def _texts(reasons: list[Reason]) -> list[str]:
    """What happened and what to do, each once."""
    return list(dict.fromkeys(f"{one.what} {one.cure or ''}".strip() for one in reasons))
