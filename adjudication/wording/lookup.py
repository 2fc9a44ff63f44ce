"""What words need to know of a line beyond its decision: looked up in the rules of its day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from adjudication.compiling import Texts
from adjudication.decision import LineDecision
from adjudication.findings import DeadlinePassed
from adjudication.library import Library, RegionRules
from adjudication.rulebook import TreatmentDay
from adjudication.wording import cards
from adjudication.wording.about import About
from tariffs.patientfee import PatientFee
from tariffs.pricelist import PriceList
from terms.citation import Citation, Source
from terms.vocabulary import Support


class Rules(NamedTuple):
    """The rules that decided a line: whose, of which day, and from which files."""

    region: RegionRules
    support: Support
    day: TreatmentDay
    texts: Texts


class Lookup:
    """Looks up in one library. A line without an edition has no rules, only the contract's."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def rules(self, line: LineDecision) -> Rules | None:
        """The rules that decided the line."""
        if line.edition is None:
            return None
        region = self._library.regions[line.edition.region]
        support = cast(Support, line.edition.support)
        day = self._library.calendar(region.region, support).on(line.treated_on)
        texts = region.texts_on(support, line.treated_on)
        return None if texts is None else Rules(region, support, day, texts)

    def about(self, line: LineDecision) -> About:
        """The line as its findings speak of it."""
        rules = self.rules(line)
        if rules is None:
            return About(line.code, line.treated_on, line.claimed_ore)
        is_late = any(isinstance(finding, DeadlinePassed) for finding in line.findings)
        prices = rules.texts.prices or rules.texts.lists[0]
        return About(
            code=line.code,
            treated_on=line.treated_on,
            claimed_ore=line.claimed_ore,
            last_day=None if is_late else rules.day.last_day_to_bill,
            stands_in=prices.file.stands_in,
            issuers=_issuers(rules),
            carrying=rules.day.book.carrying,
            limited={one.id: one.codes for one in rules.texts.directions.limit},
        )

    def citation(self, rule: str, line: LineDecision | None) -> Citation:
        """Where a rule comes from; without a line, one of the contract's."""
        rules = None if line is None else self.rules(line)
        return self._library.cite(rule, None if rules is None else rules.day.book)

    def name(self, line: LineDecision) -> str:
        """What the price list calls the line's action, or nothing."""
        rules = self.rules(line)
        action = None if rules is None else rules.texts.lists[0].action(line.code)
        return "" if action is None else action.name

    def standing_in(self, line: LineDecision) -> tuple[PriceList, Source] | None:
        """The prices that the line is paid by and whose they are, where they stand in for the
        region's own."""
        rules = self.rules(line)
        prices = None if rules is None else rules.texts.prices
        if rules is None or prices is None or not prices.file.stands_in:
            return None
        return prices, self._library.sources[prices.file.tariff.source or prices.file.source]

    def fee(
        self, day: date, lines: Iterable[LineDecision]
    ) -> tuple[LineDecision | None, PatientFee | None]:
        """The fee's rules on a day, and a line of that day by which they are cited."""
        for line in lines:
            rules = self.rules(line) if line.treated_on == day else None
            if rules is not None:
                return line, rules.texts.fee
        return None, None


def action_names(region: RegionRules, support: Support, on: date) -> Mapping[str, str]:
    """What the region's price lists call the codes, as of a day."""
    texts = region.texts_on(support, on)
    if texts is None:
        return {}
    return {code: one.name for code, one in texts.lists[0].actions.items()}


def all_action_names(library: Library, on: date) -> dict[tuple[str, Support], Mapping[str, str]]:
    """The same of every region and support."""
    return {
        (name, support): action_names(region, support, on)
        for name, region in library.regions.items()
        for support in region.directions
    }


def _issuers(rules: Rules) -> Sequence[str]:
    """Whom to ask about cards, where all categories have the same issuers."""
    of_support = [one for one in rules.texts.cards.category if one.support == rules.support]
    return cards.common_issuers(of_support)
