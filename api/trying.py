"""An application that is being written, over HTTP: what it would lack, with nothing kept."""

from http import HTTPStatus

import msgspec
from litestar import post
from litestar.params import JSONBody

from api.access import own
from api.applications import told
from api.invoices import service_of
from api.problems import BODY, ProblemError, specs
from api.request import StrictRequest
from preassessments.application import Application, ContentField
from preassessments.requirements import Lack, Part
from storage.trying import try_application


class RequiredPart(msgspec.Struct, frozen=True):
    """A part that the region requires, by a rule with its place and source. With codes it is due
    only where the plan has one of those."""

    field: ContentField
    codes: list[str]
    is_due: bool
    is_given: bool
    rule: str
    place: str
    source: str


class TriedApplication(msgspec.Struct, frozen=True):
    """What it lacks before it is taken, and every part that the region requires."""

    lacking: list[Lack]
    required: list[RequiredPart]


@post(
    "/applications/check",
    summary="What an application would lack, with nothing kept",
    tags=["Applications"],
    task="apply",
    status_code=HTTPStatus.OK,
    responses=specs(*BODY, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def check_application(
    data: JSONBody[Application], request: StrictRequest
) -> TriedApplication:
    """The same as is said when it is begun and submitted; only that a number is used is not
    told."""
    service, token = service_of(request), request.auth
    own(token, data.clinic)
    today = service.today()
    tried = await service.do(
        lambda connection: try_application(connection, service.library, data, token, today)
    )
    if tried.faults:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "application_refused",
            "Ansökan avvisas",
            "Ingenting är bevarat; faults säger varför.",
            faults=told(tried.faults),
        )
    return TriedApplication(tried.lacking, [_part(one) for one in tried.parts])


def _part(part: Part) -> RequiredPart:
    cited = part.citation
    return RequiredPart(
        part.field, list(part.codes), part.is_due, part.is_given, cited.rule, cited.place,
        cited.source.title,
    )  # fmt: skip
