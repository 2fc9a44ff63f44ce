"""What clinics were paid, when and for what; and what comes next. A clinic sees its own."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from adjudication.wording.words import OUTCOMES
from api.bounds import KeyAsked, Number
from api.problems import not_found
from api.runfiles import FORMS, download
from api.runs import held_shown_to
from exports.wording import result, steps, what
from invoices.settlement import Settlement
from portal.payouts.runs import BANK_REASONS
from portal.payouts.shares import masked
from portal.rendering import page
from portal.request import PortalRequest
from storage.acts import Done
from storage.coming import Coming, coming_to
from storage.payments import ListedPayment, list_payments, payments_in
from storage.payouts import PayoutPage, list_payouts
from storage.runs import Held
from storage.statements import hand_out, look_at
from storage.tracedlines import invoices_behind

PATH: Final = "/portal/payouts"
SHOWN: Final = 50
_OF_ONE: Final = PATH + "/{number:int}/{clinic:str}"


@get(PATH, task="read_payments")
async def payouts(
    request: PortalRequest, before: FromQuery[KeyAsked | None] = None
) -> Response[str]:
    """A clinic's, run by run, with what comes next; or every payment, for the region."""
    token, service = request.token, request.service
    clinic, region, today = token.clinic, service.default_region, service.today()
    if clinic is None:
        everything = await service.do(
            lambda connection: (list_payments(connection, None, before, SHOWN), [])
        )
        return page(
            request,
            "payouts/payments.html",
            found=everything,
            is_first=before is None,
            bank_reasons=BANK_REASONS,
            may=request.may,
        )

    def work(connection: Connection) -> Done[tuple[PayoutPage, Coming]]:
        own = list_payouts(connection, region, clinic, before, SHOWN)
        return (own, coming_to(connection, region, clinic, today)), []

    found, coming = await service.do(work)
    return page(
        request,
        "payouts/payouts.html",
        found=found,
        coming=coming,
        is_first=before is None,
        bank_reasons=BANK_REASONS,
        clinic=clinic,
        today=today,
    )


@get(_OF_ONE, task="read_payments")
async def payout(
    request: PortalRequest,
    number: Number,
    clinic: FromPath[str],
    after: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """A clinic's part of a run: how the sum comes about, invoice by invoice, and what is not paid
    and why."""
    token = request.token
    held = await held_shown_to(request.service, request.token, number, clinic)
    found = await request.service.by_keeper(
        lambda keeper: look_at(keeper, held, clinic, "page", token.id)
    )
    if found is None:
        raise not_found()
    start = after or 0
    items = found.items[start : start + SHOWN]

    def work(connection: Connection) -> Done[tuple[dict[str, int], ListedPayment | None]]:
        behind = invoices_behind(connection, items)
        return (behind, payments_in(connection, held.key, clinic).get(clinic)), []

    behind, payment = await request.service.do(work)
    return page(
        request,
        "payouts/payout.html",
        **_values(held, found),
        items=items,
        behind=behind,
        payment=payment,
        start=start,
        following=start + SHOWN if len(found.items) > start + SHOWN else None,
        may=request.may,
    )


@get(_OF_ONE + "/{form:str}", task="read_payments")
async def statement(
    request: PortalRequest, number: Number, clinic: FromPath[str], form: FromPath[str]
) -> Response[bytes]:
    """The same as a file: PDF, spreadsheet, or data for a journal system."""
    token = request.token
    kind = next((one for one in FORMS if one == form), None)
    if kind is None:
        raise not_found()
    held = await held_shown_to(request.service, request.token, number, clinic)
    content = await request.service.by_keeper(
        lambda keeper: hand_out(keeper, held, clinic, kind, token.id)
    )
    if content is None:
        raise not_found()
    return download(content, f"{number:06d}-{kind}", FORMS[kind])


def _values(held: Held, found: Settlement) -> dict[str, Any]:
    return {
        "run": held.run,
        "state": held.state,
        "found": found,
        "steps": steps(found.sums, found.balance),
        "result": result(found.balance),
        "what": what,
        "account": masked,
        "outcomes": OUTCOMES,
        "bank_reasons": BANK_REASONS,
        "forms": list(FORMS),
    }
