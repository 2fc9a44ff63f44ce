"""Pages, made of templates (`portal/html/`). Whatever is put in is text, never markup."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie

from portal.assets import address_of
from portal.moments import moment
from portal.request import PortalRequest
from portal.wording import LANGUAGES
from registry.roles import Task
from terms.money import kronor

HTML = "text/html; charset=utf-8"


class Link(NamedTuple):
    """A page in the navigation, for whoever may do the task; None for all who are signed in."""

    path: str
    key: str
    task: Task | None


NAVIGATION = (
    Link("/portal", "navigation.start", None),
    Link("/portal/invoices", "navigation.invoices", "read_invoices"),
    Link("/portal/invoices/new", "navigation.write", "submit"),
    Link("/portal/invoices/file", "navigation.file", "submit"),
    Link("/portal/patients", "navigation.patients", "read_standing"),
    Link("/portal/rules", "navigation.rules", "read_rules"),
    Link("/portal/log", "navigation.log", "review_log"),
    Link("/portal/users", "navigation.users", "read_users"),
    Link("/portal/roles", "navigation.roles", None),
)


def page(
    request: PortalRequest,
    template: str,
    *,
    http_status: int = HTTPStatus.OK,
    cookies: list[Cookie] | None = None,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response[str]:
    """A page, or a part of one, for whoever asks."""
    wording, person = request.wording, request.scope.get("auth")
    shown = [one for one in NAVIGATION if one.task is None or request.may(one.task)]
    text = rendered(
        template,
        t=wording.say,
        language=wording.language,
        languages=LANGUAGES,
        person=person,
        csrf=request.csrf,
        path=request.url.path,
        navigation=shown if person is not None and person.token is not None else (),
        **values,
    )
    return Response(
        text, status_code=http_status, media_type=HTML, cookies=cookies or [], headers=headers or {}
    )


def redirect(address: str, *cookies: Cookie) -> Response[Any]:
    """Send a browser to another page, which it asks for anew."""
    return Response(
        "",
        status_code=HTTPStatus.SEE_OTHER,
        media_type=HTML,
        headers={"location": address},
        cookies=list(cookies),
    )


def rendered(template: str, **values: Any) -> str:
    """A template, filled in."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("portal", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["kronor"] = kronor
    made.filters["moment"] = moment
    made.globals["asset"] = address_of
    return made
