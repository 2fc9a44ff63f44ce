"""Documents that are sent with a new invoice: all are read before anything is kept, then each is
kept as an attachment, which the invoice names by its address."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final, NamedTuple, cast

import msgspec
from litestar.datastructures import UploadFile

from adjudication.invoice import DocumentKind, Invoice
from adjudication.wording.words import DOCUMENTS
from api.attachments import LONGEST_TITLE
from api.problems import ProblemError
from attachments.limits import LARGEST
from attachments.verdict import Flaw, Sound
from attachments.wording import told
from portal.forms import Form
from portal.invoices.draft import MOST_DOCUMENTS, Draft, Enclosed, FieldFault, document_fault
from portal.request import PortalRequest
from portal.uploading import keep_incoming, take_in
from storage.attachments import Announced
from storage.files import Incoming, TooLargeError
from storage.samecontent import kept_before

LARGEST_IN_ALL: Final = 3 * LARGEST
"""Of all documents that come with one invoice. More may be added to its lines that wait."""


class _Read(NamedTuple):
    """A document that was read and found sound."""

    said: Enclosed
    incoming: Incoming
    digest: bytes
    sound: Sound


async def keep_enclosed(
    request: PortalRequest, form: Form, draft: Draft, invoice: Invoice
) -> dict[int, str] | list[FieldFault]:
    """The names of an invoice's documents by their places, or everything that is wrong with
    them. What the clinic has sent before for the patient keeps its name, so that the same invoice
    sent again is the same."""
    files = _files(form)
    faults = _missing(draft, files)
    if faults:
        return faults
    async with AsyncExitStack() as stack:
        read = []
        for one in draft.documents:
            incoming = await stack.enter_async_context(request.service.uploads.incoming())
            try:
                digest = await take_in(files[one.place], incoming)
            except TooLargeError:
                faults += _flawed(one, [Flaw("too_large", LARGEST)])
                continue
            verdict = await request.service.uploads.examined(incoming)
            if verdict.sound is None:
                faults += _flawed(one, verdict.flaws)
            else:
                read.append(_Read(one, incoming, digest, verdict.sound))
        if faults:
            return faults
        try:
            return {
                one.said.place: f"/attachments/{await _kept(request, one, invoice)}" for one in read
            }
        except ProblemError as error:
            return [document_fault(read[0].said.place, "document_file", _why(error))]


async def _kept(request: PortalRequest, one: _Read, invoice: Invoice) -> int:
    kind = cast("DocumentKind", one.said.kind)
    before = await request.service.do(
        lambda connection: (
            kept_before(connection, invoice.clinic, invoice.patient, kind, one.digest),
            [],
        )
    )
    if before is not None:
        return before
    title = f"{DOCUMENTS[kind]} till faktura {invoice.number}"[:LONGEST_TITLE]
    said = Announced(invoice.clinic, invoice.patient, kind, title)
    return await keep_incoming(request, said, one.incoming, one.sound)


def _files(form: Form) -> dict[int, UploadFile]:
    """The files that are chosen, by the places of their documents."""
    chosen = {
        place: form.files.get(f"document-{place}-file") for place in range(1, MOST_DOCUMENTS + 1)
    }
    return {place: file for place, file in chosen.items() if file is not None and file.filename}


def _missing(draft: Draft, files: dict[int, UploadFile]) -> list[FieldFault]:
    """Documents without a file, and files of which nobody said what they are."""
    said = {one.place for one in draft.documents}
    return [
        *(
            document_fault(place, "document_file", "välj filen")
            for place in sorted(said - files.keys())
        ),
        *(
            document_fault(place, "document_kind", "välj vad det är")
            for place in sorted(files.keys() - said)
        ),
    ]


def _flawed(one: Enclosed, flaws: Sequence[Flaw]) -> list[FieldFault]:
    return [document_fault(one.place, "document_file", told(flaw)) for flaw in flaws]


def _why(error: ProblemError) -> str:
    """A problem in its own words."""
    said = msgspec.json.decode(error.body)
    return f"{said['title']}. {said['detail']}"
