"""Action codes, and the ways in which a document writes sets of them.

A code is three digits, perhaps with a suffix (107S, 341H1), or a region's own (A941). A document
writes single codes, ranges of numbers ("401-406") and whole hundreds ("300-gruppen"). A range with
suffixed codes is spelled out in the rule file, never computed.
"""

import re
from collections.abc import Iterable

_HUNDRED = re.compile(r"([1-9])00-gruppen")
_RANGE = re.compile(r"([0-9]{3})-([0-9]{3})")
_BASE = re.compile(r"[0-9]{3}")
_CODE = re.compile(r"[A-Z]?[0-9]{3,4}[A-Z0-9]*")


def base_of(code: str) -> str | None:
    """The three digits that a code begins with: 107 of 107S; None of A941."""
    found = _BASE.match(code)
    return None if found is None else found[0]


def named(written: Iterable[str]) -> list[str]:
    """The codes that are named one by one or in a range; a hundred names none.

    Raises ValueError for what is neither a code, a range nor a hundred.
    """
    codes: list[str] = []
    for text in written:
        numbers = _RANGE.fullmatch(text)
        if numbers is not None:
            first, last = int(numbers[1]), int(numbers[2])
            if last <= first:
                raise ValueError(f"{text}: området slutar inte efter sin början")
            codes.extend(str(number) for number in range(first, last + 1))
        elif _HUNDRED.fullmatch(text) is None:
            if _CODE.fullmatch(text) is None:
                raise ValueError(f"{text}: varken åtgärdskod, område eller hundratal")
            codes.append(text)
    return codes


def expand(written: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    """All codes of a written set, hundreds taken from the known codes with their suffixes."""
    written = list(written)
    codes = set(named(written))
    hundreds = {found[1] for text in written if (found := _HUNDRED.fullmatch(text))}
    codes.update(code for code in known if base_of(code) is not None and code[0] in hundreds)
    return frozenset(codes)
