"""Text in the letters that a receiver takes: what it lacks is spelled with what it has."""

import re
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


def lacking(taken: str) -> re.Pattern[str]:
    """A pattern of each letter that is not among those taken."""
    return re.compile(f"[^{re.escape(taken)}]")


def spelled(text: str, lacks: re.Pattern[str]) -> str:
    """A text without the letters that a receiver lacks. White space is a blank, what is not printed
    is left out, an accent falls, and what nothing stands for is a question mark."""
    return lacks.sub(lambda found: _instead(found[0], lacks), text)


def _instead(sign: str, lacks: re.Pattern[str]) -> str:
    if sign.isspace():
        return " "
    if not sign.isprintable():
        return ""
    for way in (SPELLED.get(sign, ""), normalize("NFKD", sign)):
        taken = lacks.sub("", way)
        if taken.strip():
            return taken
    return LEFT
