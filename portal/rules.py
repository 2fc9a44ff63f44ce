"""The rule books: each rule in a sentence with its place and source, and what differs between two,
marked as the regions' own letters do."""

from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from adjudication.wording.asked import books_asked, region_asked, support_asked
from adjudication.wording.comparison import Pair, differences, price_differences
from adjudication.wording.rulebook import opening
from adjudication.wording.sources import Sources
from adjudication.wording.words import SUPPORT_NAMES
from api.rules import asking, sides_asked
from portal.rendering import page
from portal.request import PortalRequest

PATH: Final = "/portal/rules"


class Piece(NamedTuple):
    """Some words of a sentence that was changed: in both, only before, or only after."""

    kind: Literal["same", "gone", "new"]
    text: str


@get(PATH, task="read_rules")
async def rule_books(request: PortalRequest) -> Response[str]:
    """Which there are."""
    regions = sorted(request.service.library.regions.items())
    books = [
        (name, region.name, support, SUPPORT_NAMES[support], region.first_days(support))
        for name, region in regions
        for support in region.directions
    ]
    return page(request, "rules.html", books=books, today=request.service.today())


@get(PATH + "/{region:str}/{support:str}", task="read_rules")
async def rule_book(
    request: PortalRequest,
    region: FromPath[str],
    support: FromPath[str],
    on: FromQuery[date | None] = None,
) -> Response[str]:
    """The book in force on a day."""
    service, sources = request.service, Sources()
    with asking():
        rules = region_asked(service.library, region)
        chosen = support_asked(rules, support)
        (book,) = books_asked(service.library, rules, chosen, on or service.today())
    return page(request, "rulebook.html", book=book, opening=opening(book), sources=sources)


@get(PATH + "/diff", task="read_rules")
async def rule_difference(
    request: PortalRequest, before: FromQuery[str], after: FromQuery[str]
) -> Response[str]:
    """What differs between two books, each written REGION/SUPPORT/DAY."""
    service = request.service
    old, new = sides_asked(service.library, before, after, service.today())
    return page(
        request,
        "rulediff.html",
        before=old,
        after=new,
        openings=(opening(old), opening(new)),
        pairs=[(one, list(pieces(one))) for one in differences(old, new)],
        prices=price_differences(old, new),
        sources=Sources(),
    )


def pieces(pair: Pair) -> Iterator[Piece]:
    """A rule's sentence word by word, with what is gone and what is new."""
    old = [] if pair.before is None else pair.before.text.split()
    new = [] if pair.after is None else pair.after.text.split()
    for what, first, last, begin, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if what == "equal":
            yield Piece("same", " ".join(new[begin:end]))
            continue
        if last > first:
            yield Piece("gone", " ".join(old[first:last]))
        if end > begin:
            yield Piece("new", " ".join(new[begin:end]))
