"""The audit log: who did what, when and about what, and whether its chains are whole."""

from asyncio import to_thread
from typing import Annotated, Final, Literal, get_args

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from api.bounds import KeyAsked
from api.problems import busy
from portal.access import read_own_form
from portal.patients import Why
from portal.rendering import page
from portal.request import PortalRequest
from storage.audit import Act
from storage.auditreading import (
    Asked,
    Place,
    Verified,
    note_verified,
    read_entries,
    verify_all,
)

PATH: Final = "/portal/audit"
SHOWN: Final = 30
Noun = Literal["account", "application", "assignment", "attachment", "run", "session", "token"]
NOUNS: Final[dict[Act, Noun]] = {
    "put_payer": "account",
    "put_payee": "account",
    "move_application": "application",
    "read_application": "application",
    "give_assignment": "assignment",
    "end_assignment": "assignment",
    "announce_attachment": "attachment",
    "receive_attachment": "attachment",
    "read_attachment": "attachment",
    "prepare_run": "run",
    "approve_run": "run",
    "discard_run": "run",
    "export_run": "run",
    "answer_run": "run",
    "sign_in": "session",
    "sign_out": "session",
    "issue_token": "token",
    "revoke_token": "token",
}
"""What an act's subject is the number of; other subjects are shown as they are."""
_UNTOLD: Final = frozenset({"fill_demo", "list_applications", "read_audit", "review_log"})
"""Acts whose subject tells nothing to a reader that is not said otherwise."""
_PLACE = r"^[1-9][0-9]{0,17}-[1-9][0-9]{0,17}-[1-9][0-9]{0,17}$"
Before = Annotated[str, msgspec.Meta(pattern=_PLACE)]
"""Where a list goes on: when, chain and place."""


@get(PATH, task="read_audit")
async def audit(
    request: PortalRequest,
    before: FromQuery[Before | None] = None,
    act: FromQuery[Act | None] = None,
    token: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """The newest entries first, some at a time: all, of one act, or by one token."""
    place = None if before is None else Place(*map(int, before.split("-")))
    return await _page(request, Asked(place, act, token), None)


@post(PATH, task="read_audit")
async def verify_audit(request: PortalRequest) -> Response[str]:
    """Read every chain from its beginning, one who asks at a time: it is long work."""
    await read_own_form(request)
    state, database = request.app.state, request.service.database
    if state.get("is_verifying", False):
        raise busy()
    state.is_verifying = True

    def verified() -> Verified:
        with database.reading() as connection:
            return verify_all(connection)

    try:
        found = await to_thread(verified)
    finally:
        state.is_verifying = False
    reader = request.token.id
    await request.service.do(lambda _: note_verified(found, reader))
    return await _page(request, Asked(), found)


async def _page(request: PortalRequest, asked: Asked, verified: Verified | None) -> Response[str]:
    reader = request.token.id
    found = await request.service.do(
        lambda connection: read_entries(connection, asked, SHOWN, reader)
    )
    return page(
        request,
        "administration/audit.html",
        found=found,
        asked=asked,
        verified=verified,
        acts=get_args(Act),
        reasons=("invoice", *get_args(Why)),
        nouns=NOUNS,
        untold=_UNTOLD,
    )
