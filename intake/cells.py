"""What stands in a cell: a day, an amount, a whole number, a person. Each reader gives the value,
or raises ValueError with what is wrong and how it is put right."""

import re
from datetime import date
from typing import get_args

from terms.person import is_person_number, without_dash
from terms.vocabulary import Support

MOST_KRONOR = 10_000_000
_AMOUNT = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d{1,2}))?(?: ?kr)?")
_BLANKS = re.compile("[\u00a0\u202f\u2009]")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_WHOLE = re.compile(r"0|[1-9]\d{0,5}")


def day(text: str) -> date:
    """A day: `2026-05-01`, `20260501`, and with the time of day that some programs add."""
    found = _DAY.fullmatch(text) if text.isascii() else None
    try:
        if found is not None:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise ValueError("ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD")


def amount_ore(text: str) -> int:
    """Kronor as öre: `1 234,50`, `1234.5`, `1234 kr`."""
    text = _BLANKS.sub(" ", text)
    found = _AMOUNT.fullmatch(text) if text.isascii() else None
    if found is None:
        if text.startswith(("-", "\u2212")):
            raise ValueError(
                "är negativt; ta bort krediterade rader tillsammans med det de krediterar"
            )
        raise ValueError("ska vara kronor med högst två decimaler, skrivet 1 234,50")
    ore = int(found[1].replace(" ", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    if ore > MOST_KRONOR * 100:
        raise ValueError(f"ska vara högst {MOST_KRONOR} kronor")
    return ore


def line_number(text: str) -> int:
    """A line's number, from 1."""
    if not text.isascii() or _WHOLE.fullmatch(text) is None or text == "0":
        raise ValueError("ska vara ett heltal från 1")
    return int(text)


def person(text: str) -> str:
    """The twelve digits of a person number."""
    if not is_person_number(text):
        raise ValueError("ska vara ett person- eller samordningsnummer med tolv siffror")
    return without_dash(text)


def support(text: str) -> Support:
    """A support by its letter."""
    for one in _SUPPORTS:
        if text.upper() == one:
            return one
    raise ValueError(f"ska vara något av {', '.join(_SUPPORTS)}")


def any_text(text: str) -> str:
    """Whatever stands there."""
    return text


_SUPPORTS: tuple[Support, ...] = get_args(Support)
