"""Invoices over HTTP: sent, asked about, found again, credited."""

from datetime import date
from http import HTTPStatus
from typing import Literal

import msgspec
from litestar import Controller, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from adjudication.decision import Decision, Status
from adjudication.invoice import Invoice, LineNumber
from api.access import own
from api.bounds import Key, KeyAsked, Limit
from api.problems import BODY, ProblemError, malformed, not_found, specs
from api.request import JSON, StrictRequest
from api.service import Service
from intake.malformed import Fault
from invoices.correction import Credit, CreditFault
from invoices.store import FIRST_VERSION
from invoices.submission import Submitted
from registry.roles import may
from storage.access import Token
from storage.crediting import credit_invoice
from storage.keeper import Sent
from storage.kept import KeptInvoice, Page, list_invoices, read_invoice
from storage.listing import Filters
from terms.vocabulary import Support


class CreditRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines to credit by their numbers; null or absent are all that are left."""

    lines: list[LineNumber] | None = None


class InvoiceController(Controller):
    """What a clinic does with its invoices."""

    path = "/invoices"
    tags = ["Invoices"]

    @post(
        summary="Submit an invoice: it is decided at once and once for all",
        task="submit",
        is_asked_when_kept=True,
        responses={
            201: ResponseSpec(Decision, generate_examples=False, description="Decided now"),
            200: ResponseSpec(
                Decision,
                generate_examples=False,
                description="Decided before; a Link header leads to the current version where an "
                "assessor or a re-decision has made one",
            ),
            **specs(*BODY, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def submit(self, data: JSONBody[Invoice], request: StrictRequest) -> ASGIApp:
        """The same invoice again gets its first answer, for ever; the same number with other
        content is refused."""
        answer = await _answer(data, request, is_check=False)
        status = HTTPStatus.CREATED if answer.is_new else HTTPStatus.OK
        return _decision(answer, status)

    @post(
        "/check",
        summary="What submitting would answer; nothing is kept",
        task="submit",
        is_asked_when_kept=True,
        status_code=HTTPStatus.OK,
        responses={
            200: ResponseSpec(Decision, generate_examples=False, description="Decided, not kept"),
            **specs(*BODY, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def check(self, data: JSONBody[Invoice], request: StrictRequest) -> ASGIApp:
        """A dry run: the answer is byte for byte that of submitting now."""
        return _decision(await _answer(data, request, is_check=True), HTTPStatus.OK)

    @get(
        summary="List invoices, the newest first",
        task="read_invoices",
        responses=specs(),
    )
    async def list(  # noqa: PLR0913 – each is a parameter of the address
        self,
        request: StrictRequest,
        clinic: FromQuery[str | None] = None,
        number: FromQuery[str | None] = None,
        replaces: FromQuery[str | None] = None,
        status: FromQuery[Status | None] = None,
        support: FromQuery[Support | None] = None,
        received_from: FromQuery[date | None] = None,
        received_to: FromQuery[date | None] = None,
        before: FromQuery[KeyAsked | None] = None,
        limit: Limit = 100,
    ) -> Page:
        """A clinic's system sees its own. `next` of a page is `before` of the next one."""
        token, service = request.auth, service_of(request)
        filters = Filters(
            token.clinic or clinic, number, replaces, status, support, received_from, received_to
        )
        if clinic is not None:
            own(token, clinic)
        return await service.do(
            lambda connection: list_invoices(connection, filters, before, limit, token.id)
        )

    @get(
        "/{key:int}",
        summary="Read an invoice, its decision as it stands and its credits",
        task="read_invoices",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, key: Key) -> KeptInvoice:
        """`key` is the last part of `Location` in the answer, or `id` in a list."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_invoice(connection, key, token.clinic, token.id)
        )
        if found is None:
            raise not_found()
        return found

    @post(
        "/{key:int}/credit",
        summary="Credit lines of an invoice",
        task="credit",
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def credit(
        self, data: JSONBody[CreditRequest], request: StrictRequest, key: Key
    ) -> Credit:
        """Counts, ceilings, the application and the fee get back what the lines used. A credit
        cannot be credited; what was taken back is billed anew, under a number of its own."""
        token, service = request.auth, service_of(request)
        today = service.today()
        answer = await service.do(
            lambda connection: credit_invoice(
                connection, key, data.lines, today, clinic=token.clinic, token=token.id
            )
        )
        if answer is None:
            raise not_found()
        if not isinstance(answer, Credit):
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "not_credited",
                "Ingenting krediteras",
                "Rätta det som faults räknar upp; alla rader krediteras eller ingen.",
                faults=[_told(fault, data.lines or []) for fault in answer],
            )
        return answer


async def _answer(invoice: Invoice, request: StrictRequest, *, is_check: bool) -> Submitted:
    """The answer to an invoice that is not refused as a whole."""
    token, service = request.auth, service_of(request)
    own(token, invoice.clinic)
    if not may_say_when(token, invoice):
        raise malformed([RECEIVED_ON])
    received_on = invoice.received_on or service.today()
    answer = await service.submit(Sent(invoice, received_on, token.id, is_check))
    if answer.is_refused:
        assert answer.decision is not None
        codes = [type(finding).__struct_config__.tag for finding in answer.decision.findings]
        is_reused = codes == ["number_reused"]
        raise ProblemError(
            HTTPStatus.CONFLICT if is_reused else HTTPStatus.UNPROCESSABLE_ENTITY,
            "number_reused" if is_reused else "invoice_refused",
            "Numret är redan använt" if is_reused else "Fakturan avvisas",
            "Ingenting är bevarat; decision säger varför.",
            decision=answer.answer,
        )
    return answer


def may_say_when(token: Token, invoice: Invoice) -> bool:
    """Whether an invoice says no day of receipt, or its sender may say one."""
    return invoice.received_on is None or may(token.role, "set_day_of_receipt")


RECEIVED_ON = Fault("sätts av mottagaren; ta bort fältet", "$.received_on")


def _decision(answer: Submitted, status: HTTPStatus) -> ASGIApp:
    """The answer as it is: JSON already, with nothing for the framework's own Response to do."""
    body = answer.answer
    headers = [(b"content-type", JSON.encode()), (b"content-length", b"%d" % len(body))]
    if answer.key is not None:
        headers.append((b"location", b"/invoices/%d" % answer.key))
        if answer.version > FIRST_VERSION:
            headers.append((b"link", current_version(answer.key, answer.version).encode()))

    async def respond(_scope: Scope, _receive: Receive, send: Send) -> None:
        begin: Message = {"type": "http.response.start", "status": status, "headers": headers}
        await send(begin)
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return respond


def current_version(key: int, version: int) -> str:
    """What a `Link` header says of an invoice's current version (RFC 5829)."""
    return f'</invoices/{key}/versions/{version}>; rel="latest-version"'


def service_of(request: StrictRequest) -> Service:
    """What the handlers share."""
    service: Service = request.app.state.service
    return service


def _told(fault: CreditFault, asked: list[int]) -> Fault:
    path = "$.lines"
    if fault.line is not None:
        path += f"[{asked.index(fault.line)}]"
    return Fault(CREDIT_FAULTS[fault.code], path)


CREDIT_FAULTS: dict[
    Literal["line_unknown", "line_not_approved", "line_credited", "nothing_left"], str
] = {
    "line_unknown": "raden finns inte på fakturan",
    "line_not_approved": "raden är inte godkänd, så det finns inget att kreditera",
    "line_credited": "raden är redan krediterad",
    "nothing_left": "det finns ingen rad kvar att kreditera",
}
