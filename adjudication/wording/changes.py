"""The differences between two rule books as a page: changed, new, gone, and prices."""

from typing import NamedTuple

from adjudication.wording.comparison import Pair, PricePair, differences, price_differences
from adjudication.wording.page import heading, table, wrapped
from adjudication.wording.rulebook import Book, in_force, said
from adjudication.wording.sources import Sources
from adjudication.wording.statements import Statement
from adjudication.wording.words import many
from tariffs.pricelist import Action
from terms.money import kronor


class _Titles(NamedTuple):
    """What the parts of the page are called: between days before and after, else whose it is."""

    page: str
    before: str
    after: str
    changed: str
    new: str
    gone: str


def changes(before: Book, after: Book) -> list[str]:
    """What differs, in sentences; one sentence where nothing does."""
    pairs, prices = differences(before, after), price_differences(before, after)
    titles, sources = _titles(before, after), Sources()
    lines = [*heading(titles.page, "="), ""]
    lines += wrapped(f"{titles.before}: {in_force(before)}.")
    lines += wrapped(f"{titles.after}: {in_force(after)}.")
    new = [(one.section, one.after) for one in pairs if one.after and not one.before]
    gone = [(one.section, one.before) for one in pairs if one.before and not one.after]
    found = [
        *_changed(pairs, titles, sources),
        *_single(titles.new, new, sources),
        *_single(titles.gone, gone, sources),
        *_prices(prices, before, after),
    ]
    if not found:
        return [*lines, "", "Ingenting skiljer: alla regler och alla priser är lika."]
    listed = [text for one in sources.listed() for text in wrapped(one, "  ", "      ")]
    return [*lines, *found, *(["", *heading("Källor"), *listed] if listed else [])]


def _titles(before: Book, after: Book) -> _Titles:
    if (before.region_name, before.supports) == (after.region_name, after.supports):
        whose = f"{before.region_name}, {said(before.supports)}"
        page = f"{whose}: skillnader mellan {before.on} och {after.on}"
        return _Titles(page, "Före", "Efter", "Ändrat", "Nytt", "Borta")
    names = [f"{one.region_name}, {said(one.supports)}" for one in (before, after)]
    if before.region_name != after.region_name and before.supports == after.supports:
        names = [before.region_name, after.region_name]
    page = f"Skillnader mellan {_name(before)}, och {_name(after)}"
    return _Titles(page, names[0], names[1], "Olika", f"Bara i {names[1]}", f"Bara i {names[0]}")


def _name(book: Book) -> str:
    return f"{book.region_name}, {said(book.supports)}, {book.on}"


def _changed(pairs: list[Pair], titles: _Titles, sources: Sources) -> list[str]:
    lines: list[str] = []
    last = ""
    for section, before, after in pairs:
        if before is None or after is None:
            continue
        if section != last:
            lines += ["", f"  {section}"]
        last = section
        for title, one in ((titles.before, before), (titles.after, after)):
            text = f"{title}: {one.text} ({sources.reference(one)})"
            lines += wrapped(text, "  • " if one is before else "    ", "      ")
    return ["", *heading(titles.changed), *lines[1:]] if lines else []


def _single(title: str, found: list[tuple[str, Statement]], sources: Sources) -> list[str]:
    lines = []
    for section, statement in found:
        lines += wrapped(statement.text, "  • ")
        lines += wrapped(f"{section}, {sources.reference(statement)}", "        ")
    return ["", *heading(title), *lines] if lines else []


def _prices(pairs: list[PricePair], before: Book, after: Book) -> list[str]:
    """How many prices differ, and a table of them; whose prices they are where they stand in."""
    title = ["", *heading("Priser i prislistan")]
    if (before.texts.prices is None) != (after.texts.prices is None):
        which = _name(before if before.texts.prices is None else after)
        return [*title, *wrapped(f"{which} har ingen prislista.", "  ")]
    if not pairs:
        return []
    rows = [["Åtgärd", "Allmän, före", "efter", "Specialist, före", "efter"]]
    rows += [[code, *_levels(old, new)] for code, old, new in pairs]
    origins = dict.fromkeys([*_origins(before), *_origins(after)])
    return [
        *title,
        *wrapped(f"{many(len(pairs), 'åtgärd', 'åtgärder')} har ett annat pris.", "  "),
        *(f"  {line}" for line in table(rows, right=(1, 2, 3, 4))),
        *(text for origin in origins for text in wrapped(origin, "  ")),
    ]


def _levels(old: Action | None, new: Action | None) -> list[str]:
    """A code's prices: general before and after, specialist before and after."""
    return [
        _price(None if old is None else old.general_ore),
        _price(None if new is None else new.general_ore),
        _price(None if old is None else old.specialist_ore),
        _price(None if new is None else new.specialist_ore),
    ]


def _price(amount_ore: int | None) -> str:
    return "saknas" if amount_ore is None else kronor(amount_ore)


def _origins(book: Book) -> list[str]:
    """Whose prices a book has."""
    return [
        one.text for section in book.sections for one in section.statements if one.kind == "origin"
    ]
