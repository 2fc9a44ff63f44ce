"""Writing an invoice, with the answer beside it as it is typed. The answer is that of the API's dry
run: the same act over a store that keeps nothing."""

from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast, get_args

from litestar import Response, get, post

from adjudication.invoice import FreeCard, Invoice
from adjudication.standing import Standing
from portal.access import read_own_form, sent_on
from portal.decisions import ShownDecision, shown
from portal.forms import Form
from portal.invoices.draft import (
    FREE_CARD,
    MOST_DOCUMENTS,
    Draft,
    FieldFault,
    blank,
    changed,
    drafted,
)
from portal.invoices.enclosing import LARGEST_IN_ALL, keep_enclosed
from portal.rendering import page
from portal.request import PortalRequest
from portal.uploading import OVERHEAD
from storage.answers import read_answer
from storage.freecards import found_on
from storage.keeper import Sent
from terms.vocabulary import Support

PATH: Final = "/portal/invoices/new"


class _Answer(NamedTuple):
    """What is said beside the fields: what is wrong with them, or what would be decided; and what
    is left for the patient, with a free card that was found."""

    faults: list[FieldFault]
    decision: ShownDecision | None = None
    standing: Standing | None = None
    free_card: FreeCard | None = None

    @property
    def messages(self) -> dict[str, str]:
        """What is wrong, by the field's id."""
        return {one.id: one.message for one in reversed(self.faults)}


@get(PATH, task="submit")
async def new_invoice(request: PortalRequest) -> Response[str]:
    """An empty one."""
    return writing_page(request, blank())


@post(PATH, task="submit", request_max_body_size=LARGEST_IN_ALL + OVERHEAD)
async def send_invoice(request: PortalRequest) -> Response[Any]:
    """A line more or fewer, the answer, or the invoice sent: as the button says."""
    form = await read_own_form(request)
    draft, act = drafted(form), form.one("act")
    if act == "check":
        return _page(request, draft, await _answer(request, draft))
    if act == "free_card":
        return writing_page(request, await _with_free_card(request, draft))
    if act != "send":
        return writing_page(request, changed(draft, act))
    found = await _sent(request, form, draft)
    if isinstance(found, int):
        return sent_on(request, f"/portal/invoices/{found}")
    if request.is_part:  # the files that were chosen stay where they are
        return _part(request, found)
    return _page(request, draft, found, HTTPStatus.UNPROCESSABLE_ENTITY)


@post(PATH + "/answer", task="submit")
async def answer(request: PortalRequest) -> Response[str]:
    """The part of the page that is put in anew while somebody types."""
    form = await read_own_form(request)
    return _part(request, await _answer(request, drafted(form)))


@post(PATH + "/lines", task="submit")
async def change_lines(request: PortalRequest) -> Response[str]:
    """The lines, with one more or one fewer; the rest of the page stays as it is."""
    form = await read_own_form(request)
    draft = changed(drafted(form), form.one("act"))
    return page(request, "invoices/lines.html", draft=draft, answer=_NOTHING, is_new=True)


async def _sent(request: PortalRequest, form: Form, draft: Draft) -> int | _Answer:
    """The key of the invoice, kept with its documents; or why it is not."""
    read = draft.read(request.clinic)
    if not isinstance(read, Invoice):
        return _Answer(read)
    names = await keep_enclosed(request, form, draft, read)
    if not isinstance(names, dict):
        return _Answer(names)
    if names:
        read = draft.read(request.clinic, names)
        assert isinstance(read, Invoice)  # only names of documents differ
    service = request.service
    submitted = await service.submit(Sent(read, service.today(), request.token.id))
    if submitted.key is not None:
        return submitted.key
    return _Answer([], _shown(request, submitted.answer))


async def _answer(request: PortalRequest, draft: Draft) -> _Answer:
    """What submitting would answer now, and what is left for the patient as soon as the number is
    one."""
    service, token = request.service, request.token
    standing, free_card = None, None
    if draft.head["support"] in get_args(Support) and len(draft.head["patient"]) >= _DIGITS:
        support = cast("Support", draft.head["support"])
        on, patient = draft.first_day or service.today(), draft.head["patient"]
        standing = await service.by_keeper(
            lambda keeper: keeper.standing(patient, support, on, token.id, "invoice")
        )
    if standing is not None and not any(draft.head[name] for name in FREE_CARD):
        free_card = await _free_card(request, draft)
    read = draft.read(request.clinic)
    if not isinstance(read, Invoice):
        return _Answer(read, None, standing, free_card)
    sent = Sent(read, service.today(), token.id, is_check=True)
    submitted = await service.submit(sent)
    return _Answer([], _shown(request, submitted.answer), standing, free_card)


async def _free_card(request: PortalRequest, draft: Draft) -> FreeCard | None:
    """A free card of the patient's that was found, in force on the first day of treatment. Whoever
    is shown it is shown what is left, too, and that is noted."""
    on, patient = draft.first_day or request.service.today(), draft.head["patient"]
    return await request.service.do(lambda connection: (found_on(connection, patient, on), []))


async def _with_free_card(request: PortalRequest, draft: Draft) -> Draft:
    """The same with the free card that was found, where one was."""
    found = await _free_card(request, draft)
    if found is None:
        return draft
    values = (found.number, f"{found.valid_from}", f"{found.valid_to}")
    return draft._replace(head={**draft.head, **dict(zip(FREE_CARD, values, strict=True))})


def _part(request: PortalRequest, answer: _Answer) -> Response[str]:
    return page(request, "invoices/answer.html", answer=answer)


def writing_page(request: PortalRequest, draft: Draft) -> Response[str]:
    """The page with a draft in its fields, of which nothing is said yet."""
    return _page(request, draft, _NOTHING)


def _page(
    request: PortalRequest, draft: Draft, answer: _Answer, status: int = HTTPStatus.OK
) -> Response[str]:
    return page(
        request,
        "invoices/writing.html",
        http_status=status,
        draft=draft,
        answer=answer,
        is_new=False,
        chosen={one.place: one for one in draft.documents},
        most_documents=MOST_DOCUMENTS,
        regions=request.service.library.region_names,
    )


def _shown(request: PortalRequest, answer: bytes) -> ShownDecision:
    return shown(read_answer(answer), request.service.library, request.wording.language)


_DIGITS = 12
_NOTHING = _Answer([])
