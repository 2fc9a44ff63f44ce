"""Lines of invoices that wait for an assessor: the queue, and taking the next one."""

from typing import Any, Final, Literal, get_args
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from adjudication.findings import HELD, LINE
from adjudication.wording.lookup import all_action_names
from api.bounds import Key, Line
from api.heldlines import Place, claim
from api.problems import malformed, not_found
from intake.malformed import Fault
from portal.access import read_own_form
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.heldlines import HeldFilters, HeldOutcome, list_held, take_next_held

PATH: Final = "/portal/held"
SHOWN: Final = 50
Whose = Literal["nobody", "mine"]
HELD_FOR: Final = tuple(str(kind.__struct_config__.tag) for kind in LINE if kind.outcome in HELD)
"""The codes of findings for which a line waits."""


@get(PATH, task="assess_lines")
async def held(
    request: PortalRequest,
    outcome: FromQuery[HeldOutcome | None] = None,
    whose: FromQuery[Whose | None] = None,
    after: FromQuery[Place | None] = None,
) -> Response[str]:
    """What waits, the longest first."""
    service, token, today = request.service, request.token, request.service.today()
    owner = {"nobody": "", "mine": token.name, None: None}[whose]
    filters = HeldFilters(outcome=outcome, owner=owner)
    found = await service.do(
        lambda connection: list_held(connection, filters, after, SHOWN, today, token.id)
    )
    return page(
        request,
        "held/list.html",
        found=found,
        outcome=outcome,
        whose=whose,
        is_first=after is None,
        outcomes=get_args(HeldOutcome),
        names=all_action_names(service.library, today),
        held_for=HELD_FOR,
        asked=lambda change: _asked({"outcome": outcome, "whose": whose, **change}),
    )


def _asked(values: dict[str, Any]) -> str:
    """What an address asks, of what is given."""
    return urlencode({name: value for name, value in values.items() if value is not None})


@post(PATH + "/next", task="assess_lines")
async def take_next_line(request: PortalRequest) -> Response[Any]:
    """Take the line that has waited longest of those that nobody has, and open its invoice."""
    form = await read_own_form(request)
    service, token, today = request.service, request.token, request.service.today()
    outcome = form.one("outcome") or None
    if outcome is not None and outcome not in get_args(HeldOutcome):
        raise malformed([Fault("finns inte", "?outcome")])
    filters = HeldFilters(outcome=outcome)  # type: ignore[arg-type]
    taken = await service.do(
        lambda connection: take_next_held(connection, filters, today, token.id)
    )
    return redirect(PATH if taken is None else f"{PATH}/{taken.invoice}#line-{taken.line}")


@post(PATH + "/{key:int}/lines/{line:int}/{act:str}", task="assess_lines")
async def take_or_put_back(
    request: PortalRequest, key: Key, line: Line, act: FromPath[str]
) -> Response[Any]:
    """Take a line, or put it back, whoever has it: nothing waits for somebody who is away."""
    await read_own_form(request)
    if act not in {"take", "put-back"}:
        raise not_found()
    await claim(request.service, request.token, key, line, is_taken=act == "take")
    return redirect(f"{PATH}/{key}#line-{line}")
