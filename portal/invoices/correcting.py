"""Putting right what was refused or credited: a new invoice with those lines, filled in."""

import re
from typing import Any

from litestar import Response, get

from adjudication.invoice import Invoice, Line
from api.bounds import Key
from api.problems import not_found
from portal.invoices.draft import FREE_CARD, Draft, blank
from portal.invoices.reading import PATH, to_correct
from portal.invoices.writing import writing_page
from portal.rendering import redirect
from portal.request import PortalRequest
from storage.kept import read_invoice

_ENDING = re.compile(r"(.*)/([2-8])", re.DOTALL)


@get(PATH + "/{key:int}/correct", task="submit")
async def correct(request: PortalRequest, key: Key) -> Response[Any]:
    """The invoice as it was sent, without the lines that stand; where all do, there is nothing to
    put right."""
    token = request.token
    found = await request.service.do(
        lambda connection: read_invoice(connection, key, token.clinic, token.id)
    )
    if found is None:
        raise not_found()
    lines = to_correct(found)
    if not lines:
        return redirect(f"{PATH}/{key}")
    return writing_page(request, _drafted(found.invoice, lines))


def _drafted(sent: Invoice, lines: set[int]) -> Draft:
    """The fields of an invoice that replaces another."""
    head = {
        **blank().head,
        "number": _next(sent.number),
        "replaces": sent.number,
        "patient": sent.patient,
        "support": sent.support,
        "care_level": sent.care_level or "general",
        "region": sent.region or "",
    }
    if sent.free_card is not None:
        card = sent.free_card
        values = (card.number, f"{card.valid_from}", f"{card.valid_to}")
        head |= dict(zip(FREE_CARD, values, strict=True))
    return Draft(head, [_line(one) for one in sent.lines if one.line in lines])


def _line(sent: Line) -> dict[str, str]:
    kronor, ore = divmod(sent.price_ore, 100)
    return {
        "treated_on": f"{sent.treated_on}",
        "code": sent.code,
        "tooth": sent.tooth or "",
        "zone": sent.zone or "",
        "surfaces": sent.surfaces or "",
        "price": f"{kronor},{ore:02}" if ore else f"{kronor}",
        "conditions": " ".join(sent.conditions or ()),
        "motivation": sent.motivation or "",
        "preassessment": sent.preassessment or "",
        "facts": " ".join(sorted(sent.facts or ())),
        "performer": sent.performer,
    }


def _next(number: str) -> str:
    """A number to begin with, which is the clinic's own to choose: `7741/2` after `7741`."""
    match = _ENDING.fullmatch(number)
    return f"{number}/2" if match is None else f"{match[1]}/{int(match[2]) + 1}"
