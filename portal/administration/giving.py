"""Giving somebody an assignment. Nobody gives themselves one."""

from collections.abc import Collection
from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from litestar import Response, get, post

from portal.access import need_fresh, read_own_form
from portal.administration.formdata import known_clinics, need_time_to_fill_in
from portal.administration.users import PATH
from portal.rendering import page, redirect
from portal.request import PortalRequest
from registry.roles import OF_SYSTEMS, Role
from storage.acts import Done
from storage.audit import Entry
from storage.people import AssignmentError, By, Hindrance, give, is_name
from terms.hsaid import is_hsa_id
from terms.period import day_written

NEW: Final = f"{PATH}/new"
ROLES: Final = tuple(role for role in get_args(Role) if role not in OF_SYSTEMS)
FIELDS: Final = ("hsa_id", "name", "role", "clinic", "is_new_clinic", "valid_from", "valid_to")
Said = dict[str, str]
_OfFields = Literal["no_role", "no_day", "wrong_clinic", "new_clinic"]
FAULTS: Final[tuple[str, ...]] = (*get_args(Hindrance), *get_args(_OfFields))
_FIELD: Final[dict[Hindrance, str]] = {
    "wrong_name": "name",
    "wrong_days": "valid_to",
    "conflict": "role",
    "already": "role",
    "used": "name",
    "role_of_systems": "role",
    "clinic_missing": "clinic",
    "clinic_not_asked": "clinic",
}


class _Asked(NamedTuple):
    """An assignment as somebody wants to give it."""

    hsa_id: str
    name: str
    role: Role
    clinic: str | None
    valid_from: date
    valid_to: date | None


@get(NEW, task="give_roles")
async def new_assignment(request: PortalRequest) -> Response[str]:
    """An empty form, for whoever showed their card so lately that there is time to fill it in."""
    need_time_to_fill_in(request, NEW)
    said = {**dict.fromkeys(FIELDS, ""), "valid_from": f"{request.service.today()}"}
    return _page(request, said, {}, await known_clinics(request))


@post(NEW, task="give_roles")
async def give_assignment(request: PortalRequest) -> Response[Any]:
    """Give it, where nothing speaks against it."""
    form = await read_own_form(request)
    need_fresh(request, NEW)
    said, clinics = {name: form.one(name) for name in FIELDS}, await known_clinics(request)
    said |= {name: said[name].upper() for name in ("hsa_id", "clinic")}
    asked, by = _asked(said, clinics), By(request.token.id, request.signed_in.hsa_id)
    if not isinstance(asked, _Asked):
        return _page(request, said, asked, clinics)
    try:
        key = await request.service.do(lambda connection: _noted(*give(connection, *asked, by)))
    except AssignmentError as error:
        return _page(request, said, {_FIELD.get(error.why, "hsa_id"): error.why}, clinics)
    return redirect(f"{PATH}?given={key}")


def _asked(said: Said, clinics: Collection[str]) -> _Asked | dict[str, str]:
    """What the fields say, or what is wrong with each."""
    faults = dict[str, Hindrance | _OfFields]()
    role, clinic, days = said["role"], said["clinic"], dict[str, date]()
    if not is_hsa_id(said["hsa_id"]):
        faults["hsa_id"] = "wrong_hsa_id"
    if not is_name(said["name"]):
        faults["name"] = "wrong_name"
    if role not in ROLES:
        faults["role"] = "no_role"
    elif role != "clinic":
        if clinic:
            faults["clinic"] = "clinic_not_asked"
    elif not clinic:
        faults["clinic"] = "clinic_missing"
    elif not is_hsa_id(clinic):
        faults["clinic"] = "wrong_clinic"
    elif clinic not in clinics and not said["is_new_clinic"]:
        faults["clinic"] = "new_clinic"
    for name in ("valid_from", "valid_to"):
        if said[name] or name == "valid_from":
            try:
                days[name] = day_written(said[name])
            except ValueError:
                faults[name] = "no_day"
    if faults:
        return dict(faults)
    return _Asked(
        said["hsa_id"],
        said["name"],
        cast("Role", role),
        clinic or None,
        days["valid_from"],
        days.get("valid_to"),
    )


def _noted(key: int, entry: Entry) -> Done[int]:
    return key, [entry]


def _page(
    request: PortalRequest, said: Said, faults: dict[str, str], clinics: list[str]
) -> Response[str]:
    return page(
        request,
        "administration/give.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        said=said,
        faults=faults,
        roles=ROLES,
        clinics=clinics,
    )
