"""A file of invoices over HTTP: one a line up, one answer a line back, in order, while it is read.

A sender may send all of it before it reads the first answer, so what comes is always taken in, up
to `LARGEST_FILE` bytes, however far the answers have got.
"""

from asyncio import (
    FIRST_COMPLETED,
    Future,
    Queue,
    create_task,
    ensure_future,
    get_running_loop,
    to_thread,
    wait,
)
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from http import HTTPStatus
from typing import NamedTuple, TypeVar

import msgspec
from litestar import post
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from adjudication.decision import Decision
from adjudication.invoice import Invoice
from api.invoices import RECEIVED_ON, may_say_when, service_of
from api.logs import log_defect
from api.problems import BODY, ProblemError, specs
from api.request import NDJSON, StrictRequest, need_type
from api.service import Service
from intake.lines import Lines
from intake.malformed import UNREADABLE, Fault, Malformed, is_blank, malformed
from intake.strict import Reader
from storage.access import Token
from storage.keeper import Sent

T = TypeVar("T")

LARGEST_FILE = 64 << 20
MOST_LINES = 300_000
MOST_UNREADABLE = 10_000
"""A file of invoices of that size has fewer lines. What is none could have millions, and each has
an answer far longer than itself."""
FIRST_AT_ONCE = 1000
AT_ONCE = 4000
"""So many invoices share a transaction: fewer at first, so that answers begin soon."""

_read = Reader(Invoice).read
_encode = msgspec.json.Encoder().encode
_END = b"\n"
_OTHER_CLINIC = Fault("är en annan klinik än den som token gäller", "$.clinic")
_TOO_LARGE = Fault(f"filen är större än {LARGEST_FILE} byte; dela upp den här", "$")
_TOO_MANY = Fault(f"filen har fler än {MOST_LINES} rader; dela upp den här", "$")
_UNREADABLE = Fault(
    f"filen har fler än {MOST_UNREADABLE} rader som inte går att läsa; härifrån är ingenting läst",
    "$",
)
_BROKEN_OFF = Fault("filen kom inte fram hel; skicka den igen", "$")
_NOT_ALLOWED = Fault("token gäller inte längre; härifrån är ingenting bevarat", "$")
_DEFECT = "fel i programmet; uppge {} när felet anmäls, och skicka filen igen"


@post(
    "/invoices/file",
    summary="Submit a file of invoices",
    tags=["Invoices"],
    task="submit",
    request_max_body_size=LARGEST_FILE,
    status_code=HTTPStatus.OK,
    responses={
        200: ResponseSpec(
            Decision | Malformed,
            generate_examples=False,
            description="One answer a line, in the order of the lines",
            media_type=NDJSON,
        ),
        **specs(*BODY),
    },
)
async def submit_file(request: StrictRequest) -> ASGIApp:
    """Some thousand invoices are kept together, and their answers sent at once. A line that cannot
    be read is answered in its place and stops nothing, unless there are thousands. A file that was
    broken off is sent again as it is: what is kept gets its first answer."""
    need_type(request, NDJSON)
    length = request.content_length
    if length is not None and length > LARGEST_FILE:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            "Filen är för stor",
            f"Dela upp den i filer om högst {LARGEST_FILE} byte; ingenting är bevarat.",
        )
    answering = Answering(service_of(request), request.auth, request.pieces(), request.scope)

    async def respond(_scope: Scope, _receive: Receive, send: Send) -> None:
        """The framework's own stream would read the body itself, to see whether the sender is
        gone. Begins with the first answers: what fails before them has a status of its own."""
        begin: Message = {
            "type": "http.response.start",
            "status": HTTPStatus.OK,
            "headers": [(b"content-type", NDJSON.encode())],
        }
        is_begun = False
        async with aclosing(answering.answers()) as answers:
            async for some in answers:
                if not is_begun:
                    await send(begin)
                    is_begun = True
                await send({"type": "http.response.body", "body": some, "more_body": True})
        if not is_begun:
            await send(begin)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return respond


class _Batch(NamedTuple):
    """Some lines read: how many, the answers to those that are no invoices, and the invoices with
    their places among the answers."""

    lines: int
    answers: list[bytes]
    sent: list[Sent]
    places: list[int]


class Answering:
    """The answers to one file, which comes piece by piece. `scope` is the request's, for the log of
    what goes wrong."""

    def __init__(
        self, service: Service, token: Token, coming: AsyncIterator[bytes], scope: Scope
    ) -> None:
        self._service = service
        self._token = token
        self._coming = coming
        self._scope = scope
        self._pieces: Queue[bytes | None] = Queue()
        self._cut_off: Fault | None = None
        self._read_lines = 0
        self._answered = 0
        self._unreadable = 0

    async def answers(self) -> AsyncGenerator[bytes, None]:
        """The answers, some thousand at a time. Where some were given already, what goes wrong is
        told in a last one, at the place of the first line that has none."""
        taking_in = create_task(self._take_in())
        has_answered = False
        try:
            async with aclosing(one_ahead(self._batch_answers())) as answers:
                async for some in answers:
                    yield some
                    has_answered = True
            last = self._cut_off
        except Exception as error:
            if not has_answered:
                raise
            last = self._told(error)
        finally:
            taking_in.cancel()
        if last is not None:
            yield _encode(Malformed("invalid", self._answered + 1, [last])) + _END

    async def _take_in(self) -> None:
        """Take in the body as it comes, and note what is wrong with the rest of it."""
        try:
            async for piece in self._coming:
                self._pieces.put_nowait(piece)
        except HTTPException as error:
            is_too_large = error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            self._cut_off = _TOO_LARGE if is_too_large else _BROKEN_OFF
        except ProblemError:
            self._cut_off = _BROKEN_OFF
        except Exception as error:
            self._cut_off = self._told(error)
        self._pieces.put_nowait(None)

    async def _batch_answers(self) -> AsyncGenerator[bytes, None]:
        """The answers to each batch. The next one is read while one is put on the disk: before,
        whoever decides needs the interpreter."""
        batches = self._batches()
        coming = ensure_future(anext(batches, None))
        keeping: Future[bytes] | None = None
        try:
            while (batch := await coming) is not None:
                decided = get_running_loop().create_future()
                keeping = ensure_future(self._answer(batch, decided))
                await wait((keeping, decided), return_when=FIRST_COMPLETED)
                coming = ensure_future(anext(batches, None))
                yield await keeping
        finally:
            coming.cancel()
            if keeping is not None:
                keeping.cancel()

    async def _thousands(self) -> AsyncIterator[list[bytes]]:
        """The lines, some thousand at a time, the last ones fewer."""
        lines, waiting, at_once = Lines(), list[bytes](), FIRST_AT_ONCE
        piece: bytes | None = b""
        while piece is not None:
            piece = await self._pieces.get()
            if piece is not None:
                chunk = lines.take(piece)
            else:
                chunk = lines.end() if self._cut_off is None else None
            if chunk is None:
                continue
            waiting += chunk.lines
            while len(waiting) >= at_once:
                is_long = self._read_lines >= MOST_LINES
                if is_long or self._unreadable > MOST_UNREADABLE:
                    self._cut_off = _TOO_MANY if is_long else _UNREADABLE
                    return
                yield waiting[:at_once]
                del waiting[:at_once]
                at_once = AT_ONCE
        if waiting:
            yield waiting

    async def _batches(self) -> AsyncIterator[_Batch]:
        """The lines read, some thousand at a time."""
        async for lines in self._thousands():
            yield await to_thread(self._read, lines)
            self._read_lines += len(lines)

    async def _answer(self, batch: _Batch, decided: Future[None]) -> bytes:
        """The answers to a batch, kept in one transaction; `decided` when only that is left."""
        submitted = await self._service.submit_many(batch.sent, decided) if batch.sent else []
        for place, one in zip(batch.places, submitted, strict=True):
            batch.answers[place] = one.answer
        self._answered += batch.lines
        return _END.join([*batch.answers, b""])

    def _read(self, lines: list[bytes]) -> _Batch:
        batch = _Batch(len(lines), [], [], [])
        answers, today, token = batch.answers, self._service.today(), self._token
        for number, line in enumerate(lines, self._read_lines + 1):
            try:
                invoice = _read(line)
            except UNREADABLE:
                if not is_blank(line):
                    answers.append(_encode(malformed(line, number, _read)))
                    self._unreadable += 1
                continue
            faults = self._faults(invoice)
            if faults:
                answers.append(_encode(Malformed("invalid", number, faults)))
                continue
            batch.sent.append(Sent(invoice, invoice.received_on or today, token.id))
            batch.places.append(len(answers))
            answers.append(b"")
        return batch

    def _told(self, error: Exception) -> Fault:
        """What went wrong in the middle of a file."""
        if isinstance(error, ProblemError):
            return _NOT_ALLOWED
        return Fault(_DEFECT.format(log_defect(self._scope, error)), "$")

    def _faults(self, invoice: Invoice) -> list[Fault]:
        """What the sender may not send."""
        found = []
        if not self._token.reaches(invoice.clinic):
            found.append(_OTHER_CLINIC)
        if not may_say_when(self._token, invoice):
            found.append(RECEIVED_ON)
        return found


async def one_ahead(items: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The same items, the next of which is made while one is used."""
    coming = ensure_future(anext(items, None))
    try:
        while (item := await coming) is not None:
            coming = ensure_future(anext(items, None))
            yield item
    finally:
        coming.cancel()
