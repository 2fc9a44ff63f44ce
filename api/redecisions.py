"""Deciding again over HTTP: what would change is shown, and carried out on approval."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody, QueryParameter
from sqlalchemy import Connection

from api.bounds import Key, KeyAsked, Limit
from api.invoices import service_of
from api.problems import BODY, ProblemError, backwards, not_found, specs
from api.request import StrictRequest
from storage import freecards
from storage.acts import Done
from storage.approving import RedecisionFault, approve
from storage.causes import Cause, FreeCardFound, RulesChanged
from storage.proposals import (
    Changes,
    Proposal,
    ProposalPage,
    list_proposals,
    read_changes,
    read_proposal_noted,
)
from storage.proposing import begin, go_on, propose

_MOST_PATIENTS = 200
_Limit = Annotated[int, msgspec.Meta(ge=1, le=_MOST_PATIENTS)]


class RedecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why invoices are decided again: of one patient, or where a rule or a price is corrected, of
    all who had care of a support in a region and a period."""

    cause: Cause


class ApprovalRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The digest of the proposal as it was shown."""

    digest: str


class FreeCardRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A free card that was found after invoices had come without it, and whose it is."""

    patient: str
    number: str
    valid_from: date
    valid_to: date


class RedecisionController(Controller):
    """Proposals to decide invoices again."""

    path = "/redecisions"
    tags = ["Re-decisions"]

    @post(
        summary="Propose to decide invoices again: nothing is changed yet",
        task="redecide",
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    )
    async def propose(
        self, data: JSONBody[RedecisionRequest], request: StrictRequest
    ) -> Response[Proposal]:
        """Every invoice of the patients whom the cause touches is decided by today's facts, as of
        its day of receipt. 404 where there is no such card, application, free card, or region with
        the support. Of a corrected rule the proposal is only begun, whose steps are asked for until
        it is complete."""
        service, token, cause = service_of(request), request.auth, data.cause
        today = service.today()
        if isinstance(cause, RulesChanged):
            if cause.treated_to < cause.treated_from:
                raise backwards("$.cause.treated_to")
            found = await service.by_keeper(lambda keeper: begin(keeper, cause, token.id))
        else:
            found = await service.by_keeper(lambda keeper: propose(keeper, cause, today, token.id))
        if found is None:
            raise not_found()
        return Response(found, headers={"Location": f"/redecisions/{found.id}"})

    @get(summary="List proposals, the newest first", task="redecide", responses=specs())
    async def list(
        self,
        request: StrictRequest,
        before: FromQuery[KeyAsked | None] = None,
        limit: Limit = 100,
    ) -> ProposalPage:
        """As far as each has come. `next` of a page is `before` of the next one."""
        token = request.auth
        return await service_of(request).do(
            lambda connection: list_proposals(connection, before, limit, token.id)
        )

    @post(
        "/{key:int}/continue",
        summary="See to the next patients of a proposal",
        task="redecide",
        status_code=HTTPStatus.OK,
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def go_on(self, request: StrictRequest, key: Key) -> Proposal:
        """At most five hundred; `reached` says how far of `through` it has come. What is complete
        stays as it is. Whoever got no answer asks again: each patient is seen to once."""
        service, token = service_of(request), request.auth
        today = service.today()
        found = await service.by_keeper(lambda keeper: go_on(keeper, key, today, token.id))
        if found is None:
            raise not_found()
        return found

    @get(
        "/{key:int}",
        summary="Read a proposal: its sums, and whether it is carried out",
        task="redecide",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, key: Key) -> Proposal:
        """Sums are of the whole decisions before and after."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_proposal_noted(connection, key, token.id)
        )
        if found is None:
            raise not_found()
        return found

    @get(
        "/{key:int}/changes",
        summary="What a proposal changes, invoice by invoice",
        task="redecide",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def changes(
        self,
        request: StrictRequest,
        key: Key,
        after: FromQuery[KeyAsked | None] = None,
        limit: Annotated[_Limit, QueryParameter(ge=1, le=_MOST_PATIENTS)] = 100,
    ) -> Changes:
        """Of at most so many patients; `next` of a page is `after` of the next one."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_changes(connection, key, after or 0, limit, token.id)
        )
        if found is None:
            raise not_found()
        return found

    @post(
        "/{key:int}/approve",
        summary="Carry out a proposal, all of it or nothing",
        task="redecide",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def approve(
        self, data: JSONBody[ApprovalRequest], request: StrictRequest, key: Key
    ) -> Proposal:
        """Each invoice gets a new version; what stood and is otherwise now is taken back by a
        credit that belongs to it. Where anything has changed since it was shown nothing is done."""
        service, token = service_of(request), request.auth
        today = service.today()
        found = await service.by_keeper(
            lambda keeper: approve(keeper, key, data.digest, today, token.id)
        )
        if found is None:
            raise not_found()
        if isinstance(found, RedecisionFault):
            title, detail = FAULTS[found.code]
            raise ProblemError(HTTPStatus.CONFLICT, found.code, title, detail)
        return found


@post(
    "/free-cards",
    summary="Put in a free card that was found after invoices had come",
    tags=["Re-decisions"],
    task="redecide",
    responses={
        200: ResponseSpec(
            FreeCardFound, generate_examples=False, description="It was there already"
        ),
        **specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    },
)
async def put_free_card(
    data: JSONBody[FreeCardRequest], request: StrictRequest
) -> Response[FreeCardFound]:
    """Nothing is decided by it until a proposal with this cause is approved. 404 where nobody knows
    the patient."""
    token = request.auth

    def work(connection: Connection) -> Done[bool | None]:
        entries = freecards.put_free_card(
            connection, data.patient, data.number, data.valid_from, data.valid_to, token.id
        )
        return None if entries is None else bool(entries), entries or []

    is_new = await service_of(request).do(work)
    if is_new is None:
        raise not_found()
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Response(FreeCardFound(data.number), status_code=status)


FAULTS = {
    "incomplete": (
        "Förslaget är inte färdigt",
        "Begär nästa steg (continue) tills is_complete är sant, och läs det sedan.",
    ),
    "already_approved": ("Förslaget är redan genomfört", "Fakturornas versioner visar hur."),
    "nothing_changes": ("Förslaget ändrar ingenting", "Det finns inget att genomföra."),
    "other_digest": (
        "Det är inte det förslag som visades",
        "Läs förslaget igen och godkänn det med dess digest.",
    ),
    "outdated": (
        "Något har ändrats sedan förslaget visades",
        "Ingenting är gjort. Begär ett nytt förslag och läs det.",
    ),
}
"""Why a proposal is not carried out, and what to do."""
