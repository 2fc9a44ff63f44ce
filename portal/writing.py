"""Writing an invoice, with the answer beside it as it is typed. The answer is that of the API's dry
run: the same act over a store that keeps nothing."""

from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast, get_args

import msgspec
from litestar import Response, get, post

from adjudication.decision import Decision
from adjudication.invoice import Invoice
from adjudication.standing import Standing
from adjudication.wording.words import CARE_LEVELS, PERFORMERS, SUPPORT_NAMES, code_set
from portal.access import read_own_form
from portal.decisions import ShownDecision, shown
from portal.draft import Draft, FieldFault, blank, changed, drafted
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.keeper import Sent
from terms.vocabulary import Support

PATH: Final = "/portal/invoices/new"
_decision = msgspec.json.Decoder(Decision).decode


class _Answer(NamedTuple):
    """What is said beside the fields: what is wrong with them, or what would be decided; and what
    is left for the patient."""

    faults: list[FieldFault]
    decision: ShownDecision | None
    standing: Standing | None


@get(PATH, task="submit")
async def new_invoice(request: PortalRequest) -> Response[str]:
    """An empty one."""
    return _page(request, blank(), _Answer([], None, None))


@post(PATH, task="submit")
async def send_invoice(request: PortalRequest) -> Response[Any]:
    """A line more or fewer, the answer, or the invoice sent: as the button says."""
    form = await read_own_form(request)
    draft, act = drafted(form), form.one("act")
    if act not in {"send", "check"}:
        return _page(request, changed(draft, act), _Answer([], None, None))
    if act == "check":
        return _page(request, draft, await _answer(request, draft))
    read = draft.read(_clinic(request))
    if not isinstance(read, Invoice):
        return _page(request, draft, _Answer(read, None, None), HTTPStatus.UNPROCESSABLE_ENTITY)
    service = request.service
    submitted = await service.submit(Sent(read, service.today(), request.token.id))
    if submitted.key is not None:
        return redirect(f"/portal/invoices/{submitted.key}")
    refused = shown(_decision(submitted.answer), service.library)
    return _page(request, draft, _Answer([], refused, None), HTTPStatus.UNPROCESSABLE_ENTITY)


@post(PATH + "/answer", task="submit")
async def answer(request: PortalRequest) -> Response[str]:
    """The part of the page that is put in anew while somebody types."""
    form = await read_own_form(request)
    return page(request, "answer.html", **_words(), answer=await _answer(request, drafted(form)))


async def _answer(request: PortalRequest, draft: Draft) -> _Answer:
    """What submitting would answer now, and what is left for the patient as soon as the number is
    one."""
    service, token = request.service, request.token
    standing = None
    if draft.head["support"] in get_args(Support) and len(draft.head["patient"]) >= _DIGITS:
        support = cast("Support", draft.head["support"])
        on, patient = draft.first_day or service.today(), draft.head["patient"]
        standing = await service.by_keeper(
            lambda keeper: keeper.standing(patient, support, on, token.id, "invoice")
        )
    read = draft.read(_clinic(request))
    if not isinstance(read, Invoice):
        return _Answer(read, None, standing)
    sent = Sent(read, service.today(), token.id, is_check=True)
    submitted = await service.submit(sent)
    return _Answer([], shown(_decision(submitted.answer), service.library), standing)


def _page(
    request: PortalRequest, draft: Draft, answer: _Answer, status: int = HTTPStatus.OK
) -> Response[str]:
    return page(request, "writing.html", http_status=status, **_words(), draft=draft, answer=answer)


def _words() -> dict[str, Any]:
    return {
        "supports": SUPPORT_NAMES,
        "care_levels": CARE_LEVELS,
        "performers": PERFORMERS,
        "code_set": code_set,
    }


def _clinic(request: PortalRequest) -> str:
    clinic = request.token.clinic
    assert clinic is not None  # the task belongs to no person's role without one
    return clinic


_DIGITS = 12
