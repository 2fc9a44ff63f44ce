"""The sections of a rule book, in the order in which their questions are asked; the fee follows."""

from collections.abc import Sequence
from typing import NamedTuple

from adjudication.compiling import Texts
from adjudication.library import Library, RegionRules
from adjudication.wording import amounts, cards, rules
from adjudication.wording.contract import CONTRACT
from adjudication.wording.statements import Statement, Writer
from preassessments.requirements import ApplicationRules
from terms.citation import Rule, RuleFile
from terms.vocabulary import Support


class Section(NamedTuple):
    """Statements under one heading; `lacking` says what no rule speaks of though one might."""

    title: str
    statements: list[Statement]
    lacking: str = ""


class Author:
    """Writes the sections of a region's book for supports that share their directions."""

    def __init__(
        self,
        library: Library,
        region: RegionRules,
        texts: Texts,
        supports: Sequence[Support],
        applications: Sequence[ApplicationRules],
    ) -> None:
        self._library = library
        self._texts = texts
        self._supports = supports
        self._applied_by = applications
        self._others = {one.name for one in library.regions.values()} - {region.name}
        self._directions = texts.directions
        self._state = self._writer(texts.directions).state

    def sections(self) -> list[Section]:
        """All sections that have something to say."""
        written = [
            self._cards(),
            self._deadline(),
            self._performers(),
            self._coverage(),
            self._same_day(),
            self._documents(),
            self._interval(),
            self._prices(),
            self._preassessment(),
            self._applications(),
            self._fee(),
            self._contract(),
        ]
        return [one for one in written if one.statements or one.lacking]

    def _writer(self, file: RuleFile) -> Writer:
        return Writer(file, self._library.sources, self._others)

    def _cards(self) -> Section:
        file = self._texts.cards
        state = self._writer(file).state
        categories = [one for one in file.category if one.support in self._supports]
        issuers = cards.common_issuers(categories)
        statements = [state("card", file.card, cards.card(self._supports))]
        for one in categories:
            rule = Rule(id=one.name, place=one.place)
            statements.append(state("category", rule, cards.category(one, bool(issuers))))
        if issuers:
            rule = Rule(id="issuers", place=categories[0].place)
            statements.append(state("issuers", rule, cards.issued_by(issuers)))
        return Section("Tandvårdskort", statements)

    def _deadline(self) -> Section:
        rule, title = self._directions.deadline, "Fakturan i tid"
        if rule is None:
            return Section(title, [], "Ingen sista dag för fakturan är inlagd.")
        return Section(title, [self._state("deadline", rule, rules.deadline(rule))])

    def _performers(self) -> Section:
        newest = self._texts.lists[0]
        performer = newest.file.performer
        text = amounts.performers(newest)
        statements = [self._writer(newest.file).state("performer", performer, text)]
        statements += [
            self._state("billed_as", rule, rules.billed_as(rule))
            for rule in self._directions.billed_as
        ]
        return Section("Vem som utför åtgärden", statements)

    def _coverage(self) -> Section:
        directions, state = self._directions, self._state
        statements = []
        listed = directions.coverage
        if listed is not None:
            statements.append(state("coverage", listed, rules.coverage(listed)))
        statements += [
            state("condition", one, rules.condition(one)) for one in directions.condition
        ]
        statements += [state("position", one, rules.position(one)) for one in directions.position]
        statements += [state("zone", one, rules.zone(one)) for one in directions.zone]
        lacking = "" if listed else "Ingen lista över vad regionen betalar är inlagd."
        return Section("Vad regionen betalar", statements, lacking)

    def _same_day(self) -> Section:
        directions, state = self._directions, self._state
        statements = [state("exclusion", one, rules.exclusion(one)) for one in directions.exclusion]
        statements += [
            state("motivated_combination", one, rules.motivated_combination(one))
            for one in directions.motivated_combination
        ]
        return Section("Åtgärder samma dag", statements)

    def _documents(self) -> Section:
        needed = self._directions.document
        return Section(
            "Handlingar", [self._state("document", one, rules.document(one)) for one in needed]
        )

    def _interval(self) -> Section:
        intervals = self._directions.interval
        return Section(
            "Tid mellan åtgärder",
            [self._state("interval", one, rules.interval(one)) for one in intervals],
        )

    def _prices(self) -> Section:
        title, prices = "Priser", self._texts.prices
        if prices is None:
            return Section(title, [], "Ingen prislista gäller den här dagen.")
        file = prices.file
        state = self._writer(file).state
        source = self._library.sources[file.tariff.source or file.source]
        suffix = file.specialist_suffix
        return Section(
            title,
            [
                state("tariff", file.tariff, amounts.TARIFF),
                state("origin", file.tariff, amounts.origin(prices, source)),
                state("specialist_suffix", suffix, amounts.specialist_suffix(suffix)),
            ],
        )

    def _preassessment(self) -> Section:
        directions, state = self._directions, self._state
        supports = directions.supports
        statements = [
            *(state("application", one, rules.application(one)) for one in directions.application),
            *(state("limit", one, rules.limit(one)) for one in directions.limit),
            *(state("ceiling", one, rules.ceiling(one, supports)) for one in directions.ceiling),
            state("carrying", directions.carrying, rules.CARRYING),
        ]
        lacking = (
            ""
            if directions.limit or directions.ceiling
            else ("Inga gränser för antal eller belopp är inlagda.")
        )
        return Section("Bedömningsansökan, antal och belopp", statements, lacking)

    def _applications(self) -> Section:
        statements = []
        for file in self._applied_by:
            state = self._writer(file).state
            statements += [state("required", one, rules.required(one)) for one in file.required]
            if file.retrospective is not None:
                statements.append(state("retrospective", file.retrospective, rules.RETROSPECTIVE))
            if file.handling is not None:
                statements.append(state("handling", file.handling, rules.handling(file.handling)))
        return Section("Bedömningsansökans innehåll", statements)

    def _fee(self) -> Section:
        file = self._texts.fee
        state = self._writer(file).state
        oldest, youngest = file.free_from_age, file.charged_from_year_turning
        statements = [state("fee", file.fee, amounts.fee(file.fee))]
        if oldest is not None:
            text = amounts.free_from_age(oldest)
            statements.append(state("free_from_age", oldest, text))
        if youngest is not None:
            text = amounts.charged_from_year_turning(youngest)
            statements.append(state("charged_from_year_turning", youngest, text))
        statements.append(state("free_card", file.free_card, amounts.FREE_CARD))
        statements += [
            state("exempt_category", one, amounts.exempt_category(one))
            for one in file.exempt_category
        ]
        return Section("Patientavgift", statements)

    def _contract(self) -> Section:
        return Section(
            "I alla regioner",
            [
                Statement("contract", cited.rule, CONTRACT[code], cited.place, cited.source)
                for code, cited in self._library.contract.items()
                if code in CONTRACT
            ],
        )
