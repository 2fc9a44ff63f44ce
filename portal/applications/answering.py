"""What is said beside an application while it is written: what is wrong, which parts are there,
what is left for the patient."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast, get_args

from sqlalchemy import Connection

from adjudication.library import Library
from adjudication.standing import Standing
from portal.applications.draft import Draft, kronor_of
from portal.applications.marks import marks
from portal.chart import Chart, chart
from portal.invoices.draft import FieldFault, ore_of
from portal.request import PortalRequest
from preassessments.application import Application
from preassessments.requirements import DoneAction, Part
from storage.acts import Done
from storage.attachments import KeptAttachment
from storage.enclosures import named_of_clinic
from storage.trying import Tried, try_application
from tariffs.pricelist import Action
from terms.vocabulary import CareLevel, Support

_DIGITS = 12
_KEY = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)


class Answer(NamedTuple):
    """What is wrong with the fields or lacking, each at its field; every part that the region
    requires; what the plan costs; how the patient stands; the chart; what is enclosed; and what was
    done and has to be listed."""

    faults: list[FieldFault]
    lacking: list[tuple[FieldFault, str]]
    parts: list[Part]
    total_ore: int | None
    standing: Standing | None
    chart: Chart
    enclosed: Mapping[str, KeptAttachment]
    unlisted: list[DoneAction]

    @property
    def is_whole(self) -> bool:
        """Whether the region takes it as it is."""
        is_lacking = self.lacking or any(one.is_due and not one.is_given for one in self.parts)
        return not self.faults and not is_lacking


async def answer_to(
    request: PortalRequest, draft: Draft, faults: Sequence[FieldFault] = ()
) -> Answer:
    """What would be said of a draft if it was submitted now; `faults` are known already."""
    service, token, today = request.service, request.token, request.service.today()
    clinic = request.clinic
    read = draft.read(clinic)
    keys = {int(key) for key in _named_in(draft) if _KEY.fullmatch(key)}

    def work(connection: Connection) -> Done[tuple[Tried | None, list[KeptAttachment]]]:
        found = named_of_clinic(connection, keys, clinic)
        if not isinstance(read, Application):
            return (None, found), []
        tried, entries = try_application(connection, service.library, read, token, today)
        return (tried, found), entries

    tried, found = await service.do(work)
    wrong = [*faults, *(read if isinstance(read, list) else [])]
    if tried is not None:
        wrong += [draft.at(one.path, one.message) for one in tried.faults]
    names = {code: one.name for code, one in actions_of(service.library, draft, today).items()}
    planned = [(line["tooth"], line["code"].partition(" ")[0]) for line in draft.lines]
    done = [] if tried is None else tried.done
    return Answer(
        list({(one.id, one.message): one for one in wrong}.values()),
        []
        if tried is None
        else [
            (draft.at(one.path, one.message), one.place)
            for one in tried.lacking
            if one.code != "content_missing"
        ],
        [] if tried is None else tried.parts,
        _total(draft),
        await _standing(request, draft, today),
        chart(marks(planned, done, names), with_milk_teeth=draft.has_milk_teeth),
        {str(one.id): one for one in found},
        [] if tried is None else [one.action for one in tried.lacking if one.action is not None],
    )


def actions_of(library: Library, draft: Draft, on: date) -> Mapping[str, Action]:
    """What the region's price list says of its codes."""
    region, support = library.regions.get(draft.head["region"]), draft.head["support"]
    if region is None or support not in get_args(Support):
        return {}
    texts = region.texts_on(cast("Support", support), on)
    return {} if texts is None else texts.lists[0].actions


def with_prices(library: Library, draft: Draft, on: date) -> Draft:
    """With the region's price where a line has an action and no price yet."""
    region, support = library.regions.get(draft.head["region"]), draft.head["support"]
    level = draft.texts["care_level"]
    if region is None or support not in get_args(Support) or level not in get_args(CareLevel):
        return draft
    texts = region.texts_on(cast("Support", support), on)
    if texts is None or texts.prices is None:
        return draft
    lines = []
    for line in draft.lines:
        code = line["code"].partition(" ")[0]
        price = texts.prices.price_ore(code, cast("CareLevel", level)) if code else None
        is_missing = price is not None and not line["price"]
        lines.append({**line, "price": kronor_of(price or 0)} if is_missing else line)
    return draft._replace(lines=lines)


async def _standing(request: PortalRequest, draft: Draft, today: date) -> Standing | None:
    support, patient = draft.head["support"], draft.head["patient"]
    if support not in get_args(Support) or len(patient) < _DIGITS:
        return None
    return await request.service.by_keeper(
        lambda keeper: keeper.standing(
            patient, cast("Support", support), today, request.token.id, "application"
        )
    )


def _named_in(draft: Draft) -> list[str]:
    return [*draft.attachments, *(one["attachment"] for one in draft.xrays)]


def _total(draft: Draft) -> int | None:
    """What the plan costs in all; None while some line has no price or count."""
    total = 0
    for line in draft.lines:
        price, count = ore_of(line["price"]), line["count"]
        if price is None or not (count.isascii() and count.isdecimal() and len(count) < _DIGITS):
            return None
        total += price * int(count)
    return total
