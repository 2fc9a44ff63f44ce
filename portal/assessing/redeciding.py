"""Invoices decided anew: what would change is shown, and carried out on approval."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal, NamedTuple, cast, get_args

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from api.bounds import Key, KeyAsked
from api.problems import ProblemError, not_found
from api.redecisions import FAULTS
from invoices.proposal import InvoiceChange
from portal.access import read_own_form
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.approving import RedecisionFault
from storage.approving import approve as carry_out
from storage.causes import CardChanged, Cause, FreeCardFound, PreassessmentChanged, RulesChanged
from storage.proposals import list_proposals, read_changes, read_proposal_noted
from storage.proposing import begin, go_on
from storage.proposing import propose as propose_whole
from terms.period import day_written
from terms.vocabulary import Support

PATH: Final = "/portal/redecisions"
SHOWN: Final = 25
_OF_PATIENTS: Final = 20
_changes = msgspec.json.Decoder(list[InvoiceChange]).decode

Kind = Literal["card", "preassessment", "free_card", "rules"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Fault = Literal["number_missing", "not_there", "wrong_day", "wrong_rules"]
FAULTS_OF_FORM: Final[tuple[Fault, ...]] = get_args(Fault)


class _Asked(NamedTuple):
    """What the form says."""

    kind: str = "card"
    number: str = ""
    region: str = ""
    support: str = ""
    treated_from: str = ""
    treated_to: str = ""


@get(PATH, task="redecide")
async def proposals(
    request: PortalRequest, before: FromQuery[KeyAsked | None] = None
) -> Response[str]:
    """Those that were made, the newest first, and the way to a new one."""
    return await _list(request, before, _Asked(), None)


@post(PATH, task="redecide")
async def propose(request: PortalRequest) -> Response[Any]:
    """A new proposal: nothing is changed yet. Of a corrected rule it is only begun."""
    form, token, today = await read_own_form(request), request.token, request.service.today()
    asked = _Asked(*(form.one(name) for name in _Asked._fields))
    cause = _cause(asked)
    if isinstance(cause, str):
        return await _list(request, None, asked, cause)
    if isinstance(cause, RulesChanged):
        made = await request.service.by_keeper(lambda keeper: begin(keeper, cause, token.id))
    else:
        made = await request.service.by_keeper(
            lambda keeper: propose_whole(keeper, cause, today, token.id)
        )
    if made is None:
        return await _list(request, None, asked, "not_there")
    return redirect(f"{PATH}/{made.id}")


@get(PATH + "/{key:int}", task="redecide")
async def proposal(
    request: PortalRequest, key: Key, after: FromQuery[KeyAsked | None] = None
) -> Response[str]:
    """What it would change, invoice by invoice."""
    token, service = request.token, request.service
    found = await service.do(lambda connection: read_proposal_noted(connection, key, token.id))
    if found is None:
        raise not_found()
    some = await service.do(
        lambda connection: read_changes(connection, key, after or 0, _OF_PATIENTS, token.id)
    )
    assert some is not None
    return page(
        request,
        "redeciding/proposal.html",
        found=found,
        changes=[one for of_patient in some.patients for one in _changes(of_patient)],
        next=some.next,
        is_first=after is None,
        regions=service.library.region_names,
        kind_of=_kind,
    )


@post(PATH + "/{key:int}/continue", task="redecide")
async def continue_proposal(request: PortalRequest, key: Key) -> Response[Any]:
    """See to the next patients of a proposal."""
    await read_own_form(request)
    token, today = request.token, request.service.today()
    found = await request.service.by_keeper(lambda keeper: go_on(keeper, key, today, token.id))
    if found is None:
        raise not_found()
    return redirect(f"{PATH}/{key}")


@post(PATH + "/{key:int}/approve", task="redecide")
async def approve_proposal(request: PortalRequest, key: Key) -> Response[Any]:
    """Carry it out as it was shown, all of it or nothing."""
    form = await read_own_form(request)
    digest, token, today = form.one("digest"), request.token, request.service.today()
    found = await request.service.by_keeper(
        lambda keeper: carry_out(keeper, key, digest, today, token.id)
    )
    if found is None:
        raise not_found()
    if isinstance(found, RedecisionFault):
        title, detail = FAULTS[found.code]
        raise ProblemError(HTTPStatus.CONFLICT, found.code, title, detail)
    return redirect(f"{PATH}/{key}")


async def _list(
    request: PortalRequest, before: int | None, asked: _Asked, wrong: Fault | None
) -> Response[str]:
    service, token = request.service, request.token
    found = await service.do(lambda connection: list_proposals(connection, before, SHOWN, token.id))
    return page(
        request,
        "redeciding/list.html",
        http_status=HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        found=found,
        is_first=before is None,
        asked=asked,
        wrong=wrong,
        kinds=KINDS,
        regions=service.library.region_names,
        kind_of=_kind,
    )


def _cause(asked: _Asked) -> Cause | Fault:
    """Why invoices are decided anew, or what is wrong with the form."""
    if asked.kind == "rules":
        first, last = _day(asked.treated_from), _day(asked.treated_to)
        if first is None or last is None or last < first:
            return "wrong_day"
        if asked.support not in get_args(Support):
            return "wrong_rules"
        return RulesChanged(asked.region, cast("Support", asked.support), first, last)
    if not asked.number:
        return "number_missing"
    match asked.kind:
        case "preassessment":
            return PreassessmentChanged(asked.number)
        case "free_card":
            return FreeCardFound(asked.number)
        case _:
            return CardChanged(asked.number)


def _day(text: str) -> date | None:
    try:
        return day_written(text)
    except ValueError:
        return None


def _kind(cause: Cause) -> str:
    return str(cause.__struct_config__.tag)
