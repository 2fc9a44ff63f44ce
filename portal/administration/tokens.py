"""What systems show when they use the API: issued, shown once, listed, revoked."""

from http import HTTPStatus
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from litestar import Response, get, post

from api.problems import not_found
from portal.access import need_fresh, read_own_form
from portal.administration.formdata import known_clinics, need_time_to_fill_in
from portal.rendering import page, redirect
from portal.request import PortalRequest
from registry.roles import ISSUED, Role
from storage.access import Hindrance, TokenError, issue, revoke, tokens
from storage.acts import Done
from storage.audit import Entry
from storage.people import is_name

PATH: Final = "/portal/tokens"
NEW: Final = f"{PATH}/new"
ROLES: Final = tuple(role for role in get_args(Role) if role in ISSUED)
FIELDS: Final = ("name", "role", "clinic")
Said = dict[str, str]
_OfFields = Literal["wrong_name", "no_role", "no_clinic"]
FAULTS: Final[tuple[str, ...]] = (*get_args(Hindrance), *get_args(_OfFields))
_FIELD: Final[dict[Hindrance, str]] = {"clinic_missing": "clinic", "clinic_not_asked": "clinic"}


class _Asked(NamedTuple):
    """A token as somebody wants to issue it."""

    name: str
    role: Role
    clinic: str | None


@get(PATH, task="issue_tokens")
async def list_tokens(request: PortalRequest) -> Response[str]:
    """Every token, those that hold first."""
    found = await request.service.do(lambda connection: (tokens(connection), []))
    found.sort(key=lambda one: one.revoked_at is not None)
    return page(request, "administration/tokens.html", tokens=found)


@get(NEW, task="issue_tokens")
async def new_token(request: PortalRequest) -> Response[str]:
    """An empty form, for whoever showed their card so lately that there is time to fill it in."""
    need_time_to_fill_in(request, NEW)
    return await _form(request, {"name": "", "role": "clinic", "clinic": ""}, {})


@post(NEW, task="issue_tokens")
async def issue_token(request: PortalRequest) -> Response[str]:
    """Issue one and show what its owner is to show. It is kept nowhere, so it is shown here or
    never."""
    form = await read_own_form(request)
    need_fresh(request, NEW)
    said, by = {name: form.one(name) for name in FIELDS}, request.token.id
    asked = _asked(said, await known_clinics(request))
    if not isinstance(asked, _Asked):
        return await _form(request, said, asked)
    try:
        secret = await request.service.do(
            lambda connection: _noted(*issue(connection, *asked, by=by))
        )
    except TokenError as error:
        return await _form(request, said, {_FIELD.get(error.why, "name"): error.why})
    return page(request, "administration/token.html", name=asked.name, secret=secret)


@post(PATH + "/revoke", task="issue_tokens")
async def revoke_token(request: PortalRequest) -> Response[Any]:
    """Revoke one, from the next request on; one that does not hold any more is left as it is."""
    form, by = await read_own_form(request), request.token.id
    name = form.one("name")
    try:
        await request.service.do(lambda connection: (None, [revoke(connection, name, by)]))
    except TokenError as error:
        if error.why != "revoked":
            raise not_found() from None
    return redirect(PATH)


def _asked(said: Said, clinics: list[str]) -> _Asked | dict[str, str]:
    """What the fields say, or what is wrong with each."""
    faults = dict[str, Hindrance | _OfFields]()
    role, clinic = said["role"], said["clinic"]
    if not is_name(said["name"]):
        faults["name"] = "wrong_name"
    if role not in ROLES:
        faults["role"] = "no_role"
    elif role != "clinic":
        if clinic:
            faults["clinic"] = "clinic_not_asked"
    elif clinic not in clinics:
        faults["clinic"] = "no_clinic" if clinic else "clinic_missing"
    if faults:
        return dict(faults)
    return _Asked(said["name"], cast("Role", role), clinic or None)


def _noted(secret: str, entry: Entry) -> Done[str]:
    return secret, [entry]


async def _form(request: PortalRequest, said: Said, faults: dict[str, str]) -> Response[str]:
    return page(
        request,
        "administration/issue.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        said=said,
        faults=faults,
        roles=ROLES,
        clinics=await known_clinics(request),
    )
