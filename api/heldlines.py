"""Held lines over HTTP: the queue, taking a line, asking for material, settling it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from adjudication.decision import Decision
from adjudication.invoice import DocumentKind
from api.bounds import Key, Limit, Line
from api.invoices import current_version, service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.request import StrictRequest
from api.service import Service
from intake.malformed import Fault
from storage.access import Token
from storage.assessing import AssessFault, Question, Verdict, ask_for_material, assess
from storage.claims import Owner, claim_line
from storage.heldlines import PLACE, HeldFilters, HeldOutcome, HeldPage, list_held
from storage.kept import AskedFor
from terms.vocabulary import Support

_VersionNumber = Annotated[int, msgspec.Meta(ge=1)]
_AmountOre = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
LONGEST_TEXT = 4000
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]
Place = Annotated[str, msgspec.Meta(pattern=PLACE), QueryParameter(pattern=PLACE)]


class AssessmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the assessor decides, having read this version of the invoice. `amount_ore` is the most
    that is paid for an approved line; `motive` is what the clinic reads, and a refusal needs it."""

    version: _VersionNumber
    is_approved: bool
    amount_ore: _AmountOre | None = None
    motive: _Text | None = None


class QuestionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the clinic is asked for, by whoever has read this version of the invoice."""

    version: _VersionNumber
    kinds: list[DocumentKind]
    question: _Text


class SettledInvoice(msgspec.Struct, frozen=True):
    """The version that was made, with the whole decision as it now stands."""

    invoice: int
    version: int
    decision: Decision


class Claimed(msgspec.Struct, frozen=True):
    """Whether whoever asks now has the line."""

    is_taken: bool


@get(
    "/held-lines",
    summary="Lines that wait, the longest held first",
    tags=["Held lines"],
    task="assess_lines",
    responses=specs(),
)
async def held_lines(  # noqa: PLR0913 – each is a parameter of the address
    request: StrictRequest,
    clinic: FromQuery[str | None] = None,
    region: FromQuery[str | None] = None,
    support: FromQuery[Support | None] = None,
    outcome: FromQuery[HeldOutcome | None] = None,
    finding: FromQuery[str | None] = None,
    owner: FromQuery[str | None] = None,
    received_to: FromQuery[date | None] = None,
    after: FromQuery[Place | None] = None,
    limit: Limit = 100,
) -> HeldPage:
    """`owner` is a token's name, and empty for lines that nobody has taken. `next` of a page is
    `after` of the next one."""
    service, token = service_of(request), request.auth
    filters = HeldFilters(clinic, region, support, outcome, finding, owner, received_to)
    today = service.today()
    return await service.do(
        lambda connection: list_held(connection, filters, after, limit, today, token.id)
    )


class HeldLineController(Controller):
    """What is done with a held line; `key` is that of its invoice."""

    path = "/invoices/{key:int}/lines/{line:int}"
    tags = ["Held lines"]

    @post(
        "/assessment",
        summary="Settle a held line",
        task="assess_lines",
        responses=specs(
            *BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
        ),
    )
    async def assess(
        self, data: JSONBody[AssessmentRequest], request: StrictRequest, key: Key, line: Line
    ) -> Response[SettledInvoice]:
        """A new version of the decision, which then stands. A line that an assessor refused can be
        settled once more. Only what the line is held for is answered: anything else still decides.
        Whoever read another version is told so, and nothing is changed."""
        faults = []
        if data.is_approved is False and data.motive is None:
            faults.append(Fault("krävs när raden avslås", "$.motive"))
        if data.is_approved is False and data.amount_ore is not None:
            faults.append(Fault("anges bara när raden godkänns", "$.amount_ore"))
        if faults:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "not_assessed",
                "Raden är inte bedömd",
                "Rätta det som faults räknar upp; ingenting är ändrat.",
                faults=faults,
            )
        service, token = service_of(request), request.auth
        verdict = Verdict(line, data.version, data.is_approved, data.amount_ore, data.motive)
        today = service.today()
        found = await service.by_keeper(
            lambda keeper: assess(keeper, key, verdict, today, token.id)
        )
        if found is None:
            raise not_found()
        if isinstance(found, AssessFault):
            raise _refused(key, found)
        settled = SettledInvoice(key, found.number, found.version.decision)
        return Response(settled, headers={"Location": f"/invoices/{key}/versions/{found.number}"})

    @post(
        "/question",
        summary="Ask the clinic for material",
        task="assess_lines",
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def ask(
        self, data: JSONBody[QuestionRequest], request: StrictRequest, key: Key, line: Line
    ) -> AskedFor:
        """Shown to the clinic with the invoice for as long as the line waits; of several the latest
        is."""
        service, token = service_of(request), request.auth
        asked = Question(line, data.version, data.kinds, data.question)
        found = await service.by_keeper(
            lambda keeper: ask_for_material(keeper, key, asked, token.id)
        )
        if found is None:
            raise not_found()
        if isinstance(found, AssessFault):
            raise _refused(key, found)
        return AskedFor(line, data.kinds, data.question)

    @post(
        "/take",
        summary="Take a line to assess it",
        task="assess_lines",
        status_code=HTTPStatus.OK,
        responses=specs(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def take(self, request: StrictRequest, key: Key, line: Line) -> Claimed:
        """Others are told who has it, and cannot settle it until it is put back."""
        return await claim(service_of(request), request.auth, key, line, is_taken=True)

    @post(
        "/put-back",
        summary="Put a line back into the queue, whoever has taken it",
        task="assess_lines",
        status_code=HTTPStatus.OK,
        responses=specs(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def put_back(self, request: StrictRequest, key: Key, line: Line) -> Claimed:
        """So that nothing waits for somebody who is away; it is noted who did so."""
        return await claim(service_of(request), request.auth, key, line, is_taken=False)


async def claim(service: Service, token: Token, key: int, line: int, *, is_taken: bool) -> Claimed:
    """Take a line, or put it back; ends a request for one that is not there, or is somebody
    else's."""
    found = await service.do(
        lambda connection: claim_line(connection, key, line, token.id, is_taken=is_taken)
    )
    if found is None:
        raise not_found()
    if isinstance(found, Owner):
        raise _taken(found.name)
    return Claimed(is_taken)


def _refused(key: int, fault: AssessFault) -> ProblemError:
    if fault.code == "line_unknown":
        return not_found()
    if fault.code == "line_taken":
        return _taken(fault.owner)
    headers = {"Link": current_version(key, fault.version)}
    if fault.code == "version_changed":
        return ProblemError(
            HTTPStatus.CONFLICT,
            "version_changed",
            "Fakturan har en nyare version",
            f"Läs version {fault.version} (Link leder dit) och bedöm raden efter den; ingenting "
            "är ändrat.",
            headers=headers,
        )
    return ProblemError(
        HTTPStatus.CONFLICT,
        "line_not_held",
        "Raden väntar inte på någon",
        "Link leder till beslutet som det står; ingenting är ändrat.",
        headers=headers,
    )


def _taken(owner: str | None) -> ProblemError:
    return ProblemError(
        HTTPStatus.CONFLICT,
        "line_taken",
        "Någon annan har tagit raden",
        f"Raden är tagen av {owner or 'ett kommando på servern'}; den kan läggas tillbaka.",
    )
