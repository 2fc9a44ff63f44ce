"""Documents, shown in place: each through the application that names it, or the invoice's line."""

from typing import Any

from litestar import get
from litestar.types import ASGIApp

from api.bounds import Key
from api.contents import sent
from api.problems import not_found
from portal.applications.reading import PATH
from portal.headers import DOCUMENT_IN_A_FRAME
from portal.request import PortalRequest
from storage.attachments import KeptAttachment
from storage.casedocuments import read_case_document
from storage.files import Whole


@get(PATH + "/{key:int}/documents/{document:int}", task="read_applications")
async def case_document(request: PortalRequest, key: Key, document: Key) -> ASGIApp:
    """One that an application names, for whoever is shown that: a consultant sees those of the
    question that waits for them. The look is noted."""
    token = request.token
    found = await request.service.do(
        lambda connection: read_case_document(connection, key, document, token)
    )
    return await in_place(request, found)


async def in_place(
    request: PortalRequest, found: tuple[KeptAttachment, Whole | None] | None
) -> ASGIApp:
    """The document as it came, for a frame of ours. Raises ProblemError where there is none."""
    if found is None:
        raise not_found()
    attachment, whole = found
    if whole is None:
        raise not_found()
    said: Any = [(name.encode(), value.encode()) for name, value in DOCUMENT_IN_A_FRAME.items()]
    return await sent(request, whole, attachment, "inline", said)
