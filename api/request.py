"""Bodies, read strictly: the framework's own reading takes "100" and 1e2 for whole numbers, any
content type for JSON, and falls over a deep nesting."""

from asyncio import timeout
from collections.abc import AsyncGenerator
from functools import cache
from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException

from api.problems import ProblemError, malformed
from intake.malformed import UNREADABLE, Fault, faults
from intake.strict import Reader
from storage.access import Token

JSON = "application/json"
NDJSON = "application/x-ndjson"
BYTES = "application/octet-stream"
PDF = "application/pdf"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECONDS_FOR_A_BODY = 20
SECONDS_FOR_A_PIECE = 20


class StrictRequest(Request[None, Token, State]):
    """A request whose JSON body is read as the kind that its handler asks for."""

    _whole = b""

    async def json(self) -> Any:
        """The body; ends the request with every fault that it has."""
        need_type(self, JSON)
        reader = _reader(self.route_handler.parsed_data_field.annotation)  # type: ignore[union-attr]
        text = await self.body()
        try:
            return reader.read(text)
        except UNREADABLE as error:
            raise malformed(faults(text, reader.kind, error)) from None

    async def body(self) -> bytes:
        """The body, which has to come in time."""
        if self._whole:
            return self._whole
        try:
            async with timeout(SECONDS_FOR_A_BODY):
                self._whole = await super().body()
        except TimeoutError:
            raise too_slow() from None
        except InternalServerException:  # so the framework calls a sender who is gone
            raise malformed([Fault("kom inte fram helt", "$")]) from None
        if not self._whole:
            raise malformed([Fault("saknas", "$")])
        return self._whole

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body piece by piece, each of which has to come in time."""
        coming = self.stream()
        while True:
            try:
                async with timeout(SECONDS_FOR_A_PIECE):
                    piece = await anext(coming)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise too_slow() from None
            yield piece


def header(request: Request[Any, Any, Any], name: bytes) -> str:
    """What a header says, nothing where it is not there."""
    for key, value in request.scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return ""


def need_type(request: Request[Any, Any, Any], wanted: str) -> None:
    """Ends a request whose body is something else: a form on another site can send plain text
    unasked, and what is packed may be of any size unpacked."""
    said = header(request, b"content-type")
    sent, options = (said, {}) if said == wanted else request.content_type
    is_packed = header(request, b"content-encoding").lower() not in {"", "identity"}
    is_utf8 = options.get("charset", "utf-8").lower() in {"utf-8", "utf8"}
    if sent != wanted or is_packed or not is_utf8:
        encoded = "" if wanted == BYTES else " i UTF-8"
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Det som skickades är av fel slag",
            f"Skicka {wanted}{encoded}, inte packat, och säg det i Content-Type.",
            headers={"Accept": wanted},
        )


def too_slow() -> ProblemError:
    """A body that does not come in time."""
    return ProblemError(
        HTTPStatus.REQUEST_TIMEOUT,
        "too_slow",
        "Det som skickades kom för långsamt",
        "Skicka igen; det som redan är bevarat får sitt första svar.",
        headers={"Connection": "close"},
    )


@cache
def _reader(kind: Any) -> Reader[Any]:
    return Reader(kind)
