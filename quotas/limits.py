"""Rules that count: limits (highest counts), ceilings (highest sums) and least intervals."""

from typing import Literal

from terms.citation import Rule
from terms.vocabulary import Performer

Within = Literal["calendar_year"]


class Limit(Rule, frozen=True, kw_only=True):
    """So many actions of these codes a patient and support; with `performer`, only theirs."""

    codes: list[str]
    count: int
    within: Within
    performer: Performer | None = None


class Ceiling(Rule, frozen=True, kw_only=True):
    """So much, in öre, a patient and support, or over all supports of the file where it joins
    them. Exempt codes neither count nor are stopped. Where it is renewed by approval, the year is
    cut into windows at the decision days of approved applications."""

    amount_ore: int
    within: Within
    exempt_codes: list[str] = []
    joins_supports: bool = False
    renewed_by_approval: bool = False


class Interval(Rule, frozen=True, kw_only=True):
    """Any two actions of these codes are at least so many months apart, counted both ways."""

    codes: list[str]
    months: int
