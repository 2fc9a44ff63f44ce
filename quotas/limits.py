"""Rules that count: limits (highest counts), ceilings (highest sums) and least intervals."""

from typing import Annotated, Literal

import msgspec

from terms.citation import Rule
from terms.vocabulary import Performer

Within = Literal["calendar_year"]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Months = Annotated[int, msgspec.Meta(ge=1, le=120)]
AmountOre = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]


class Limit(Rule, frozen=True, kw_only=True):
    """So many actions of these codes a patient and support; with `performer`, only theirs."""

    codes: list[str]
    count: Count
    within: Within
    performer: Performer | None = None


class Ceiling(Rule, frozen=True, kw_only=True):
    """So much, in öre, a patient and support, or over all supports of the file where it joins
    them. Exempt codes neither count nor are stopped. Where it is renewed by approval, the year is
    cut into windows at the decision days of approved applications."""

    amount_ore: AmountOre
    within: Within
    exempt_codes: list[str] = []
    joins_supports: bool = False
    renewed_by_approval: bool = False


class Interval(Rule, frozen=True, kw_only=True):
    """Any two actions of these codes are at least so many months apart, counted both ways."""

    codes: list[str]
    months: Months
