"""A region's local directions (lokala anvisningar): one document, one file, one Struct a kind.

A file joins several supports only where one of its rules does. Codes are written as the document
writes them (tariffs/actions.py). Which finding each kind leads to stands in adjudication/checks/.
"""

from typing import Annotated

import msgspec

from adjudication.invoice import DocumentKind, Fact
from quotas.limits import Ceiling, Interval, Limit
from terms.citation import Rule, RuleFile
from terms.vocabulary import CareLevel, Performer, Support

Position = Annotated[int, msgspec.Meta(ge=1, le=8)]


class Coverage(Rule, frozen=True, kw_only=True):
    """What the region pays for; the patient pays everything else. Without it all is covered."""

    codes: list[str]


class Condition(Rule, frozen=True, kw_only=True):
    """Codes that are covered only where the line attests a fact."""

    codes: list[str]
    fact: Fact


class PositionRule(Rule, frozen=True, kw_only=True):
    """Codes that are covered only in some positions of the jaw, 1 at the middle, 8 innermost."""

    codes: list[str]
    positions: list[Position]


class Exclusion(Rule, frozen=True, kw_only=True):
    """Codes that cannot stand with others on one day. Within an invoice `yields` gives way to
    `to`; across invoices the later line does, whichever side it is."""

    yields: list[str]
    to: list[str]


class MotivatedCombination(Rule, frozen=True, kw_only=True):
    """Codes that stand with others on one day only with a motivation and a document, which a
    person then assesses."""

    codes: list[str]
    with_codes: list[str] = msgspec.field(name="with")
    document: DocumentKind


class DocumentRule(Rule, frozen=True, kw_only=True):
    """Codes that need a document on the line."""

    codes: list[str]
    document: DocumentKind


class Zone(Rule, frozen=True, kw_only=True):
    """Codes that need one of these zones."""

    codes: list[str]
    zones: list[str]


class Application(Rule, frozen=True, kw_only=True):
    """Codes that always need an approved application, at one care level or at both. The naming
    also covers them."""

    codes: list[str]
    care_level: CareLevel | None = None


class BilledAs(Rule, frozen=True, kw_only=True):
    """Codes that a performer bills under another code. A hint to the clinic; decides nothing."""

    codes: list[str]
    performer: Performer
    use: str


class Deadline(Rule, frozen=True, kw_only=True):
    """The last day to bill: the end of the month so many months after the treatment month, or so
    many days after the treatment. Just one of the two."""

    months_after_treatment_month: int | None = None
    days_after_treatment: int | None = None


class Directions(RuleFile, frozen=True, kw_only=True):
    """One region's directions for its supports, from one day on."""

    supports: list[Support]
    coverage: Coverage | None = None
    condition: list[Condition] = []
    position: list[PositionRule] = []
    exclusion: list[Exclusion] = []
    motivated_combination: list[MotivatedCombination] = []
    document: list[DocumentRule] = []
    zone: list[Zone] = []
    interval: list[Interval] = []
    limit: list[Limit] = []
    ceiling: list[Ceiling] = []
    application: list[Application] = []
    billed_as: list[BilledAs] = []
    carrying: Rule
    deadline: Deadline | None = None

    def rules(self) -> list[Rule]:
        """Every rule of the file, in the order in which its questions are asked."""
        single = [rule for rule in (self.deadline, self.coverage) if rule is not None]
        return [
            *self.zone,
            *single,
            *self.condition,
            *self.position,
            *self.exclusion,
            *self.motivated_combination,
            *self.document,
            *self.interval,
            *self.application,
            *self.limit,
            *self.ceiling,
            *self.billed_as,
            self.carrying,
        ]

    def code_sets(self) -> list[list[str]]:
        """Every set of codes that the file writes."""
        sets: list[list[str]] = [] if self.coverage is None else [self.coverage.codes]
        for kind in (
            self.condition, self.position, self.motivated_combination, self.document, self.zone,
            self.interval, self.limit, self.application, self.billed_as,
        ):  # fmt: skip
            sets.extend(rule.codes for rule in kind)
        for exclusion in self.exclusion:
            sets += [exclusion.yields, exclusion.to]
        sets.extend(rule.with_codes for rule in self.motivated_combination)
        sets.extend(rule.exempt_codes for rule in self.ceiling)
        sets.extend([rule.use] for rule in self.billed_as)
        return sets
