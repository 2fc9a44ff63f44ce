"""Rule books over HTTP: which there are, what each says, and how two differ. Every sentence is that
of `partitur rules`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus

from litestar import Controller, get
from litestar.params import FromPath, FromQuery

from adjudication.editions import editions
from adjudication.library import Library
from adjudication.wording.asked import (
    NotThereError,
    UnclearError,
    book_asked,
    books_asked,
    region_asked,
    side_asked,
    support_asked,
)
from adjudication.wording.rulebook import Book
from adjudication.wording.words import SUPPORT_NAMES, capital
from api.invoices import service_of
from api.problems import ProblemError, malformed, specs
from api.request import StrictRequest
from api.ruletexts import (
    Differences,
    Regions,
    RegionWithRules,
    RuleBook,
    SupportWithRules,
    differences_of,
    rule_book,
)
from intake.malformed import Fault


class RuleController(Controller):
    """What the rules say."""

    path = "/rules"
    tags = ["Rules"]

    @get(
        summary="The regions that have rules, their supports, and the editions of each",
        task="read_rules",
        responses=specs(),
    )
    async def regions(self, request: StrictRequest) -> Regions:
        """Where `valid_to` of an edition is null, no other follows."""
        return Regions(
            [
                RegionWithRules(
                    name,
                    region.name,
                    [
                        SupportWithRules(one, SUPPORT_NAMES[one], editions(region, one))
                        for one in region.directions
                    ],
                )
                for name, region in sorted(service_of(request).library.regions.items())
            ]
        )

    @get(
        "/{region:str}/{support:str}",
        summary="The rule book in force on a day, in sentences",
        task="read_rules",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def book(
        self,
        request: StrictRequest,
        region: FromPath[str],
        support: FromPath[str],
        on: FromQuery[date | None] = None,
    ) -> RuleBook:
        """Every rule of the region and support with its place and source, by section; today's where
        no day is given."""
        service = service_of(request)
        with asking():
            rules = region_asked(service.library, region)
            chosen = support_asked(rules, support)
            (found,) = books_asked(service.library, rules, chosen, on or service.today())
        return rule_book(service.library, found)

    @get(
        "/diff",
        summary="What differs between two rule books",
        task="read_rules",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def diff(
        self,
        request: StrictRequest,
        before: FromQuery[str],
        after: FromQuery[str],
        on: FromQuery[date | None] = None,
    ) -> Differences:
        """Of two days, two supports or two regions. A side is REGION, REGION/SUPPORT or
        REGION/SUPPORT/DAY. A support that is not said is the region's only one, or the other
        side's; a day that is not said is `on`, or today."""
        service = service_of(request)
        library, day = service.library, on or service.today()
        return differences_of(library, *sides_asked(library, before, after, day))


def sides_asked(library: Library, before: str, after: str, day: date) -> tuple[Book, Book]:
    """The two books that are compared; what is not found ends the request, and says of which."""
    with asking("before"):
        first = side_asked(library, before, day)
    with asking("after"):
        second = side_asked(library, after, day)
    with asking("before"):
        old = book_asked(library, first, second)
    with asking("after"):
        new = book_asked(library, second, first)
    return old, new


@contextmanager
def asking(parameter: str = "") -> Iterator[None]:
    """What is asked for and not found ends the request; the answer says what there is."""
    try:
        yield
    except UnclearError as error:
        raise malformed([Fault(str(error), f"?{parameter}")]) from None
    except NotThereError as error:
        faults = [Fault(str(error), f"?{parameter}")] if parameter else []
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "no_rules",
            "Reglerna finns inte",
            f"{capital(str(error))}.",
            faults=faults,
        ) from None
