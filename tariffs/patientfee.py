"""The patient fee: its amount a visit, and who does not pay it."""

from datetime import date

import msgspec

from terms.citation import Rule, RuleFile
from terms.person import birth_digits, birthday_reached_by


class Fee(Rule, frozen=True, kw_only=True):
    """The fee of one visit, in öre."""

    amount_ore: int


class Age(Rule, frozen=True, kw_only=True):
    """An age in whole years."""

    age: int


class ExemptCategory(Rule, frozen=True, kw_only=True):
    """Card categories that pay no fee."""

    categories: list[str]


class PatientFee(RuleFile, frozen=True, kw_only=True):
    """A region's patient fee from one day on.

    `free_from_age` frees from that birthday; `charged_from_year_turning` frees before 1 January of
    the year in which the patient turns that age.
    """

    fee: Fee
    free_from_age: Age | None = None
    charged_from_year_turning: Age | None = None
    free_card: Rule
    exempt_category: list[ExemptCategory] = []

    def exempt_categories(self) -> frozenset[str]:
        """The categories of card that pay no fee."""
        return frozenset(name for rule in self.exempt_category for name in rule.categories)


class FreeAges(msgspec.Struct, frozen=True):
    """Which births are free of the fee on one day, as `YYYYMMDD` to compare with: those up to and
    including `born_through`, and those from `born_from` on."""

    born_through: str
    born_from: str

    def include(self, person_number: str) -> bool:
        """Whether the person pays no fee that day for being so old or so young."""
        born = birth_digits(person_number)
        return born <= self.born_through or born >= self.born_from


def free_ages(rules: PatientFee, day: date) -> FreeAges:
    """The births that are free of the fee on a day."""
    oldest, youngest = rules.free_from_age, rules.charged_from_year_turning
    return FreeAges(
        born_through="" if oldest is None else birthday_reached_by(day, oldest.age),
        born_from="9" if youngest is None else f"{day.year - youngest.age + 1:04d}0101",
    )
