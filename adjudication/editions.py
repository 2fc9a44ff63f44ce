"""Which editions of its rules a region has for a support, and the days on which each decides."""

from datetime import date, timedelta

import msgspec

from adjudication.compiling import edition_of
from adjudication.library import RegionRules
from terms.citation import DatedBy, RuleFile
from terms.editions import Edition
from terms.vocabulary import Support

LEAST_SURE_FIRST: tuple[DatedBy, ...] = ("assumed", "page-updated", "stated")


class EditionInForce(msgspec.Struct, frozen=True):
    """An edition as decisions name it, with its days; `valid_to` None where no other follows.

    `valid_from` is the first day of the newest of its files; `dated_by` tells how it is known.
    """

    edition: Edition
    valid_from: date
    valid_to: date | None
    dated_by: DatedBy


def editions(region: RegionRules, support: Support) -> list[EditionInForce]:
    """Every edition, the oldest first."""
    days = region.first_days(support)
    nexts = [*days[1:], None]
    return [_edition(region, support, day, after) for day, after in zip(days, nexts, strict=True)]


def _edition(
    region: RegionRules, support: Support, first: date, after: date | None
) -> EditionInForce:
    texts = region.texts_on(support, first)
    assert texts is not None
    files: list[RuleFile] = [texts.directions, texts.cards, texts.fee]
    if texts.prices is not None:
        files.append(texts.prices.file)
    begun = {file.dated_by for file in files if file.valid_from == first}
    return EditionInForce(
        edition_of(support, texts),
        first,
        None if after is None else after - timedelta(days=1),
        min(begun, key=LEAST_SURE_FIRST.index),
    )
