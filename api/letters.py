"""Decision letters over HTTP, as PDF: of a decision that was made, and of one before it is made."""

from asyncio import to_thread
from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from adjudication.library import Library
from adjudication.wording.lookup import action_names
from adjudication.wording.words import SUPPORT_NAMES
from api.applications import told
from api.bounds import Key, Number
from api.invoices import service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.request import PDF, StrictRequest
from exports.letter import Letter, write_letter
from preassessments.assessment import Assessment
from storage.letters import Matter, read_decision, try_decision

_LETTER = {200: ResponseSpec(bytes, generate_examples=False, media_type=PDF, description="A PDF")}


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would be decided."""

    assessment: Assessment


@get(
    "/applications/{key:int}/decisions/{place:int}/letter",
    summary="The letter of a decision on an application, as PDF",
    tags=["Applications"],
    task="read_applications",
    responses={**_LETTER, **specs(HTTPStatus.NOT_FOUND)},
)
async def read_letter(request: StrictRequest, key: Key, place: Number) -> Response[bytes]:
    """`place` is the decision's, as the application tells it. The same letter each time."""
    service, token = service_of(request), request.auth
    found = await service.do(lambda connection: read_decision(connection, key, place, token))
    if found is None:
        raise not_found()
    return await written(service.library, found, "attachment", f"beslut-{found.name}")


@post(
    "/applications/{key:int}/letter",
    summary="The letter that a decision would give, before it is made",
    tags=["Applications"],
    task="assess",
    status_code=HTTPStatus.OK,
    responses={
        **_LETTER,
        **specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
)
async def preview_letter(
    data: JSONBody[Trial], request: StrictRequest, key: Key
) -> Response[bytes]:
    """Every page says that it is no decision; nothing is kept."""
    service, token = service_of(request), request.auth
    today = service.today()
    found = await service.do(
        lambda connection: try_decision(connection, key, data.assessment, token, today)
    )
    if found is None:
        raise not_found()
    if isinstance(found, list):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "application_faulty",
            "Det går inte att göra så",
            "Rätta det som faults räknar upp. Ingenting är ändrat.",
            faults=told(found),
        )
    return await written(service.library, found, "attachment", "forhandsvisning")


async def written(
    library: Library,
    matter: Matter,
    disposition: Literal["attachment", "inline"],
    name: str,
    headers: Mapping[str, str] = {},
) -> Response[bytes]:
    """The letter of a decision as PDF, to be saved or to be shown."""
    content = await to_thread(write_letter, _letter(library, matter))
    said = {"Content-Disposition": f'{disposition}; filename="{name}.pdf"'}
    return Response(content, status_code=HTTPStatus.OK, media_type=PDF, headers={**headers, **said})


def _letter(library: Library, matter: Matter) -> Letter:
    head, content = matter.head, matter.content
    region = library.regions[head.region]
    return Letter(
        region=region.name,
        clinic=head.clinic,
        number=head.number,
        patient=head.patient,
        support=SUPPORT_NAMES[head.support],
        category=content.category,
        kind=content.kind or "advance",
        plan=tuple(content.lines or ()),
        actions=action_names(region, head.support, matter.decided_on),
        status=matter.status,
        decided_on=matter.decided_on,
        assessment=matter.assessment,
        name=matter.name,
        replaces=matter.replaces,
    )
