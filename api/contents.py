"""The contents of attachments over HTTP: streamed to the disk and read by a process of its own, and
handed out as they came."""

from asyncio import timeout, to_thread
from base64 import b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, BinaryIO, Literal

from litestar import Request, Response, get, put
from litestar.exceptions import InternalServerException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.bounds import Key
from api.invoices import service_of
from api.logs import log_defect
from api.problems import BODY, ProblemError, malformed, not_found, specs
from api.request import BYTES, StrictRequest, need_type, too_slow
from attachments.case import last_day_to_come
from attachments.limits import LARGEST
from attachments.verdict import Flaw, Sound, Verdict
from attachments.wording import told
from intake.malformed import Fault
from storage.attachments import KeptAttachment, find_attachment, read_attachment
from storage.files import AlteredError, Incoming, TooLargeError, Whole, opened
from storage.receiving import Received, Sender, keep_file

SECONDS_FOR_A_FILE = 300
_AT_ONCE = 1 << 18
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@put(
    "/attachments/{key:int}/content",
    summary="Send the content of an attachment: a PDF, JPEG or PNG as it is",
    tags=["Attachments"],
    task="send_attachments",
    request_max_body_size=None,  # it is counted while it is written
    status_code=HTTPStatus.CREATED,
    responses={
        201: ResponseSpec(KeptAttachment, generate_examples=False, description="Kept now"),
        200: ResponseSpec(KeptAttachment, generate_examples=False, description="Kept before"),
        **specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
)
async def send_content(request: StrictRequest, key: Key) -> Response[KeptAttachment]:
    """What it is, is told by the content alone. A file that is not wholly one of the three, or that
    holds more than pages, is refused with everything that speaks against it. The same content again
    gets the same answer; the content of an attachment is never changed."""
    need_type(request, BYTES)
    if (request.content_length or 0) > LARGEST:
        raise too_large()
    await to_thread(_need_attachment, request, key)
    token, service = request.auth, service_of(request)
    sender, today = Sender(token.clinic, token.id), service.today()
    try:
        async with service.uploads.incoming() as incoming:
            await _take_in(request, incoming)
            sound = need_sound(await service.uploads.examined(incoming))
            received = await service.by_keeper(
                lambda keeper: keep_file(keeper.acts, incoming, key, sound, sender, today)
            )
    except TooLargeError:
        raise too_large() from None
    except OSError as error:
        log_defect(request.scope, error, "attachments_unavailable")
        raise _unavailable() from None
    if received.outcome == "revoked":
        raise service.unknown_token()
    return _answer(received)


@get(
    "/attachments/{key:int}/content",
    summary="The content of an attachment, as it came",
    tags=["Attachments"],
    task="read_attachments",
    responses=specs(HTTPStatus.NOT_FOUND),
)
async def read_content(request: StrictRequest, key: Key) -> ASGIApp:
    """Sent as a file to be saved, never to be shown as a page. It is found to be what was kept
    before the answer begins; `Repr-Digest` is its SHA-256."""
    token, service = request.auth, service_of(request)
    found = await service.do(
        lambda connection: read_attachment(connection, key, token.clinic, token.id)
    )
    if found is None:
        raise not_found()
    attachment, whole = found
    if attachment.content is None or whole is None:
        raise not_found()
    return await sent(request, whole, attachment, "attachment")


async def sent(
    request: Request[Any, Any, Any],
    whole: Whole,
    attachment: KeptAttachment,
    disposition: Literal["attachment", "inline"],
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> ASGIApp:
    """The file as it came, some of it at a time, to be saved or to be shown. Raises
    ProblemError."""
    assert attachment.content is not None
    folder = request.app.state.service.uploads.folder
    try:
        file = await to_thread(opened, folder, whole)
    except AlteredError as error:
        log_defect(request.scope, error, "attachment_altered")
        raise _altered() from None
    media_type = attachment.content.media_type
    name = f"bilaga-{attachment.id}.{_ENDINGS[media_type]}"
    said = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % whole.size),
        (b"content-disposition", f'{disposition}; filename="{name}"'.encode()),
        (b"repr-digest", b"sha-256=:" + b64encode(whole.sha256) + b":"),
        *headers,
    ]
    return _streamed(file, said)


def _need_attachment(request: StrictRequest, key: int) -> None:
    """Ends a request for an attachment that is not there, or that was to come before, before
    anything of the content is read."""
    with service_of(request).database.reading() as connection:
        found = find_attachment(connection, key, request.auth.clinic)
    if found is None:
        raise not_found()
    attachment = found[0]
    last = last_day_to_come(attachment.announced_on)
    if attachment.content is None and service_of(request).today() > last:
        raise _lapsed(attachment)


async def _take_in(request: StrictRequest, incoming: Incoming) -> None:
    """Write what comes, in pieces that are large enough for the disk and small enough for us."""
    waiting, has_come = bytearray(), False
    try:
        async with timeout(SECONDS_FOR_A_FILE):
            async for piece in request.pieces():
                waiting += piece
                if len(waiting) >= _AT_ONCE:
                    await to_thread(incoming.write, bytes(waiting))
                    waiting, has_come = bytearray(), True
            await to_thread(incoming.write, bytes(waiting))
    except TimeoutError:
        raise too_slow() from None
    except InternalServerException:  # so the framework calls a sender who is gone
        raise malformed([Fault("kom inte fram helt", "$")]) from None
    if not waiting and not has_come:
        raise malformed([Fault("saknas", "$")])


def need_sound(verdict: Verdict) -> Sound:
    """Ends a request whose file is not what an attachment may be, with all that is against it."""
    if verdict.sound is None:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "attachment_refused",
            "Filen tas inte emot",
            "Rätta det som faults räknar upp och skicka igen; ingenting av filen är bevarat.",
            faults=[Fault(told(flaw), "$") for flaw in verdict.flaws],
        )
    return verdict.sound


def _answer(received: Received) -> Response[KeptAttachment]:
    if received.attachment is None:
        raise not_found()
    if received.outcome == "lapsed":
        raise _lapsed(received.attachment)
    if received.outcome == "other_content":
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "content_kept",
            "Bilagan har redan ett annat innehåll",
            "Ingenting är ändrat. Anmäl en ny bilaga för den här filen.",
        )
    status = HTTPStatus.CREATED if received.outcome == "new" else HTTPStatus.OK
    return Response(received.attachment, status_code=status)


def _streamed(file: BinaryIO, headers: list[tuple[bytes, bytes]]) -> ASGIApp:
    async def respond(_scope: Scope, _receive: Receive, send: Send) -> None:
        with file:
            begin: Message = {"type": "http.response.start", "status": 200, "headers": headers}
            await send(begin)
            while piece := await to_thread(file.read, _AT_ONCE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return respond


def _lapsed(attachment: KeptAttachment) -> ProblemError:
    last = last_day_to_come(attachment.announced_on)
    return ProblemError(
        HTTPStatus.CONFLICT,
        "attachment_lapsed",
        "Anmälan gäller inte längre",
        f"Innehållet skulle ha kommit senast {last}. Anmäl bilagan på nytt och skicka det dit.",
    )


def too_large() -> ProblemError:
    """A file that is larger than any attachment may be."""
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        "Filen är för stor",
        "Ingenting av filen är bevarat.",
        faults=[Fault(told(Flaw("too_large", LARGEST)), "$")],
        headers={"Connection": "close"},
    )


def _unavailable() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "attachments_unavailable",
        "Bilagor kan inte tas emot just nu",
        "Skicka igen om en stund.",
        headers={"Retry-After": "60"},
    )


def _altered() -> ProblemError:
    return ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "attachment_altered",
        "Filen är inte den som kom in",
        "Den lämnas inte ut. Felet är noterat; den som driver tjänsten hittar den med db check.",
    )
