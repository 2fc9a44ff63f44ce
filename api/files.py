"""A file of invoices over HTTP: one a line up, one answer a line back, in order, while it is read.

A sender may send all of it before it reads the first answer, so what comes is always taken in, up
to `LARGEST_FILE` bytes, however far the answers have got.
"""

from asyncio import Queue, create_task, ensure_future, to_thread
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
AT_ONCE = 1000
"""So many invoices share a transaction."""

_read = Reader(Invoice).read
_encode_lines = msgspec.json.Encoder().encode_lines
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
    """Every thousand invoices are kept together, and their answers sent at once. A line that cannot
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
    answers: list[Malformed | msgspec.Raw]
    sent: list[tuple[int, Sent]]


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
            async with aclosing(one_ahead(self._batches())) as batches:
                async for batch in batches:
                    yield await self._answer(batch)
                    has_answered = True
            last = self._cut_off
        except Exception as error:
            if not has_answered:
                raise
            last = self._told(error)
        finally:
            taking_in.cancel()
        if last is not None:
            yield _encode_lines([Malformed("invalid", self._answered + 1, [last])])

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

    async def _thousands(self) -> AsyncIterator[list[bytes]]:
        """The lines, a thousand at a time, the last ones fewer."""
        lines, waiting = Lines(), list[bytes]()
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
            while len(waiting) >= AT_ONCE:
                is_long = self._read_lines >= MOST_LINES
                if is_long or self._unreadable > MOST_UNREADABLE:
                    self._cut_off = _TOO_MANY if is_long else _UNREADABLE
                    return
                yield waiting[:AT_ONCE]
                del waiting[:AT_ONCE]
        if waiting:
            yield waiting

    async def _batches(self) -> AsyncIterator[_Batch]:
        """The lines read, a thousand at a time."""
        async for lines in self._thousands():
            yield await to_thread(self._read, lines)
            self._read_lines += len(lines)

    async def _answer(self, batch: _Batch) -> bytes:
        """The answers to a batch, kept in one transaction."""
        sent = [one for _, one in batch.sent]
        submitted = await self._service.submit_many(sent) if sent else []
        for (place, _), one in zip(batch.sent, submitted, strict=True):
            batch.answers[place] = msgspec.Raw(one.answer)
        self._answered += batch.lines
        return _encode_lines(batch.answers)

    def _read(self, lines: list[bytes]) -> _Batch:
        batch = _Batch(len(lines), [], [])
        today = self._service.today()
        for number, line in enumerate(lines, self._read_lines + 1):
            try:
                invoice = _read(line)
            except UNREADABLE:
                if not is_blank(line):
                    batch.answers.append(malformed(line, number, _read))
                    self._unreadable += 1
                continue
            faults = self._faults(invoice)
            if faults:
                batch.answers.append(Malformed("invalid", number, faults))
                continue
            one = Sent(invoice, invoice.received_on or today, self._token.id)
            batch.sent.append((len(batch.answers), one))
            batch.answers.append(msgspec.Raw())
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
