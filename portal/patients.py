"""What is left for a patient. Whoever opens a patient says why; that is noted with who and when."""

from http import HTTPStatus
from typing import Final, Literal, cast, get_args

from litestar import Response, get, post

from adjudication.standing import Standing
from portal.access import read_own_form
from portal.forms import Form
from portal.rendering import page
from portal.request import PortalRequest
from terms.period import day_written
from terms.vocabulary import Support

PATH: Final = "/portal/patients"
Why = Literal["treatment", "billing", "application", "asked_by_patient", "assessment"]
"""Why somebody opens a patient. A closed set: what the log notes says nothing of a patient."""

Fault = Literal["wrong_day", "why_missing", "wrong_support", "wrong_patient"]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


@get(PATH, task="read_standing")
async def ask(request: PortalRequest) -> Response[str]:
    """Of whom, and why?"""
    return _page(request, Form({}, {}), {}, None)


@post(PATH, task="read_standing")
async def standing(request: PortalRequest) -> Response[str]:
    """What is left on a day. The person number is in the form, so that no address holds it."""
    form, service, token = await read_own_form(request), request.service, request.token
    wrong, on = dict[str, Fault](), service.today()
    if form.one("on"):
        try:
            on = day_written(form.one("on"))
        except ValueError:
            wrong["on"] = "wrong_day"
    if form.one("why") not in get_args(Why):
        wrong["why"] = "why_missing"
    support, found = form.one("support"), None
    if support not in get_args(Support):
        wrong["support"] = "wrong_support"
    if not wrong:
        found = await service.by_keeper(
            lambda keeper: keeper.standing(
                form.one("patient"), cast("Support", support), on, token.id, form.one("why")
            )
        )
        if found is None:
            wrong["patient"] = "wrong_patient"
    return _page(request, form, wrong, found)


def _page(
    request: PortalRequest, form: Form, wrong: dict[str, Fault], found: Standing | None
) -> Response[str]:
    return page(
        request,
        "patients.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        said={name: form.one(name) for name in ("patient", "support", "on", "why")},
        wrong=wrong,
        standing=found,
        reasons=get_args(Why),
    )
