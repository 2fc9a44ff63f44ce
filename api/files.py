"""A file of invoices over HTTP: one a line up, one answer a line back, in order, while it is read.

A sender may send all of it before it reads the first answer, so what comes is always taken in, up
to `LARGEST_FILE` bytes, however far the answers have got.
"""

from asyncio import Queue, create_task
from collections.abc import AsyncIterator
from http import HTTPStatus

import msgspec
from litestar import post
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ASGIApp, Receive, Scope, Send

from adjudication.decision import Decision
from adjudication.invoice import Invoice
from api.invoices import RECEIVED_ON, service_of
from api.problems import BODY, ProblemError, specs
from api.request import NDJSON, StrictRequest, need_type
from api.service import Service
from intake.lines import Chunk, Lines
from intake.malformed import UNREADABLE, Fault, Malformed, is_blank, malformed
from intake.strict import Reader
from registry.roles import may
from storage.access import Token
from storage.keeper import Sent

LARGEST_FILE = 64 << 20
AT_ONCE = 1000
"""So many invoices share a transaction."""

_read = Reader(Invoice).read
_encode_lines = msgspec.json.Encoder().encode_lines
_OTHER_CLINIC = Fault("är en annan klinik än den som token gäller", "$.clinic")
_TOO_LARGE = Fault(f"filen är större än {LARGEST_FILE} byte; dela upp den här", "$")
_BROKEN_OFF = Fault("filen kom inte fram hel; skicka den igen", "$")


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
    be read is answered in its place and stops nothing. A file that was broken off is sent again as
    it is: what is kept gets its first answer."""
    need_type(request, NDJSON)
    length = request.content_length
    if length is not None and length > LARGEST_FILE:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            "Filen är för stor",
            f"Dela upp den i filer om högst {LARGEST_FILE} byte; ingenting är bevarat.",
        )
    answers = _Answering(service_of(request), request.auth).answers(request)

    async def respond(_scope: Scope, _receive: Receive, send: Send) -> None:
        """The framework's own stream would read the body itself, to see whether the sender is
        gone."""
        headers = [(b"content-type", NDJSON.encode())]
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
        async for some in answers:
            await send({"type": "http.response.body", "body": some, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return respond


class _Answering:
    """The answers to one file."""

    def __init__(self, service: Service, token: Token) -> None:
        self._service = service
        self._token = token
        self._chunks: Queue[Chunk | Fault | None] = Queue()
        self._next = 1

    async def answers(self, request: StrictRequest) -> AsyncIterator[bytes]:
        """The answers, some thousand at a time."""
        taking_in = create_task(self._take_in(request))
        try:
            waiting: list[bytes] = []
            while (chunk := await self._chunks.get()) is not None:
                if isinstance(chunk, Fault):
                    if waiting:
                        yield await self._answer(waiting)
                    yield _encode_lines([Malformed("invalid", self._next, [chunk])])
                    return
                waiting += chunk.lines
                while len(waiting) >= AT_ONCE:
                    yield await self._answer(waiting[:AT_ONCE])
                    del waiting[:AT_ONCE]
            if waiting:
                yield await self._answer(waiting)
        finally:
            taking_in.cancel()

    async def _take_in(self, request: StrictRequest) -> None:
        """Take in the body as it comes, and end with None, or with what is wrong with the rest."""
        lines, size, last = Lines(), 0, None
        try:
            async for piece in request.pieces():
                size += len(piece)
                if size > LARGEST_FILE:
                    last = _TOO_LARGE
                    break
                chunk = lines.take(piece)
                if chunk is not None:
                    self._chunks.put_nowait(chunk)
            else:
                chunk = lines.end()
                if chunk is not None:
                    self._chunks.put_nowait(chunk)
        except Exception:
            last = _BROKEN_OFF
        self._chunks.put_nowait(last)

    async def _answer(self, lines: list[bytes]) -> bytes:
        """The answers to some lines, kept in one transaction."""
        answers: list[Malformed | msgspec.Raw] = []
        sent: list[Sent] = []
        places: list[int] = []
        today = self._service.today()
        for number, line in enumerate(lines, self._next):
            try:
                invoice = _read(line)
            except UNREADABLE as error:
                if not is_blank(line):
                    answers.append(malformed(line, number, error))
                continue
            faults = self._faults(invoice)
            if faults:
                answers.append(Malformed("invalid", number, faults))
                continue
            places.append(len(answers))
            answers.append(msgspec.Raw())
            sent.append(Sent(invoice, invoice.received_on or today, self._token.id))
        self._next += len(lines)
        submitted = await self._service.submit_many(sent) if sent else []
        for place, one in zip(places, submitted, strict=True):
            answers[place] = msgspec.Raw(one.answer)
        return _encode_lines(answers)

    def _faults(self, invoice: Invoice) -> list[Fault]:
        """What the sender may not send."""
        found = []
        if self._token.clinic not in (None, invoice.clinic):
            found.append(_OTHER_CLINIC)
        if invoice.received_on is not None and not may(self._token.role, "set_day_of_receipt"):
            found.append(RECEIVED_ON)
        return found
