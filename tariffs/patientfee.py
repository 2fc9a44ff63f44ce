"""The patient fee: its amount a visit, and who does not pay it."""

from datetime import date

from tariffs.feeofday import FeeOfDay
from terms.citation import Rule, RuleFile
from terms.person import birthday_reached_by


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

    def rules(self) -> list[Rule]:
        """Every rule of the file, in the order in which its questions are asked."""
        ages = (self.free_from_age, self.charged_from_year_turning)
        return [
            self.fee,
            *(age for age in ages if age is not None),
            self.free_card,
            *self.exempt_category,
        ]


def fee_of_day(rules: PatientFee, day: date) -> FeeOfDay:
    """The fee as these rules have it on a day."""
    free_from, charged_from = rules.free_from_age, rules.charged_from_year_turning
    oldest, youngest = "", "9"
    if free_from is not None:
        oldest = birthday_reached_by(day, free_from.age) + "9999"
    if charged_from is not None:
        youngest = f"{day.year - charged_from.age + 1:04d}0101"
    return FeeOfDay(
        amount_ore=rules.fee.amount_ore,
        oldest=oldest,
        youngest=youngest,
        exempt_categories=frozenset(
            name for rule in rules.exempt_category for name in rule.categories
        ),
    )
