"""An application on one page: what was sent, what the rules say, what was decided before, and what
can be done with it now."""

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from litestar import Response, get

from adjudication.library import Library
from adjudication.wording.lookup import action_names
from api.bounds import Key
from api.problems import not_found
from portal.applications.looks import LOOKS
from portal.assessing.draft import Draft, FieldFault, blank
from portal.assessing.reasons import Grounds, grounds, trial_lines
from portal.chart import SIGNS, Chart, Marked, chart
from portal.decisions import ShownLine
from portal.headers import WITH_FRAMES
from portal.rendering import page
from portal.request import PortalRequest
from preassessments.application import Content
from preassessments.wording import FIELDS
from storage.applications import KeptApplication, MoveMade
from storage.casefile import CaseFile, read_case_file
from tariffs.pricelist import PriceList

PATH: Final = "/portal/assessing"
_DAYS_TO_ANSWER: Final = 21


class Conflict(NamedTuple):
    """Somebody was quicker: what they did since the page was read."""

    moves: list[MoveMade]


class Said(NamedTuple):
    """What was typed in the form of a move that was refused, and what is wrong with it."""

    move: str
    said: str = ""
    to: str = ""
    answer_by: str = ""
    faults: Sequence[str] = ()


class View(NamedTuple):
    """What a page is made of besides the file: a decision as it is being made, what is wrong with
    it, what somebody else did meanwhile, and a move that was refused."""

    draft: Draft | None = None
    faults: Sequence[FieldFault] = ()
    conflict: Conflict | None = None
    said: Said | None = None


class Case(NamedTuple):
    """A file with what the rules say of its lines, in the chosen language; the reasons are for
    motives, which are in Swedish."""

    file: CaseFile
    found: dict[int, ShownLine]
    grounds: Grounds


@get(PATH + "/{key:int}", task="assess")
async def case(request: PortalRequest, key: Key) -> Response[str]:
    """The whole case."""
    return show(request, await read_case(request, key), View())


async def read_case(request: PortalRequest, key: int) -> Case:
    """A case, which is noted. Raises ProblemError where there is none."""
    service, token, today = request.service, request.token, request.service.today()
    file = await service.by_keeper(lambda keeper: read_case_file(keeper, key, token, today))
    if file is None:
        raise not_found()
    kept, library = file.kept, service.library
    in_swedish = trial_lines(file.trial, library)
    reasons = grounds(library, kept.region, kept.support, today, in_swedish)
    return Case(file, trial_lines(file.trial, library, request.wording.language), reasons)


def show(request: PortalRequest, case: Case, view: View) -> Response[str]:
    """The page; refused where something is wrong."""
    file, library, today = case.file, request.service.library, request.service.today()
    kept = file.kept
    stands = kept.stands
    has_it = stands.state == "under_assessment" and stands.holder == request.token.name
    status = HTTPStatus.OK
    if view.conflict is not None:
        status = HTTPStatus.CONFLICT
    elif view.faults or (view.said is not None and view.said.faults):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    prices = prices_on(library, kept.region, today)
    return page(
        request,
        "assessing/case.html",
        http_status=status,
        headers=WITH_FRAMES,
        file=file,
        kept=kept,
        found=case.found,
        grounds=case.grounds,
        has_it=has_it,
        draft=view.draft or (blank(kept.content, today) if has_it else None),
        faults=view.faults,
        wrong={one.id: one.message for one in view.faults},
        conflict=view.conflict,
        said=view.said,
        region=library.regions[kept.region].name,
        names=action_names(library.regions[kept.region], kept.support, today),
        tariff={
            line.code: prices.price_ore(line.code, kept.content.care_level or "general")
            for line in kept.content.lines or ()
            if prices is not None
        },
        days_left=None if file.decide_by is None else (file.decide_by - today).days,
        answer_by=today + timedelta(days=_DAYS_TO_ANSWER),
        standing=file.standing,
        parts=file.parts,
        lacking=file.lacking,
        **words_of(kept),
    )


def words_of(kept: KeptApplication) -> dict[str, Any]:
    """Names of what stands on a case, and its teeth, which every page of one shows."""
    return {
        "fields": FIELDS,
        "signs": SIGNS,
        "looks": LOOKS,
        "chart_of": _chart_of(kept.content),
    }


def prices_on(library: Library, region: str, on: date) -> PriceList | None:
    """The region's prices of a day, the oldest where it is before them."""
    prices = library.regions[region].prices
    return prices.on(on) or next(iter(prices), None)


def _chart_of(content: Content) -> Chart:
    """The teeth that the plan and the x-rays speak of."""
    marked = [
        Marked(line.tooth, "planned" if line.done_on is None else "done", line.code)
        for line in content.lines or ()
        if line.tooth
    ]
    return chart(marked)
