"""Card categories: which support each opens, how long its card lasts and who issues it."""

from datetime import date, timedelta

import msgspec

from terms.citation import Rule, RuleFile
from terms.period import add_years
from terms.vocabulary import Support


class Diagnosis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A diagnosis within a category whose card lasts another time."""

    name: str
    lasts_years: int


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One category of a region; `lasts_years` None is until further notice."""

    name: str
    support: Support
    meaning: str = ""
    lasts_years: int | None = None
    diagnosis: list[Diagnosis] = []
    issuers: list[str] = []
    place: str

    def last_day(self, valid_from: date, diagnosis: str | None) -> date | None:
        """The last day of a card of this category that states none; None is until further notice.

        Four years from 2022-03-01 is through 2026-02-28, two years from 2024-02-29 through
        2026-02-27.
        """
        years = self.lasts_years
        for entry in self.diagnosis:
            if entry.name == diagnosis:
                years = entry.lasts_years
        return None if years is None else add_years(valid_from, years) - timedelta(days=1)


class CardRules(RuleFile, frozen=True, kw_only=True):
    """A region's cards from one day on; `name` is the region's."""

    name: str
    card: Rule
    category: list[Category]

    def rules(self) -> list[Rule]:
        """Every rule of the file."""
        return [self.card]

    def named(self, category: str) -> Category | None:
        """The category of that name."""
        for found in self.category:
            if found.name == category:
                return found
        return None
