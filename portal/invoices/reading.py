"""Invoices: the list, and each on a page with its decision in words."""

from http import HTTPStatus
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromQuery

from adjudication.decision import Status
from adjudication.findings import HELD
from adjudication.invoice import LARGEST_LINE
from api.bounds import Key, KeyAsked
from api.invoices import CREDIT_FAULTS
from api.problems import ProblemError, malformed, not_found
from intake.malformed import Fault
from invoices.correction import Credit
from portal.access import read_own_form
from portal.decisions import shown
from portal.forms import whole_number
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.answers import read_answer, read_credit
from storage.crediting import credit_invoice
from storage.documents import read_documents
from storage.kept import KeptInvoice, list_invoices, read_invoice
from storage.listing import Filters

PATH: Final = "/portal/invoices"
SHOWN: Final = 50


@get(PATH, task="read_invoices")
async def invoices(
    request: PortalRequest,
    status: FromQuery[Status | None] = None,
    before: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """The newest first, a page at a time; a clinic sees its own."""
    token = request.token
    filters = Filters(clinic=token.clinic, status=status)
    found = await request.service.do(
        lambda connection: list_invoices(connection, filters, before, SHOWN, token.id)
    )
    return page(
        request,
        "invoices/list.html",
        found=found,
        status=status,
        is_first=before is None,
    )


@get(PATH + "/{key:int}", task="read_invoices")
async def invoice(request: PortalRequest, key: Key) -> Response[str]:
    """What was sent, what was decided, by which rule, and what to do now."""
    token, service = request.token, request.service
    found = await service.do(
        lambda connection: read_invoice(connection, key, token.clinic, token.id)
    )
    if found is None:
        raise not_found()
    added = None
    if request.may("read_attachments"):
        added = await service.do(
            lambda connection: read_documents(connection, key, token.clinic, token.id)
        )
    credits_ = [read_credit(one) for one in found.credits]
    decision = shown(read_answer(found.decision), service.library, request.wording.language)
    credited = {line.line for one in credits_ for line in one.lines}
    return page(
        request,
        "invoices/invoice.html",
        kept=found,
        decision=decision,
        waiting=[
            one for one in decision.lines if one.outcome in HELD and request.may("send_attachments")
        ],
        added=[] if added is None else added,
        credits=credits_,
        credited=credited,
        may_submit=request.may("submit"),
        to_correct=request.may("submit") and to_correct(found),
        enclosed=[(line.line, one) for line in found.invoice.lines for one in line.documents or ()],
        to_credit=[
            one
            for one in decision.lines
            if one.outcome == "approved" and one.line not in credited and request.may("credit")
        ],
        may_trace=request.may("trace"),
        sent={one.line: one for one in found.invoice.lines},
    )


def to_correct(kept: KeptInvoice) -> set[int]:
    """The numbers of the lines that were refused, or credited since."""
    credited = {line.line for one in kept.credits for line in read_credit(one).lines}
    return {
        one.line
        for one in read_answer(kept.decision).lines
        if one.outcome not in HELD and (one.outcome != "approved" or one.line in credited)
    }


@post(PATH + "/{key:int}/credit", task="credit")
async def credit(request: PortalRequest, key: Key) -> Response[Any]:
    """Credit the lines that are ticked: all of them, or none."""
    form, token, service = await read_own_form(request), request.token, request.service
    lines = [line for one in form.many("line") if (line := whole_number(one, LARGEST_LINE))]
    if not lines or len(lines) < len(form.many("line")):
        raise malformed([Fault("kryssa för minst en rad", "?line")])
    today = service.today()
    answer = await service.do(
        lambda connection: credit_invoice(
            connection, key, lines, today, clinic=token.clinic, token=token.id
        )
    )
    if answer is None:
        raise not_found()
    if not isinstance(answer, Credit):
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "not_credited",
            "Ingenting krediteras",
            "Alla rader krediteras eller ingen.",
            faults=[Fault(CREDIT_FAULTS[one.code], f"rad {one.line or '–'}") for one in answer],
        )
    return redirect(f"{PATH}/{key}")
