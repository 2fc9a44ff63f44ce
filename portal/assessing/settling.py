"""Settling an invoice's lines that wait: each is approved or refused, or the clinic is asked."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast, get_args

from litestar import Response, get, post
from litestar.types import ASGIApp

from adjudication.invoice import DocumentKind
from api.bounds import Key, Line
from api.heldlines import LONGEST_TEXT
from api.problems import malformed, not_found
from intake.malformed import Fault
from portal.access import read_own_form
from portal.applications.documents import in_place
from portal.assessing.draft import FieldFault
from portal.assessing.held import PATH
from portal.assessing.moving import place_in
from portal.assessing.reasons import Grounds, grounds
from portal.decisions import ShownDecision, shown
from portal.forms import NOT_AN_AMOUNT, Form
from portal.headers import WITH_FRAMES
from portal.invoices.draft import ore_of
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.assessing import AssessFault, Question, Verdict, ask_for_material, assess
from storage.documents import read_line_document
from storage.heldfile import HeldFile, read_held_file
from storage.versions import Revised

_TEXTS: Final = ("outcome", "amount", "reason", "motive", "question")


class Typed(NamedTuple):
    """What is typed at a line: approved or refused (nothing: the line is left as it is), at most
    how much, a reason that the rules give, and a motive; or what the clinic is asked."""

    outcome: str = ""
    amount: str = ""
    reason: str = ""
    motive: str = ""
    question: str = ""
    kinds: Sequence[str] = ()


class _Open(NamedTuple):
    """An invoice's file with its decision in words, and the reasons of the rules."""

    file: HeldFile
    decision: ShownDecision
    grounds: Grounds


class _View(NamedTuple):
    """What is typed, what is wrong with it, and what somebody else did meanwhile."""

    typed: dict[int, Typed] = {}
    faults: Sequence[FieldFault] = ()
    conflict: AssessFault | None = None
    settled: Sequence[int] = ()


@get(PATH + "/{key:int}", task="assess_lines")
async def held_invoice(request: PortalRequest, key: Key) -> Response[str]:
    """The invoice, and a choice at each line that can be settled."""
    return _show(request, await _read(request, key), _View())


@post(PATH + "/{key:int}/settle", task="assess_lines")
async def settle(request: PortalRequest, key: Key) -> Response[Any]:
    """Settle every line at which something is chosen, one after another; each is a version."""
    form = await read_own_form(request)
    opened = await _read(request, key)
    typed = {line: _typed(form, line) for line in opened.file.open_lines}
    version, faults = place_in(form), list[FieldFault]()
    verdicts = _verdicts(typed, opened.grounds, faults)
    if not verdicts and not faults:
        faults.append(FieldFault("settling", None, "välj vad som beslutas på minst en rad"))
    if faults:
        return _show(request, opened, _View(typed, faults))
    settled: list[int] = []
    for verdict in verdicts:
        answer = await _settle(request, key, verdict._replace(version=version))
        if isinstance(answer, AssessFault):
            left = {line: one for line, one in typed.items() if line not in settled}
            found = await _read(request, key)
            return _show(request, found, _View(left, conflict=answer, settled=settled))
        settled.append(verdict.line)
        version = answer.number
    return redirect(f"{PATH}/{key}")


@post(PATH + "/{key:int}/lines/{line:int}/question", task="assess_lines")
async def ask_clinic(request: PortalRequest, key: Key, line: Line) -> Response[Any]:
    """Ask the clinic for material; the question is shown with the invoice while the line waits."""
    form, token = await read_own_form(request), request.token
    version, typed = place_in(form), _typed(form, line)
    kinds = [one for one in typed.kinds if one in get_args(DocumentKind)]
    if not typed.question or len(typed.question) > LONGEST_TEXT:
        text = f"skriv vad som saknas, med högst {LONGEST_TEXT} tecken"
        fault = FieldFault(f"question-{line}", line, text)
        return _show(request, await _read(request, key), _View({line: typed}, [fault]))
    asked = Question(line, version, cast("list[DocumentKind]", kinds), typed.question)
    answer = await request.service.by_keeper(
        lambda keeper: ask_for_material(keeper, key, asked, token.id)
    )
    if answer is None:
        raise not_found()
    if isinstance(answer, AssessFault):
        found = await _read(request, key)
        return _show(request, found, _View({line: typed}, conflict=answer))
    return redirect(f"{PATH}/{key}#line-{line}")


@get(PATH + "/{key:int}/documents/{document:int}", task="assess_lines")
async def line_document(request: PortalRequest, key: Key, document: Key) -> ASGIApp:
    """A document that was added to a line of the invoice, shown in place."""
    token = request.token
    found = await request.service.do(
        lambda connection: read_line_document(connection, key, document, token.id)
    )
    return await in_place(request, found)


async def _read(request: PortalRequest, key: int) -> _Open:
    token, today, library = request.token, request.service.today(), request.service.library
    file = await request.service.by_keeper(
        lambda keeper: read_held_file(keeper, key, token.id, today)
    )
    if file is None:
        raise not_found()
    in_swedish = shown(file.decision, library).lines  # as motives are
    found = {one.line: one for one in in_swedish if one.line in file.open_lines}
    stands = file.standing
    reasons = grounds(library, stands.region, stands.support, stands.treated_on, found)
    decision = shown(file.decision, library, request.wording.language)
    return _Open(file, decision, reasons)


async def _settle(request: PortalRequest, key: int, verdict: Verdict) -> Revised | AssessFault:
    token, today = request.token, request.service.today()
    answer = await request.service.by_keeper(
        lambda keeper: assess(keeper, key, verdict, today, token.id)
    )
    if answer is None:
        raise not_found()
    return answer


def _typed(form: Form, line: int) -> Typed:
    texts = {name: form.one(f"{name}-{line}") for name in _TEXTS}
    return Typed(**texts, kinds=form.many(f"kinds-{line}"))


def _verdicts(typed: dict[int, Typed], reasons: Grounds, faults: list[FieldFault]) -> list[Verdict]:
    """What is chosen, of a version that is yet to be said; what cannot be read is added to the
    faults."""
    found = []
    for line, one in typed.items():
        if not one.outcome:
            continue
        if one.outcome not in {"approved", "refused"}:
            raise malformed([Fault("går inte att välja", f"?outcome-{line}")])
        is_approved, amount = one.outcome == "approved", ore_of(one.amount)
        ground = reasons.said(line, one.reason)
        motive = " ".join(filter(None, (None if is_approved else ground, one.motive)))
        if is_approved and one.amount and amount is None:
            faults.append(FieldFault(f"amount-{line}", line, NOT_AN_AMOUNT))
        if not is_approved and one.reason and ground is None:
            faults.append(FieldFault(f"reason-{line}", line, "välj ett skäl ur listan"))
        elif not is_approved and not motive:
            faults.append(FieldFault(f"motive-{line}", line, "motivering saknas"))
        if len(motive) > LONGEST_TEXT:
            text = f"får ha högst {LONGEST_TEXT} tecken"
            faults.append(FieldFault(f"motive-{line}", line, text))
        found.append(Verdict(line, 0, is_approved, amount if is_approved else None, motive or None))
    return found


def _show(request: PortalRequest, opened: _Open, view: _View) -> Response[str]:
    file = opened.file
    status = HTTPStatus.OK
    if view.conflict is not None:
        status = HTTPStatus.CONFLICT
    elif view.faults:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    own = request.token.name
    return page(
        request,
        "held/invoice.html",
        http_status=status,
        headers=WITH_FRAMES,
        file=file,
        kept=file.kept,
        decision=opened.decision,
        grounds=opened.grounds,
        sent={one.line: one for one in file.kept.invoice.lines},
        asked={one.line: one for one in file.kept.asked_for},
        typed={line: view.typed.get(line, Typed()) for line in file.open_lines},
        others={line: who for line, who in file.owners.items() if who != own},
        faults=view.faults,
        wrong={one.id: one.message for one in view.faults},
        conflict=view.conflict,
        settled=view.settled,
        standing=file.standing,
    )
