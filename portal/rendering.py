"""Pages, made of templates (`portal/html/`). Whatever is put in is text, never markup."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie

from portal.assets import address_of
from portal.moments import moment
from portal.request import PortalRequest
from portal.wording import LANGUAGES, Wording
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
    Link("/portal/assessing", "navigation.assessing", "assess"),
    Link("/portal/held", "navigation.held", "assess_lines"),
    Link("/portal/redecisions", "navigation.redecisions", "redecide"),
    Link("/portal/consulting", "navigation.consulting", "consult"),
    Link("/portal/invoices", "navigation.invoices", "read_invoices"),
    Link("/portal/invoices/new", "navigation.write", "submit"),
    Link("/portal/invoices/file", "navigation.file", "submit"),
    Link("/portal/applications", "navigation.applications", "read_applications"),
    Link("/portal/patients", "navigation.patients", "read_standing"),
    Link("/portal/runs", "navigation.runs", "read_runs"),
    Link("/portal/accounts", "navigation.accounts", "read_runs"),
    Link("/portal/payouts", "navigation.payouts", "read_payments"),
    Link("/portal/trace", "navigation.trace", "trace"),
    Link("/portal/figures", "navigation.figures", "read_figures"),
    Link("/portal/reconciliation", "navigation.reconciliation", "reconcile"),
    Link("/portal/rules", "navigation.rules", "read_rules"),
    Link("/portal/log", "navigation.log", "review_log"),
    Link("/portal/users", "navigation.users", "read_users"),
    Link("/portal/tokens", "navigation.tokens", "issue_tokens"),
    Link("/portal/audit", "navigation.audit", "read_audit"),
    Link("/portal/roles", "navigation.roles", None),
)


def page_of(task: Task) -> str | None:
    """The page of the navigation for a task, where there is one."""
    return next((one.path for one in NAVIGATION if one.task == task), None)


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
        **said_in(wording),
        languages=LANGUAGES,
        person=person,
        csrf=request.csrf,
        path=_page_at(request),
        navigation=shown if person is not None and person.token is not None else (),
        **values,
    )
    return Response(
        text, status_code=http_status, media_type=HTML, cookies=cookies or [], headers=headers or {}
    )


def said_in(wording: Wording) -> dict[str, Any]:
    """What a template says things with."""
    return {
        "t": wording.say,
        "language": wording.language,
        "words": wording.of_decisions,
    }


def redirect(address: str, *cookies: Cookie) -> Response[Any]:
    """Send a browser to another page, which it asks for anew."""
    return Response(
        "",
        status_code=HTTPStatus.SEE_OTHER,
        media_type=HTML,
        headers={"location": address},
        cookies=list(cookies),
    )


def _page_at(request: PortalRequest) -> str:
    """The page that somebody is at, which a browser can ask for again: of a form that was sent, the
    page that held it."""
    if request.method == "GET":
        return request.url.path
    return urlsplit(request.headers.get("referer", "")).path or request.url.path


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
