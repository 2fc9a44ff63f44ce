"""Which rule book is asked for by region, support and day, and what there is instead.

    PartiturError (terms/errors.py)
    └── AskedError
        ├── UnclearError   not said so that it can be looked for
        └── NotThereError  looked for and not found

No text repeats what was said, which may be anything.
"""

from datetime import date
from typing import NamedTuple

from adjudication.library import Library, RegionRules
from adjudication.wording.rulebook import Book, books_on
from adjudication.wording.words import listed
from terms.errors import PartiturError
from terms.period import day_written
from terms.vocabulary import SUPPORTS, Support


class AskedError(PartiturError):
    """No rule book is found; the text says what could be asked for."""


class UnclearError(AskedError):
    """Which rule book is meant cannot be told."""


class NotThereError(AskedError):
    """The rule book that is meant is not there."""


class Side(NamedTuple):
    """One side of a difference, as far as it was said."""

    region: RegionRules
    support: Support | None
    on: date


def region_asked(library: Library, name: str) -> RegionRules:
    """The region of this name. Raises NotThereError."""
    found = library.regions.get(name)
    if found is None:
        known = listed(sorted(library.regions), "och")
        raise NotThereError(f"regionen har inga regelfiler; de som har är {known}")
    return found


def support_asked(region: RegionRules, name: str) -> Support:
    """The region's support of this name. Raises NotThereError."""
    for support in SUPPORTS:
        if support == name and support in region.directions:
            return support
    known = listed(region.directions, "och")
    raise NotThereError(f"{region.name} har inga regler för det stödet, bara för {known}")


def books_asked(
    library: Library, region: RegionRules, support: Support | None, on: date
) -> list[Book]:
    """The region's books on a day, of one support or of all. Raises NotThereError."""
    books = books_on(library, region, support, on)
    if not books:
        timelines = [one for name, one in region.directions.items() if support in (None, name)]
        first = min(first for timeline in timelines for first in timeline.first_days)
        raise NotThereError(
            f"{region.name} har inga regler {on}; de äldsta som är inlagda gäller från {first}"
        )
    return books


def side_asked(library: Library, text: str, on: date) -> Side:
    """REGION, REGION/SUPPORT or REGION/SUPPORT/DAY; `on` is the day where none is said. Raises
    AskedError."""
    name, _, rest = text.partition("/")
    support, _, written_on = rest.partition("/")
    if text.endswith("/") or (written_on and not support):
        raise UnclearError("skriv REGION, REGION/STÖD eller REGION/STÖD/DAG")
    region = region_asked(library, name)
    try:
        day = day_written(written_on) if written_on else on
    except ValueError as error:
        raise UnclearError("dagen ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD") from error
    return Side(region, support_asked(region, support) if support else None, day)


def book_asked(library: Library, side: Side, other: Side) -> Book:
    """The book of a side; a support that it does not say is its only one, or the other's. Raises
    AskedError."""
    region, support, on = side
    own = list(region.directions)
    if support is None and len(own) == 1:
        support = own[0]
    if support is None:
        shared = [other.support] if other.support else list(other.region.directions)
        common = [one for one in own if one in shared]
        if len(common) != 1:
            ways = listed([f"{region.region}/{one}" for one in own], "eller")
            raise UnclearError(f"{region.name} har regler för flera stöd; skriv {ways}")
        support = common[0]
    (book,) = books_asked(library, region, support, on)
    return book
