"""The rule book of a region on one day: sections of sentences, each with place and source."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from adjudication.compiling import Texts
from adjudication.directions import Directions
from adjudication.library import Library, RegionRules
from adjudication.wording import amounts, cards, rules
from adjudication.wording.contract import CONTRACT
from adjudication.wording.statements import Statement, Writer
from tariffs.patientfee import PatientFee
from tariffs.pricelist import PriceList
from terms.citation import Rule, RuleFile
from terms.vocabulary import Support


class Section(NamedTuple):
    """Statements under one heading; `lacking` says what no rule speaks of though one might."""

    title: str
    statements: list[Statement]
    lacking: str = ""


class Book(NamedTuple):
    """What is in force on a day for a region and the supports that share their directions."""

    region_name: str
    supports: tuple[Support, ...]
    on: date
    texts: Texts
    sections: list[Section]


def books_on(library: Library, region: RegionRules, support: Support | None, on: date) -> list[Book]:
    """The region's books on a day, of one support or of all; none where nothing is in force."""
    shared: dict[int, tuple[Texts, list[Support]]] = {}
    for one in region.directions if support is None else [support]:
        texts = region.texts_on(one, on)
        if texts is not None:
            shared.setdefault(id(texts.directions), (texts, []))[1].append(one)
    return [
        Book(region.name, tuple(supports), on, texts, _Author(library, region, texts, supports).all())
        for texts, supports in shared.values()
    ]


class _Author:
    """Writes the sections of one book."""

    def __init__(
        self, library: Library, region: RegionRules, texts: Texts, supports: Sequence[Support]
    ) -> None:
        self._library = library
        self._name = region.name
        self._texts = texts
        self._supports = supports
        self._others = {one.name for one in library.regions.values()} - {region.name}
        self._of = self._writer(texts.directions)

    def all(self) -> list[Section]:
        """All sections, in the order in which their questions are asked; the fee comes last."""
        sections = [
            self._cards(),
            self._timing(),
            self._performers(),
            self._coverage(),
            self._same_day(),
            self._interval(),
            self._prices(),
            self._preassessment(),
            self._fee(),
            self._contract(),
        ]
        return [one for one in sections if one.statements or one.lacking]

    def _writer(self, file: RuleFile) -> Writer:
        return Writer(file, self._library.sources, self._others)

    def _cards(self) -> Section:
        file = self._texts.cards
        of = self._writer(file)
        statements = [of.state("card", file.card, cards.card(self._supports))]
        categories = [one for one in file.category if one.support in self._supports]
        issuers = cards.common_issuers(categories)
        statements += [
            of.state(
                "category",
                Rule(id=one.name, place=one.place),
                cards.category(one, is_issuer_said=bool(issuers)),
            )
            for one in categories
        ]
        if issuers:
            rule = Rule(id="issuers", place=categories[0].place)
            statements.append(of.state("issuers", rule, cards.issued_by(issuers)))
        return Section("Tandvårdskort", statements)

    def _timing(self) -> Section:
        rule = self._texts.directions.deadline
        if rule is None:
            return Section("Fakturan i tid", [], "Ingen sista dag för fakturan är inlagd.")
        return Section("Fakturan i tid", [self._of.state("deadline", rule, rules.deadline(rule))])

    def _performers(self) -> Section:
        prices = self._texts.newest
        statements = [
            self._writer(prices.file).state(
                "performer", prices.file.performer, amounts.performers(prices)
            )
        ]
        for rule in self._texts.directions.billed_as:
            statements.append(self._of.state("billed_as", rule, rules.billed_as(rule)))
        return Section("Vem som utför åtgärden", statements)

    def _coverage(self) -> Section:
        directions, state = self._texts.directions, self._of.state
        statements, lacking = [], ""
        if directions.coverage is None:
            lacking = "Ingen lista över vad regionen betalar är inlagd: inget avvisas av det skälet."
        else:
            text = rules.coverage(directions.coverage)
            statements.append(state("coverage", directions.coverage, text))
        statements += [state("condition", one, rules.condition(one)) for one in directions.condition]
        statements += [state("position", one, rules.position(one)) for one in directions.position]
        statements += [state("zone", one, rules.zone(one)) for one in directions.zone]
        return Section("Vad regionen betalar", statements, lacking)
