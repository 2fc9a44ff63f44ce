"""Text in the letters that a receiver takes: what it lacks is spelled with what it has."""

from collections.abc import Callable
from typing import Final
from unicodedata import normalize

SPELLED: Final = {
    "æ": "ae",
    "Æ": "Ae",
    "ø": "ö",
    "Ø": "Ö",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
    "ß": "ss",
    "–": "-",
    "—": "-",
    "−": "-",
    "’": "'",
    "‘": "'",
    "”": '"',
    "“": '"',
    "…": "...",
}
"""Letters and signs that have no parts."""

LEFT: Final = "?"


def spelled(text: str, is_taken: Callable[[str], bool]) -> str:
    """A text of taken characters only, on one line. Other white space is a blank, what is not
    printed is left out, an accent falls, and what nothing stands for is a question mark."""
    return "".join(_one(sign, is_taken) for sign in text if sign.isprintable() or sign.isspace())


def _one(sign: str, is_taken: Callable[[str], bool]) -> str:
    if sign.isspace():
        return sign if is_taken(sign) else " "
    for way in (sign, SPELLED.get(sign, ""), normalize("NFKD", sign)):
        taken = "".join(filter(is_taken, way))
        if taken.strip():
            return taken
    return LEFT
