"""What the pages of applications choose among and call things."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from adjudication.library import Library
from adjudication.wording.words import EN_DASH
from attachments.limits import MOST_IN_A_CASE
from portal.applications.answering import actions_of
from portal.applications.draft import Draft
from portal.applications.enclosing import KINDS
from portal.chart import SIGNS
from portal.request import PortalRequest
from terms.vocabulary import Support


def choices(request: PortalRequest, draft: Draft) -> dict[str, Any]:
    """What a page of a draft may choose among."""
    service = request.service
    return {
        "regions": {name: one.name for name, one in sorted(service.library.regions.items())},
        "categories": categories(service.library, draft, service.today()),
        "actions": actions_of(service.library, draft, service.today()),
        "kinds": KINDS,
        "signs": SIGNS,
        "most_enclosed": MOST_IN_A_CASE,
    }


def categories(library: Library, draft: Draft, on: date) -> Mapping[str, str]:
    """The categories of the region's cards for the support, with what they mean."""
    region, support = library.regions.get(draft.head["region"]), draft.head["support"]
    if region is None or support not in get_args(Support):
        return {}
    cards = region.cards.on(on) or next(iter(region.cards))
    return {
        one.name: f"{one.name} {EN_DASH} {one.meaning}" if one.meaning else one.name
        for one in cards.category
        if one.support == support
    }
