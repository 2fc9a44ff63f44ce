"""What rules say, as it is answered: the shapes, filled from adjudication/wording."""

from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from adjudication.compiling import edition_of
from adjudication.editions import EditionInForce
from adjudication.library import Library
from adjudication.wording.comparison import differences, price_differences
from adjudication.wording.rulebook import Book, files_of, opening
from adjudication.wording.statements import Statement
from api.sources import SourceDocument, documents
from tariffs.pricelist import Action, PriceList
from terms.citation import DatedBy, Source
from terms.editions import Edition
from terms.vocabulary import Support


class SupportWithRules(msgspec.Struct, frozen=True):
    """A support with the editions of its rules, the oldest first."""

    support: Support
    name: str
    editions: list[EditionInForce]


class RegionWithRules(msgspec.Struct, frozen=True):
    """A region with its supports."""

    region: str
    name: str
    supports: list[SupportWithRules]


class Regions(msgspec.Struct, frozen=True):
    """Every region that has rules."""

    regions: list[RegionWithRules]


class SaidRule(msgspec.Struct, frozen=True):
    """What a rule says, and where that stands; `assumed` is what is assumed about it, if anything
    is. A rule may say several things."""

    rule: str
    text: str
    place: str
    source: SourceDocument
    assumed: str | None


class RuleSection(msgspec.Struct, frozen=True):
    """Rules under one heading; `lacking` says what no rule speaks of though one might."""

    title: str
    rules: list[SaidRule]
    lacking: str | None


class FileInForce(msgspec.Struct, frozen=True):
    """One of the files that a book is made of: what it is called, its first day, how that is known,
    and when it was last compared with its source."""

    name: str
    valid_from: date
    dated_by: DatedBy
    checked_on: date
    source: SourceDocument


class BookHead(msgspec.Struct, frozen=True, kw_only=True):
    """Whose rules of which day, by which edition. `prices` tells whether its prices are the
    region's own, or others that stand in for them; before its first price list it has none."""

    region: str
    support: Support
    on: date
    edition: Edition
    title: str
    in_force: str
    files: list[FileInForce]
    prices: Literal["own", "stand_in", "none"]


class RuleBook(BookHead, frozen=True, kw_only=True):
    """A rule book in sentences."""

    sections: list[RuleSection]


class RuleDifference(msgspec.Struct, frozen=True):
    """A rule that differs, under its section's title; null where a book lacks it."""

    section: str
    before: SaidRule | None
    after: SaidRule | None


class Prices(msgspec.Struct, frozen=True):
    """A code's prices; null where the list gives none."""

    general_ore: int | None
    specialist_ore: int | None


class PriceDifference(msgspec.Struct, frozen=True):
    """A code whose prices differ; null where a price list lacks it."""

    code: str
    before: Prices | None
    after: Prices | None


class Differences(msgspec.Struct, frozen=True):
    """What differs between two books. Prices are compared where both have a price list."""

    before: BookHead
    after: BookHead
    rules: list[RuleDifference]
    prices: list[PriceDifference]


def rule_book(library: Library, book: Book) -> RuleBook:
    """A book of one support."""
    document = documents(library)
    sections = [
        RuleSection(
            one.title, [_said(rule, document) for rule in one.statements], one.lacking or None
        )
        for one in book.sections
    ]
    return RuleBook(sections=sections, **msgspec.structs.asdict(_head(book, library)))


def differences_of(library: Library, before: Book, after: Book) -> Differences:
    """What differs between two books, each of one support."""
    document = documents(library)
    return Differences(
        _head(before, library),
        _head(after, library),
        [
            RuleDifference(
                section,
                None if old is None else _said(old, document),
                None if new is None else _said(new, document),
            )
            for section, old, new in differences(before, after)
        ],
        [
            PriceDifference(code, _prices(old), _prices(new))
            for code, old, new in price_differences(before, after)
        ],
    )


def _head(book: Book, library: Library) -> BookHead:
    (support,) = book.supports
    texts, document = book.texts, documents(library)
    return BookHead(
        region=texts.directions.region,
        support=support,
        on=book.on,
        edition=edition_of(support, texts),
        title=book.title,
        in_force=opening(book),
        files=[
            FileInForce(
                name,
                file.valid_from,
                file.dated_by,
                file.checked_on,
                document(library.sources[file.source]),
            )
            for name, file in files_of(book)
        ],
        prices=_whose(texts.prices),
    )


def _whose(prices: PriceList | None) -> Literal["own", "stand_in", "none"]:
    if prices is None:
        return "none"
    return "stand_in" if prices.file.stands_in else "own"


def _said(statement: Statement, document: Callable[[Source], SourceDocument]) -> SaidRule:
    return SaidRule(
        statement.rule,
        statement.text,
        statement.place,
        document(statement.source),
        statement.assumed or None,
    )


def _prices(action: Action | None) -> Prices | None:
    return None if action is None else Prices(action.general_ore, action.specialist_ore)
