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


class FeeOfDay(msgspec.Struct, frozen=True, gc=False):
    """The patient fee on one day, in öre, and who pays none of it: births as `YYYYMMDD` up to and
    including `born_through` and from `born_from` on, and categories of card."""

    amount_ore: int
    born_through: str
    born_from: str
    exempt_categories: frozenset[str]

    def is_free_by_age(self, person_number: str) -> bool:
        """Whether the person is old or young enough to pay nothing that day."""
        born = person_number[:8] if person_number[6] < "6" else birth_digits(person_number)
        return born <= self.born_through or born >= self.born_from


def fee_of_day(rules: PatientFee, day: date) -> FeeOfDay:
    """The fee as these rules have it on a day."""
    oldest, youngest = rules.free_from_age, rules.charged_from_year_turning
    return FeeOfDay(
        amount_ore=rules.fee.amount_ore,
        born_through="" if oldest is None else birthday_reached_by(day, oldest.age),
        born_from="9" if youngest is None else f"{day.year - youngest.age + 1:04d}0101",
        exempt_categories=frozenset(
            name for rule in rules.exempt_category for name in rule.categories
        ),
    )
