"""What a patient has used: every approved line, packed into two words of 64 bits.

A million patients are remembered at once, so a line costs 16 bytes and no object:

    head    day number 16 | code 12 | support 2 | performer 2 | carried 1 | site 31
    amount  allowed öre 32 | fee taken for this visit 1 | clinic 31

The *kind* of a line is the middle of its head: code, support, performer, carried. Code, site
(tooth, zone and surfaces) and clinic are numbers of an `Index`. The words stand in the order of
days, those of one day in the order of approval. Everything counted is worked out from them alone;
`period`, `tally` and `latest` only remember the last such answer.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from typing import Final

from quotas.counting import AMOUNT_SHIFT, DAY_SHIFT, KIND_MASK, KIND_SHIFT, Period

CODE_SHIFT: Final = 36
CODE_MASK: Final = 0xFFF
SUPPORT_SHIFT: Final = 34
SUPPORT_MASK: Final = 3
SITE_BITS: Final = 31
SITE_MASK: Final = (1 << SITE_BITS) - 1
FEE_TAKEN: Final = 1 << 31
MOST_LINES: Final = 0xFFFF
"""A count has 16 bits; a patient with more lines than that is an error in the input."""

SUPPORT_NUMBERS: Final = {"N": 0, "F": 1, "S": 2, "H": 3}
PERFORMER_NUMBERS: Final = {"dentist": 0, "hygienist": 1, "nurse": 2}


def kind_of(code: int, support: str, performer: str) -> int:
    """The kind of a line that no application carries; one more is the carried one's."""
    return code << 5 | SUPPORT_NUMBERS[support] << 3 | PERFORMER_NUMBERS[performer] << 1


class Index:
    """Numbers for things that are met again, in the order first met; `first` has number 0."""

    __slots__ = ("_numbers",)

    def __init__(self, first: Hashable) -> None:
        self._numbers: dict[Hashable, int] = {first: 0}

    def of(self, thing: Hashable) -> int:
        """The number of the thing, a new one where it has none."""
        return self._numbers.setdefault(thing, len(self._numbers))


class Use:
    """What one decided invoice uses, to be posted to the patient's history: the words of its
    approved lines in the order of days, and the answers that then hold."""

    __slots__ = ("drawn", "latest", "period", "tally", "words")

    def __init__(self, latest: int) -> None:
        self.words: list[int] = []
        self.latest = latest
        self.period: Period | None = None
        self.tally = 0
        self.drawn: dict[tuple[str, int], int] = {}


class History:
    """One patient's approved lines, over all supports and clinics.

    `latest` is the day number of the latest line whose code has a least interval anywhere, or -1.
    """

    __slots__ = ("latest", "period", "tally", "words")

    def __init__(self) -> None:
        self.words: array[int] = array("Q")
        self.latest = -1
        self.period: Period | None = None
        self.tally = 0

    def heads_between(self, first: int, last: int) -> Sequence[int]:
        """The heads of the lines from one day number through another."""
        heads = self.words[::2]
        place = bisect_left(heads, max(first, 0) << DAY_SHIFT)
        return heads[place : bisect_right(heads, (last + 1 << DAY_SHIFT) - 1)]

    def is_fee_taken(self, day: int, clinic: int) -> bool:
        """Whether a fee was taken for the visit at that clinic that day."""
        words = self.words
        for place in range(bisect_left(words[::2], day << DAY_SHIFT) * 2, len(words), 2):
            if words[place] >> DAY_SHIFT != day:
                return False
            if words[place + 1] & (FEE_TAKEN | SITE_MASK) == FEE_TAKEN | clinic:
                return True
        return False

    def is_before(self, day: int) -> bool:
        """Whether every line is of an earlier day."""
        words = self.words
        return not words or words[-2] >> DAY_SHIFT < day

    def post(self, use: Use) -> None:
        """Remember what a decided invoice used."""
        new, words = use.words, self.words
        if len(words) + len(new) > 2 * MOST_LINES:
            raise OverflowError(f"mer än {MOST_LINES} godkända rader för en patient")
        if not words or new[0] >> DAY_SHIFT >= words[-2] >> DAY_SHIFT:
            words.extend(new)
        else:
            for place in range(0, len(new), 2):
                head = new[place]
                at = 2 * bisect_right(words[::2], head | (1 << DAY_SHIFT) - 1)
                words[at:at] = array("Q", (head, new[place + 1]))
        self.latest = use.latest
        self.period = use.period
        self.tally = use.tally


class Histories:
    """All patients' histories, by person number, and the indexes that their words speak in."""

    __slots__ = ("clinics", "patients", "sites")

    def __init__(self) -> None:
        self.patients: dict[str, History] = {}
        self.sites = Index((None, None, None))
        self.clinics = Index(None)
