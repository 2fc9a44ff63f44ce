"""Where clinics' money goes, and where it comes from, over HTTP."""

from datetime import date

import msgspec
from litestar import Controller, get, post
from litestar.params import FromQuery, JSONBody
from sqlalchemy import Connection

from api.bounds import KeyAsked, Limit
from api.invoices import service_of
from api.problems import BODY, malformed, specs
from api.request import StrictRequest
from intake.malformed import Fault
from invoices.payees import BankAccount, Bankgiro, Payee
from invoices.wording import TEXTS, told
from storage.acts import Done
from storage.payees import (
    KeptPayee,
    PaidFrom,
    PayeePage,
    is_bank,
    list_payees,
    put_payee,
    put_payer,
)


class PayeeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a clinic's money goes from a day on."""

    clinic: str
    name: str
    account: Bankgiro | BankAccount
    valid_from: date


class PayerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the region's money comes from, from a day on."""

    paid_from: PaidFrom
    valid_from: date


class PayeeController(Controller):
    """Whom the region pays."""

    path = "/payees"
    tags = ["Settlement"]

    @post(
        summary="Put in where a clinic's money goes, from a day on",
        task="keep_payees",
        responses=specs(*BODY),
    )
    async def put(self, data: JSONBody[PayeeRequest], request: StrictRequest) -> KeptPayee:
        """Nothing is written over: of several accounts the one in force on the day of payment is
        paid, and it stands in the run that is approved."""
        token = request.auth
        payee = Payee(data.clinic, data.name, data.account)
        found = await service_of(request).do(
            lambda connection: put_payee(connection, payee, data.valid_from, token.id)
        )
        if not isinstance(found, KeptPayee):
            raise malformed([Fault(told(one), "$") for one in found])
        return found

    @get(summary="List payees, the first put in first", task="read_runs", responses=specs())
    async def list(
        self,
        request: StrictRequest,
        clinic: FromQuery[str | None] = None,
        after: FromQuery[KeyAsked | None] = None,
        limit: Limit = 100,
    ) -> PayeePage:
        """`next` of a page is `after` of the next one."""
        return await service_of(request).do(
            lambda connection: (list_payees(connection, clinic, after or 0, limit), [])
        )


@post(
    "/payer",
    summary="Put in where the region's money comes from, from a day on",
    tags=["Settlement"],
    task="keep_payees",
    responses=specs(*BODY),
)
async def put_paid_from(data: JSONBody[PayerRequest], request: StrictRequest) -> PaidFrom:
    """`bank` is the name of a file in exports/banks/."""
    if not is_bank(data.paid_from.bank):
        raise malformed([Fault(TEXTS["bank_unknown"], "$.paid_from.bank")])
    service, token = service_of(request), request.auth

    def work(connection: Connection) -> Done[PaidFrom]:
        region = service.default_region
        entries = put_payer(connection, region, data.paid_from, data.valid_from, token.id)
        return data.paid_from, entries

    return await service.do(work)
