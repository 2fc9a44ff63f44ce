"""An öre followed by clicking: from a payment or a voucher to the lines, from a line to its
decisions with their rules, and back to bank file and ledger."""

from typing import Any, Final, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from adjudication.decision import LineDecision
from adjudication.invoice import LARGEST_LINE
from adjudication.library import Library
from adjudication.wording.lookup import Lookup
from adjudication.wording.sources import cited
from api.bounds import LARGEST_NUMBER, Key, KeyAsked, Line, Number
from api.problems import not_found
from exports.wording import what
from portal.access import read_own_form
from portal.decisions import ShownDecision, shown
from portal.forms import whole_number
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.acts import Done
from storage.audit import Entry
from storage.tracedlines import DecidedVersion, decisions_on, invoice_key, invoices_behind
from storage.traces import LineTrace, RunTrace
from storage.tracing import run_of_payment, run_of_voucher, trace_back, trace_line

PATH: Final = "/portal/trace"
SHOWN: Final = 50
_LONGEST: Final = 100


class _Back(NamedTuple):
    trace: RunTrace
    behind: dict[str, int]


class _Decided(NamedTuple):
    """A version's decision of the line in words, the line itself, and the document that it was
    decided by, nothing where there were no rules."""

    version: int
    shown: ShownDecision
    line: LineDecision
    book: str


@get(PATH, task="trace")
async def follow(request: PortalRequest) -> Response[str]:
    """From where?"""
    return page(request, "tracing/follow.html", said={}, wrong=None)


@post(PATH, task="trace")
async def look_for(request: PortalRequest) -> Response[Any]:
    """To the page of what was named. What a clinic calls an invoice stands in no address."""
    form, service = await read_own_form(request), request.service
    names = ("what", "reference", "voucher", "clinic", "number", "line")
    said = {name: form.one(name)[:_LONGEST] for name in names}

    def work(connection: Connection) -> Done[str | None]:
        return _address(connection, said), []

    address = await service.do(work)
    if address is not None:
        return redirect(address)
    wrong = said["what"] if said["what"] in {"payment", "voucher", "line"} else "line"
    return page(request, "tracing/follow.html", http_status=422, said=said, wrong=wrong)


@get(PATH + "/lines/{key:int}/{line:int}", task="trace")
async def traced_line(request: PortalRequest, key: Key, line: Line) -> Response[str]:
    """What was decided of a line and by which rule, and what became of it."""
    service, token = request.service, request.token
    region = service.default_region

    def work(connection: Connection) -> Done[tuple[LineTrace, list[DecidedVersion]] | None]:
        found, entries = trace_line(connection, region, key, line, token.id)
        if found is None:
            return None, []
        return (found, decisions_on(connection, key, line)), entries

    found = await service.do(work)
    if found is None:
        raise not_found()
    trace, versions = found
    decided = [
        _Decided(
            version,
            shown(decision, service.library, request.wording.language),
            decision.lines[0],
            _book(service.library, decision.lines[0]),
        )
        for version, decision in versions
        if decision.lines
    ]
    return page(
        request,
        "tracing/line.html",
        trace=trace,
        parts=sorted(trace.parts, key=lambda one: one.kind in {"fee", "returned_fee"}),
        decided=decided,
        owed_ore=sum(one.owed_ore for one in trace.parts),
        may=request.may,
    )


@get(PATH + "/payments/{reference:str}", task="trace")
async def traced_payment(
    request: PortalRequest,
    reference: FromPath[str],
    after: FromQuery[KeyAsked | None] = None,
) -> Response[str]:
    """What a payment was made of."""
    address = f"{PATH}/payments/{reference}"

    def work(connection: Connection) -> Done[_Back | None]:
        return _back(connection, request, run_of_payment(connection, reference), after or 0)

    return _traced(request, await request.service.do(work), address)


@get(PATH + "/vouchers/{number:int}", task="trace")
async def traced_voucher(
    request: PortalRequest, number: Number, after: FromQuery[KeyAsked | None] = None
) -> Response[str]:
    """What a voucher was booked of."""

    def work(connection: Connection) -> Done[_Back | None]:
        return _back(connection, request, run_of_voucher(connection, number), after or 0)

    return _traced(request, await request.service.do(work), f"{PATH}/vouchers/{number}")


def _book(library: Library, line: LineDecision) -> str:
    rules = Lookup(library).rules(line)
    return "" if rules is None else cited(library.sources[rules.texts.directions.source])


def _address(connection: Connection, said: dict[str, str]) -> str | None:
    """Where the thing is that was named, None where there is none."""
    match said["what"]:
        case "payment":
            is_there = run_of_payment(connection, said["reference"]) is not None
            return f"{PATH}/payments/{said['reference']}" if is_there else None
        case "voucher":
            number = _number(said["voucher"], LARGEST_NUMBER)
            is_there = number > 0 and run_of_voucher(connection, number) is not None
            return f"{PATH}/vouchers/{number}" if is_there else None
        case "line":
            key = invoice_key(connection, said["clinic"], said["number"])
            line = _number(said["line"], LARGEST_LINE)
            return None if key is None or not line else f"{PATH}/lines/{key}/{line}"
        case _:
            return None


def _number(text: str, largest: int) -> int:
    """A number, 0 where there is none."""
    return whole_number(text.lstrip("0"), largest) or 0


def _back(
    connection: Connection, request: PortalRequest, whose: tuple[int, str] | None, after: int
) -> Done[_Back | None]:
    region = request.service.default_region
    found = None if whose is None else trace_back(connection, region, *whose, after, SHOWN)
    if whose is None or found is None:
        return None, []
    number, clinic = whose
    entry = Entry("trace", request.token.id, subject=f"{number} {clinic}")
    return _Back(found, invoices_behind(connection, found.items)), [entry]


def _traced(request: PortalRequest, found: _Back | None, address: str) -> Response[str]:
    if found is None:
        raise not_found()
    return page(
        request,
        "tracing/run.html",
        trace=found.trace,
        behind=found.behind,
        what=what,
        address=address,
    )
