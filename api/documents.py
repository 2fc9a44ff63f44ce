"""Documents over HTTP that are added to lines of an invoice which wait for a person."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody

from adjudication.invoice import LineNumber
from api.bounds import Key, KeyField
from api.heldlines import SettledInvoice
from api.invoices import service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.request import StrictRequest
from attachments.limits import MOST_IN_A_CASE
from intake.malformed import Fault
from invoices.supplement import LineDocument, SupplementCode, SupplementFault
from storage.documents import AddedDocument, read_documents, supplement

_MOST_AT_ONCE = 1000


class DocumentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the invoice, and an attachment by its `id`."""

    line: LineNumber
    attachment: KeyField


class DocumentsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is added."""

    documents: Annotated[
        list[DocumentRequest], msgspec.Meta(min_length=1, max_length=_MOST_AT_ONCE)
    ]


class AddedDocuments(msgspec.Struct, frozen=True):
    """All documents that were added to an invoice, by line and kind."""

    documents: list[AddedDocument]


class SupplementedInvoice(msgspec.Struct, frozen=True):
    """All documents that were added to an invoice, by line and kind; and the version of its
    decision that they led to, where they did."""

    documents: list[AddedDocument]
    settled: SettledInvoice | None


class DocumentController(Controller):
    """What a clinic adds, and an assessor reads."""

    path = "/invoices/{key:int}/documents"
    tags = ["Attachments"]

    @post(
        summary="Add attachments to lines that wait",
        task="send_attachments",
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def add(
        self, data: JSONBody[DocumentsRequest], request: StrictRequest, key: Key
    ) -> SupplementedInvoice:
        """All are added, or none. A day note, a record copy, an x-ray, a technician's invoice or a
        referral goes with lines whose outcome is needs_document, needs_review or
        needs_preassessment, and these are decided again at once. What is there already is passed
        over."""
        token, service = request.auth, service_of(request)
        asked = [LineDocument(one.line, one.attachment) for one in data.documents]
        today = service.today()
        answer = await service.by_keeper(
            lambda keeper: supplement(
                keeper, key, asked, today, clinic=token.clinic, token=token.id
            )
        )
        if answer is None:
            raise not_found()
        if isinstance(answer, list):
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "not_added",
                "Ingenting läggs till",
                "Rätta det som faults räknar upp; alla dokument läggs till eller inget.",
                faults=[_told(one) for one in answer],
            )
        revised = answer.revised
        settled = revised and SettledInvoice(key, revised.number, revised.version.decision)
        return SupplementedInvoice(answer.added, settled)

    @get(
        summary="What was added to an invoice, by line and kind",
        task="read_attachments",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, key: Key) -> AddedDocuments:
        """The contents are at the addresses of the attachments."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_documents(connection, key, token.clinic, token.id)
        )
        if found is None:
            raise not_found()
        return AddedDocuments(found)


def _told(fault: SupplementFault) -> Fault:
    text, field = FAULTS[fault.code]
    path = "$.documents" if fault.place is None else f"$.documents[{fault.place}].{field}"
    return Fault(text, path)


FAULTS: dict[SupplementCode, tuple[str, str]] = {
    "line_unknown": ("raden finns inte på fakturan", "line"),
    "line_not_waiting": ("raden väntar inte på något; den är redan avgjord", "line"),
    "kind_not_of_lines": (
        "dokument av det slaget hör till ansökningar, inte till rader",
        "attachment",
    ),
    "attachment_unknown": ("bilagan finns inte, eller är en annan kliniks", "attachment"),
    "other_patient": ("bilagan gäller en annan patient än fakturan", "attachment"),
    "not_come": ("bilagan är anmäld men dess innehåll har inte kommit", "attachment"),
    "too_many": (f"fakturan får ha högst {MOST_IN_A_CASE} bilagor", "attachment"),
}
"""What is wrong, and with which field."""
