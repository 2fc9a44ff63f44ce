"""A file in a form becomes an attachment: read first, then announced and kept at once."""

from asyncio import to_thread
from hashlib import sha256
from typing import Final

from litestar.datastructures import UploadFile

from api.attachments import announced
from api.contents import need_sound, too_large
from attachments.verdict import Sound
from portal.request import PortalRequest
from storage.attachments import Announced
from storage.files import Incoming, TooLargeError
from storage.receiving import Sender, keep_file

OVERHEAD: Final = 1 << 16
"""Bytes of a form beside its file."""

_PIECE: Final = 1 << 18


async def keep_upload(request: PortalRequest, said: Announced, file: UploadFile) -> int:
    """The key of the attachment. Of a file that is refused nothing is kept, nor that it was to
    come. Raises ProblemError."""
    uploads = request.service.uploads
    try:
        async with uploads.incoming() as incoming:
            await take_in(file, incoming)
            sound = need_sound(await uploads.examined(incoming))
            return await keep_incoming(request, said, incoming, sound)
    except TooLargeError:
        raise too_large() from None


async def take_in(file: UploadFile, incoming: Incoming) -> bytes:
    """Write a file to where it is examined; its SHA-256. Raises TooLargeError."""
    digest = sha256()
    while piece := await file.read(_PIECE):
        digest.update(piece)
        await to_thread(incoming.write, piece)
    return digest.digest()


async def keep_incoming(
    request: PortalRequest, said: Announced, incoming: Incoming, sound: Sound
) -> int:
    """The key of an attachment that was found sound, announced and come at once."""
    service, token, today = request.service, request.token, request.service.today()
    key, sender = (await announced(service, said, token)).id, Sender(token.clinic, token.id)
    received = await service.by_keeper(
        lambda keeper: keep_file(keeper.acts, incoming, key, sound, sender, today)
    )
    if received.outcome == "revoked":
        raise service.unknown_token()
    return key
