"""A file of invoices, sent by a form: answered on the page while it is decided, or by a file. It
may be sent again: what is kept gets its first answer."""

from asyncio import to_thread
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Stream

from api.files import LARGEST_FILE, Answering
from api.problems import malformed
from api.request import NDJSON
from exports.delimited import BYTE_ORDER_MARK, delimited
from intake.malformed import Fault
from portal.access import read_own_form
from portal.invoices.answers import HEADINGS, answered, cells
from portal.rendering import page, rendered, said_in
from portal.request import PortalRequest
from portal.uploading import OVERHEAD

PATH: Final = "/portal/invoices/file"
SHOWN: Final = 200
_PIECE = 1 << 16
_HERE = "<!-- here -->"
_CSV, _HTML = "text/csv", "text/html"  # of which the framework says how they are encoded
Answers = AsyncGenerator[bytes, None]


@get(PATH, task="submit")
async def choose_file(request: PortalRequest) -> Response[str]:
    """Which file?"""
    return page(request, "invoices/file.html", is_answered=False)


@post(
    PATH,
    task="submit",
    request_max_body_size=LARGEST_FILE + OVERHEAD,
    status_code=HTTPStatus.OK,
)
async def send_file(request: PortalRequest) -> Response[Any] | Stream:
    """Decide and keep what a file holds, and show or hand out the answers, each thousand as soon as
    it is kept. What goes wrong before the first has a page of its own."""
    form = await read_own_form(request)
    file = form.files.get("file")
    if file is None or not file.filename:
        raise malformed([Fault("välj en fil", "?file")])
    answering = Answering(request.service, request.token, _pieces(file), request.scope)
    answers = await _begun(answering.answers())
    match form.one("act"):
        case "download":
            return Stream(answers, media_type=NDJSON, headers=_saved("svar.ndjson"))
        case "sheet":
            rows = _sheet(answers, request)
            return Stream(rows, media_type=_CSV, headers=_saved("svar.csv"))
        case _:
            return Stream(_table(answers, request), media_type=_HTML)


async def _begun(answers: Answers) -> Answers:
    """The answers, of which the first are there."""
    first = await anext(answers, b"")

    async def all_of_them() -> Answers:
        async with aclosing(answers):
            yield first
            async for some in answers:
                yield some

    return all_of_them()


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece


async def _table(answers: Answers, request: PortalRequest) -> AsyncIterator[str]:
    """The page, piece by piece: those answers that ask for something to be done, as far as they are
    shown, and then what all came to."""
    frame = page(request, "invoices/file.html", is_answered=True).content
    before, between, after = frame.split(_HERE)
    yield before
    counts, payable_ore, shown, is_cut = Counter[str](), 0, 0, False
    async with aclosing(answers):
        async for some in answers:
            lines = some.splitlines()
            read = [_status.decode(line) for line in lines]
            counts.update(one.status for one in read)
            payable_ore += sum(one.payable_ore for one in read)
            odd = [line for line, one in zip(lines, read, strict=True) if one.status != "approved"]
            room = SHOWN - shown
            shown, is_cut = shown + len(odd[:room]), is_cut or len(odd) > room
            yield await to_thread(_rows, odd[:room], counts.total(), request)
    yield between
    yield rendered(
        "invoices/summary.html",
        **said_in(request.wording),
        counts=counts,
        payable_ore=payable_ore,
        shown=shown,
        is_cut=is_cut,
    )
    yield after


def _rows(lines: list[bytes], answers: int, request: PortalRequest) -> str:
    library, language = request.service.library, request.wording.language
    rows = [answered(line, library, language) for line in lines]
    said = said_in(request.wording)
    return rendered("invoices/rows.html", **said, rows=rows, answers=answers)


async def _sheet(answers: Answers, request: PortalRequest) -> AsyncIterator[bytes]:
    """A row for each invoice and each line, as a spreadsheet program opens it."""
    library, language = request.service.library, request.wording.language
    yield BYTE_ORDER_MARK.encode() + delimited([HEADINGS])

    def some_rows(some: bytes) -> bytes:
        return delimited(
            row for line in some.splitlines() for row in cells(line, library, language)
        )

    async with aclosing(answers):
        async for some in answers:
            yield await to_thread(some_rows, some)


def _saved(name: str) -> dict[str, str]:
    """What makes a browser save an answer and never show it as a page."""
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }


class _Status(msgspec.Struct):
    """What is counted of an answer."""

    status: str
    payable_ore: int = 0


_status = msgspec.json.Decoder(_Status)
