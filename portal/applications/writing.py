"""Writing an application: a new one, or what is kept anew."""

from typing import Any, Final

from litestar import Response, get, post

from api.bounds import Key
from attachments.limits import LARGEST
from portal.access import read_own_form
from portal.applications.answering import answer_to
from portal.applications.changing import following
from portal.applications.draft import Draft, blank, drafted, kept
from portal.applications.finding import application_of, found
from portal.applications.sending import WRONG, Stands, said_of_file, sent, shown
from portal.applications.wording import choices
from portal.invoices.draft import FieldFault
from portal.rendering import page
from portal.request import PortalRequest
from portal.uploading import OVERHEAD
from preassessments.wording import FAULTS
from storage.queue import QueueFilters, newest_applications

PATH: Final = "/portal/applications"
NEW: Final = PATH + "/new"


@get(NEW, task="apply")
async def new_application(request: PortalRequest) -> Response[str]:
    """Who is it for? Its number is the one after the clinic's last."""
    draft, service, token = blank(), request.service, request.token
    filters = QueueFilters(clinic=token.clinic)
    newest = await service.do(
        lambda connection: newest_applications(connection, filters, None, 1, token)
    )
    for one in newest.applications:
        draft.head["number"] = following(one.number)
    draft.head["region"] = service.default_region
    stands = Stands(None, 0, is_begun=False)
    answer = await answer_to(request, draft)
    return shown(request, draft, stands, answer._replace(faults=[]))


@get(PATH + "/{key:int}/write", task="apply")
async def write_application(request: PortalRequest, key: Key) -> Response[str]:
    """One that is kept, to be written anew."""
    there = await found(request, key)
    draft = kept(application_of(there))
    stands = Stands(there, there.stands.place)
    return shown(request, draft, stands, await answer_to(request, draft))


@post(PATH + "/answer", task="apply")
async def application_answer(request: PortalRequest) -> Response[str]:
    """The part of the page that is put in anew while somebody types."""
    draft = drafted(await read_own_form(request))
    answer = await answer_to(request, draft)
    words = choices(request, draft)
    return page(request, "applications/answer.html", **words, draft=draft, answer=answer)


@post(NEW, task="apply", request_max_body_size=LARGEST + OVERHEAD)
async def send_new(request: PortalRequest) -> Response[Any]:
    """A line more or fewer, the answer, or what is written kept: as the button says."""
    form = await read_own_form(request)
    draft, stands = drafted(form), Stands(None, 0, of_file=said_of_file(form))
    if form.one("act") == "begin":
        return await _begun(request, draft, stands)
    return await sent(request, form, draft, stands)


@post(PATH + "/{key:int}/write", task="apply", request_max_body_size=LARGEST + OVERHEAD)
async def send_written(request: PortalRequest, key: Key) -> Response[Any]:
    """The same of one that is kept. Who it is for stays as it is."""
    form, there = await read_own_form(request), await found(request, key)
    draft = drafted(form)._replace(head=kept(application_of(there)).head)
    after = form.one("after")
    place = int(after) if after in {str(one.place) for one in there.moves} else 0
    stands = Stands(there, place, form.one("said"), of_file=said_of_file(form))
    return await sent(request, form, draft, stands)


async def _begun(request: PortalRequest, draft: Draft, stands: Stands) -> Response[str]:
    """It is said who it is for: what their card tells of region and category is filled in."""
    answer = await answer_to(request, draft)
    wrong = [] if draft.head["number"] else [FieldFault("number", None, "number", "saknas")]
    if answer.standing is None:
        wrong.insert(0, FieldFault("patient", None, "patient", FAULTS["patient_id_invalid"]))
    if wrong or answer.standing is None:
        unbegun = stands._replace(is_begun=False, notice="faulty")
        answer = answer._replace(faults=wrong)
        return shown(request, draft, unbegun, answer, WRONG)
    if answer.standing.card is not None:
        head = {**draft.head, "region": answer.standing.region}
        texts = {**draft.texts, "category": answer.standing.card.category}
        draft = draft._replace(head=head, texts=texts)
    return shown(request, draft, stands, await answer_to(request, draft))
