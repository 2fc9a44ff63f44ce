"""A document that a clinic adds to a line which waits: read first, then kept, then decided with."""

from http import HTTPStatus
from typing import Any, cast, get_args

from litestar import Response, post
from litestar.datastructures import UploadFile

from adjudication.findings import HELD
from adjudication.invoice import DocumentKind
from api.attachments import LONGEST_TITLE
from api.bounds import Key
from api.documents import FAULTS
from api.problems import ProblemError, malformed, not_found
from attachments.limits import LARGEST
from intake.malformed import Fault
from invoices.supplement import LineDocument
from portal.access import read_own_form
from portal.forms import Form
from portal.rendering import redirect
from portal.request import PortalRequest
from portal.uploading import OVERHEAD, keep_upload
from storage.answers import read_answer
from storage.attachments import Announced
from storage.documents import supplement
from storage.kept import KeptInvoice, read_invoice


@post(
    "/portal/invoices/{key:int}/documents",
    task="send_attachments",
    request_max_body_size=LARGEST + OVERHEAD,
)
async def add_document(request: PortalRequest, key: Key) -> Response[Any]:
    """Of a file that is refused nothing is kept, nor that it was to come."""
    form, token, service = await read_own_form(request), request.token, request.service
    found = await service.do(
        lambda connection: read_invoice(connection, key, token.clinic, token.id)
    )
    if found is None:
        raise not_found()
    line, said, file = _asked(form, found)
    attachment = await keep_upload(request, said, file)
    today = service.today()
    asked = [LineDocument(line, attachment)]
    answer = await service.by_keeper(
        lambda keeper: supplement(keeper, key, asked, today, clinic=token.clinic, token=token.id)
    )
    if answer is None:
        raise not_found()
    if isinstance(answer, list):
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "not_added",
            "Dokumentet läggs inte till",
            faults=[Fault(FAULTS[one.code][0], f"rad {line}") for one in answer],
        )
    return redirect(f"/portal/invoices/{key}")


def _asked(form: Form, invoice: KeptInvoice) -> tuple[int, Announced, UploadFile]:
    """The line, what the document is said to be, and the file. Raises ProblemError."""
    kind, title, file = form.one("kind"), form.one("title"), form.files.get("file")
    faults = []
    decided = read_answer(invoice.decision).lines
    if form.one("line") not in {str(one.line) for one in decided if one.outcome in HELD}:
        faults.append(Fault("välj en rad som väntar", "?line"))
    if kind not in get_args(DocumentKind):
        faults.append(Fault("välj ett slag", "?kind"))
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        faults.append(Fault(f"skriv vad det är, med högst {LONGEST_TITLE} tecken", "?title"))
    if file is None or not file.filename:
        faults.append(Fault("välj en fil", "?file"))
    if faults or file is None:
        raise malformed(faults)
    sent = invoice.invoice
    said = Announced(sent.clinic, sent.patient, cast("DocumentKind", kind), title)
    return int(form.one("line")), said, file
