"""What differs between two rule books, rule by rule: of two days, or of two regions."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from adjudication.wording.rulebook import Book
from adjudication.wording.statements import Statement
from tariffs.pricelist import Action


class Pair(NamedTuple):
    """One rule in two books, under its section's title; None where a book lacks it."""

    section: str
    before: Statement | None
    after: Statement | None


class PricePair(NamedTuple):
    """One code's prices in two price lists; None where a list lacks it."""

    code: str
    before: Action | None
    after: Action | None


def differences(before: Book, after: Book) -> list[Pair]:
    """The rules that differ.

    Rules are the same by kind and id; what is left of a kind is compared where each book has one.
    Between regions only what rules say is compared; between days also where it stands, who
    published it, and whether it is assumed.
    """
    is_same_region = before.region_name == after.region_name
    return [
        pair
        for pair in _pairs(before, after)
        if pair.before is None
        or pair.after is None
        or _said(pair.before, is_same_region) != _said(pair.after, is_same_region)
    ]


def price_differences(before: Book, after: Book) -> list[PricePair]:
    """The codes whose prices differ, where both books have a price list."""
    first, second = before.texts.prices, after.texts.prices
    if first is None or second is None:
        return []
    codes = sorted({*first.actions, *second.actions})
    pairs = [PricePair(code, first.actions.get(code), second.actions.get(code)) for code in codes]
    return [pair for pair in pairs if _prices(pair.before) != _prices(pair.after)]


def _pairs(before: Book, after: Book) -> Iterator[Pair]:
    """Every rule of either book, in the order of the later one, and what only the earlier has."""
    old, new = dict(_statements(before)), dict(_statements(after))
    lonely_old = Counter(kind for kind, rule in old if (kind, rule) not in new)
    lonely_new = Counter(kind for kind, rule in new if (kind, rule) not in old)
    alone = {kind for kind in lonely_old if lonely_old[kind] == lonely_new[kind] == 1}
    by_kind = {key[0]: key for key in old if key not in new}
    for key, (section, statement) in new.items():
        found = old.pop(key, None)
        if found is None and key[0] in alone:
            found = old.pop(by_kind[key[0]])
        yield Pair(section, None if found is None else found[1], statement)
    for section, statement in old.values():
        yield Pair(section, statement, None)


def _statements(book: Book) -> Iterator[tuple[tuple[str, str], tuple[str, Statement]]]:
    """Each statement of the region's own with its section, by kind and id."""
    for section in book.sections:
        for one in section.statements:
            if one.kind != "contract":
                yield (one.kind, one.rule), (section.title, one)


def _said(statement: Statement, is_same_region: bool) -> tuple[object, ...]:
    if not is_same_region:
        return (statement.text,)
    publisher = statement.source.publisher
    return statement.text, statement.place, publisher, bool(statement.assumed)


def _prices(action: Action | None) -> tuple[int | None, int | None] | None:
    return None if action is None else (action.general_ore, action.specialist_ore)
