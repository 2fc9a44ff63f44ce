"""Files of runs over HTTP, and the bank's answers to them; what a clinic gets of its part."""

from base64 import b64encode
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromQuery, PathParameter

from api.access import own
from api.bounds import KeyAsked, Limit, Number
from api.invoices import service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.refusals import refused
from api.request import JSON, PDF, SPREADSHEET, StrictRequest, need_type
from api.runs import held_of, held_shown_to
from storage.bankanswers import Answered, take_answer
from storage.coming import Coming, coming_to
from storage.exporting import RunFile, list_files, read_run_file
from storage.payments import PaymentPage, list_payments
from storage.runsteps import MoveAsked
from storage.statements import Form, hand_out
from terms.errors import BankAnswerError

XML = "application/xml"
SIE = "application/octet-stream"
FORMS: dict[Form, str] = {
    "statement.pdf": PDF,
    "statement.xlsx": SPREADSHEET,
    "remittance.json": JSON,
}
KINDS = {"payments": XML, "vouchers": SIE}
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=100), PathParameter()]


class RunFiles(msgspec.Struct, frozen=True):
    """The files of a run; none before it is exported."""

    files: list[RunFile]


class RunFileController(Controller):
    """What a run is for others."""

    path = "/runs"
    tags = ["Settlement"]

    @get(
        "/{number:int}/files",
        summary="The files of a run for bank and ledger",
        task="read_runs",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def files(self, request: StrictRequest, number: Number) -> RunFiles:
        """Each with its SHA-256."""
        held = await held_of(service_of(request), number)
        return await service_of(request).do(
            lambda connection: (RunFiles(list_files(connection, held.key)), [])
        )

    @get(
        "/{number:int}/files/{name:str}",
        summary="A file of a run: pain.001 for the bank, or vouchers (SIE 4)",
        task="read_runs",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, number: Number, name: _Text) -> Response[bytes]:
        """The same bytes whenever it is asked for."""
        held = await held_of(service_of(request), number)
        found = await service_of(request).do(
            lambda connection: (read_run_file(connection, held.key, name), [])
        )
        if found is None:
            raise not_found()
        one, content = found
        return download(content, one.name, KINDS[one.kind])

    @post(
        "/{number:int}/answers",
        summary="Take the bank's answer (pain.002) to the file of a run",
        task="export_runs",
        status_code=HTTPStatus.OK,
        responses=specs(
            *BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
        ),
    )
    async def answer(self, request: StrictRequest, number: Number) -> Answered:
        """All of it or nothing; the same again changes nothing. What came back is owed again, and
        the next run pays it."""
        need_type(request, XML)
        content, service = await request.body(), service_of(request)
        asked = MoveAsked(service.default_region, number, "", request.auth.id, service.today())
        try:
            found = await service.do(lambda connection: take_answer(connection, asked, content))
        except BankAnswerError as error:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "bank_answer_unreadable",
                "Filen är inget svar på avräkningen",
                f"{error}. Ingenting är ändrat.",
            ) from None
        if found is None:
            raise not_found()
        if not isinstance(found, Answered):
            raise refused([*found])
        return found

    @get(
        "/{number:int}/clinics/{clinic:str}/{form:str}",
        summary="What a clinic is paid in a run and why: as PDF, spreadsheet or data",
        task="read_payments",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def statement(
        self, request: StrictRequest, number: Number, clinic: _Text, form: _Text
    ) -> Response[bytes]:
        """`form` is `statement.pdf`, `statement.xlsx` or `remittance.json`. A clinic's system sees
        its own, of runs that are exported."""
        token, service = request.auth, service_of(request)
        kind = next((one for one in FORMS if one == form), None)
        if kind is None:
            raise not_found()
        held = await held_shown_to(service, token, number, clinic)
        content = await service.by_keeper(
            lambda keeper: hand_out(keeper, held, clinic, kind, token.id)
        )
        if content is None:
            raise not_found()
        return download(content, f"{number:06d}-{kind}", FORMS[kind])


@get("/payments", summary="Payments, the latest first", tags=["Settlement"], task="read_payments",
     responses=specs())  # fmt: skip
async def payments(
    request: StrictRequest,
    before: FromQuery[KeyAsked | None] = None,
    limit: Limit = 100,
) -> PaymentPage:
    """A clinic's system sees its own."""
    clinic = request.auth.clinic
    return await service_of(request).do(
        lambda connection: (list_payments(connection, clinic, before, limit), [])
    )


@get("/payments/coming", summary="What a clinic is going to be paid", tags=["Settlement"],
     task="read_payments", responses=specs())  # fmt: skip
async def coming(request: StrictRequest, clinic: FromQuery[str]) -> Coming:
    """What is approved and not settled by today, and the clinic's part of the run that is open,
    which may still be discarded. A clinic's system asks about its own."""
    own(request.auth, clinic)
    service = service_of(request)
    region, today = service.default_region, service.today()
    return await service.do(lambda connection: (coming_to(connection, region, clinic, today), []))


def download(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """A file that a browser saves and does not show, with its digest."""
    digest = b64encode(sha256(content).digest()).decode()
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Repr-Digest": f"sha-256=:{digest}:",
        },
    )
