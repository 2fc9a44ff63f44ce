"""What a patient has used: every approved line, packed into two words of 64 bits.

A million patients are remembered at once, so a line costs 16 bytes and no object:

    head    day number 16 | code 12 | support 2 | performer 2 | carried 1 | site 31
    amount  allowed öre 32 | fee taken for this visit 1 | clinic that took it 31

The *kind* of a line is the middle of its head: code, support, performer, carried. Code, site
(tooth, zone and surfaces) and clinic are numbers of an `Index`. The words stand in the order of
days, those of one day in the order of approval. Everything counted is worked out from them alone;
`period`, `tally` and `latest` only remember the last such answer.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from typing import Final

import msgspec

from quotas.counting import DAY_SHIFT, KIND_SHIFT, Period
from terms.vocabulary import PERFORMERS, SUPPORTS, Performer, Support

BELOW_DAY: Final = (1 << DAY_SHIFT) - 1
CODE_SHIFT: Final = 36
CODE_MASK: Final = 0xFFF
SUPPORT_SHIFT: Final = 34
SUPPORT_MASK: Final = 3
SITE_BITS: Final = 31
SITE_MASK: Final = (1 << SITE_BITS) - 1
CARRIED: Final = 1 << KIND_SHIFT
FEE_TAKEN: Final = 1 << 31
MOST_WORDS: Final = 2 * 0x7FFFF
"""A count has 19 bits and a flag; a patient with more lines than that is an error in the input."""

SUPPORT_NUMBERS: Final = {support: number for number, support in enumerate(SUPPORTS)}
PERFORMER_NUMBERS: Final = {performer: number for number, performer in enumerate(PERFORMERS)}


def kind_of(code: int, support: Support, performer: Performer) -> int:
    """The kind of a line that no application carries."""
    return code << 5 | SUPPORT_NUMBERS[support] << 3 | PERFORMER_NUMBERS[performer] << 1


class Index(dict[Hashable, int]):
    """Numbers for things that are met again, from 1 in the order first met."""

    def __missing__(self, thing: Hashable) -> int:
        number = self[thing] = len(self) + 1
        return number


class Use(msgspec.Struct, frozen=True, gc=False):
    """What one decided invoice uses, before it is posted: the words of its approved lines in the
    order of days, what they draw of applications, and the answers that hold after posting."""

    words: list[int]
    drawn: dict[tuple[str, int], int]
    latest: int
    period: Period | None
    tally: int


class History(msgspec.Struct, gc=False):
    """One patient's approved lines, over all supports and clinics.

    `latest` is the day number of the latest line whose code has a least interval anywhere, or -1.
    """

    words: "array[int]" = msgspec.field(default_factory=lambda: array("Q"))
    latest: int = -1
    period: Period | None = None
    tally: int = 0

    def heads_between(self, first: int, last: int) -> Sequence[int]:
        """The heads of the lines from one day number through another."""
        heads = self.words[::2]
        place = bisect_left(heads, max(first, 0) << DAY_SHIFT)
        return heads[place : bisect_right(heads, (last + 1 << DAY_SHIFT) - 1)]

    def is_fee_taken(self, day: int, clinic: int) -> bool:
        """Whether a fee was taken for the visit at that clinic that day."""
        words = self.words
        place = 2 * bisect_left(words[::2], day << DAY_SHIFT)
        while place < len(words) and words[place] >> DAY_SHIFT == day:
            if words[place + 1] & (FEE_TAKEN | SITE_MASK) == FEE_TAKEN | clinic:
                return True
            place += 2
        return False

    def post(self, use: Use) -> None:
        """Remember what a decided invoice used."""
        new, words = use.words, self.words
        if words and new[0] | BELOW_DAY < words[-2]:
            self._insert(new)
        else:
            words.fromlist(new)
        if len(words) > MOST_WORDS:
            raise OverflowError(f"mer än {MOST_WORDS // 2} godkända rader för en patient")
        self.latest = use.latest
        self.period = use.period
        self.tally = use.tally

    def _insert(self, new: list[int]) -> None:
        """Put late lines after those that are there of the same day and before."""
        words = self.words
        for place in range(0, len(new), 2):
            head = new[place]
            at = 2 * bisect_right(words[::2], head | BELOW_DAY)
            words[at:at] = array("Q", (head, new[place + 1]))


class Indexes(msgspec.Struct, frozen=True):
    """The numbers that all histories speak in: of sites (tooth, zone, surfaces) and of clinics."""

    sites: Index
    clinics: Index
