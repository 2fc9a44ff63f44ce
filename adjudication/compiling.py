"""From rule files to a rulebook: each code gets the checks that can speak of it, in their order."""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from adjudication.checks.applications import ApplicationRequired
from adjudication.checks.check import Check
from adjudication.checks.combinations import MotivatedTogether, NotExcluded
from adjudication.checks.coverage import ActionCovered, ConditionMet, PositionCovered
from adjudication.checks.documents import DocumentGiven
from adjudication.checks.duplicates import NotDuplicate
from adjudication.checks.entitlement import CardHeld
from adjudication.checks.interval import IntervalElapsed
from adjudication.checks.performer import PerformedBy
from adjudication.checks.pricing import Priced
from adjudication.checks.remaining import WithinCeiling, WithinLimit
from adjudication.checks.structure import ActionKnown, RulesInForce, ToothValid, ZoneGiven
from adjudication.checks.timing import BilledInTime, TreatedByReceipt
from adjudication.directions import Directions
from adjudication.plain import plains_of
from adjudication.rows import Row, Rows, Stages
from adjudication.rulebook import Rulebook
from quotas.counting import (
    COUNT_BITS,
    COUNT_FLAG,
    FIELDS_FROM,
    ODD,
    SUM_BITS,
    SUM_FLAG,
    Counting,
    Step,
    guard_of_count,
    guard_of_sum,
)
from quotas.limits import Ceiling, Limit
from quotas.record import Sites, kind_of
from registry.categories import CardRules
from tariffs.actions import expand, named
from tariffs.patientfee import PatientFee
from tariffs.pricelist import PriceList
from terms.citation import Citation, Rule, RuleFile, Source
from terms.editions import Edition
from terms.vocabulary import PERFORMERS, Performer, Support

UNKNOWN_CODE = 0
_NOT_DUPLICATE = NotDuplicate()
_IN_TIME = TreatedByReceipt()
_TOOTH_VALID = ToothValid()
_NO_USE: dict[Performer, tuple[int, int, int]] = dict.fromkeys(PERFORMERS, (0, 0, 0))
_RULES_IN_FORCE = RulesInForce()
_ACTION_KNOWN = ActionKnown()
_UNKNOWN = Row(UNKNOWN_CODE, _NO_USE, Stages((_IN_TIME, _ACTION_KNOWN, _TOOTH_VALID)))
_WITHOUT_RULES = Stages((_RULES_IN_FORCE, _IN_TIME, _TOOTH_VALID))
_UNKNOWN_WITHOUT_RULES = Row(
    UNKNOWN_CODE, _NO_USE, Stages((_RULES_IN_FORCE, _IN_TIME, _ACTION_KNOWN, _TOOTH_VALID))
)


class Codes(NamedTuple):
    """The codes that a region knows, with their numbers; those of all regions, since a patient may
    move; and those that have a least interval in some region."""

    numbers: Mapping[str, int]
    everywhere: Mapping[str, int]
    with_interval: frozenset[int]


class Texts(NamedTuple):
    """The files in force on one day for a region and support, with what they were read from.
    `lists` are all price lists of the region in the order in which they are asked who performs a
    code: the one in force and those before it, the newest first, then later ones."""

    directions: Directions
    cards: CardRules
    fee: PatientFee
    prices: PriceList | None
    lists: tuple[PriceList, ...]
    contents: tuple[bytes, ...]

    def performing(self, code: str) -> tuple[str, Performer] | None:
        """The rule that says who performs a code, and who; None where anyone may."""
        for prices in self.lists:
            action = prices.action(code)
            if action is not None:
                performer = action.performed_by
                return None if performer is None else (prices.file.performer.id, performer)
        return None


def without_rules(support: Support, codes: Codes, sites: Sites) -> Rulebook:
    """The rulebook of a region, support and day without an edition: what an assessor approves there
    is in no count, and yet repeated by a duplicate."""
    by_code = {
        code: Row(
            number,
            {one: (kind_of(number, support, one), 0, 0) for one in PERFORMERS},
            _WITHOUT_RULES,
        )
        for code, number in codes.numbers.items()
    }
    rows = Rows(by_code, _UNKNOWN_WITHOUT_RULES)
    return Rulebook(
        edition=None,
        rows=rows,
        plains=plains_of(rows, support, sites),
        flags=ODD,
        of_day=(),
        counting=Counting({}),
        renewing=frozenset(),
        longest_interval=0,
        carrying="",
        tariff="",
        limits=(),
        ceilings=(),
        intervals=(),
        citations={},
    )


def compile_rulebook(
    support: Support, texts: Texts, codes: Codes, sites: Sites, sources: dict[str, Source]
) -> Rulebook:
    """The rulebook of a support while these files are in force."""
    directions = texts.directions
    compiler = _Compiler(support, texts, codes)
    rows = Rows({code: compiler.row(code) for code in codes.numbers}, _UNKNOWN)
    guard, flags = compiler.guard()
    of_day: list[Check] = []
    if directions.deadline is not None:
        of_day.append(BilledInTime(directions.deadline.id))
    of_day.append(CardHeld(texts.cards.card.id))
    return Rulebook(
        edition=edition_of(support, texts),
        rows=rows,
        plains=plains_of(rows, support, sites),
        flags=flags,
        of_day=tuple(of_day),
        counting=Counting(compiler.steps(), guard),
        renewing=frozenset(
            renewing
            for ceiling in directions.ceiling
            if ceiling.renewed_by_approval
            for renewing in compiler.supports_of(ceiling)
        ),
        longest_interval=max([rule.months for rule in directions.interval], default=0),
        carrying=directions.carrying.id,
        tariff=texts.prices.file.tariff.id if texts.prices else "contract/tariff_price_missing",
        limits=tuple(compiler.limits),
        ceilings=tuple(compiler.ceilings),
        intervals=tuple(compiler.intervals),
        citations=_citations(texts, sources),
    )


def edition_of(support: Support, texts: Texts) -> Edition:
    """How decisions under these files name them."""
    return Edition(
        region=texts.directions.region,
        support=support,
        valid_from=texts.directions.valid_from,
        digest=sha256(b"\0".join(texts.contents)).hexdigest()[:12],
    )


class _Compiler:
    """Works out the rows and steps of one rulebook."""

    def __init__(self, support: Support, texts: Texts, codes: Codes) -> None:
        self._support = support
        self._texts = texts
        self._directions = texts.directions
        self._codes = codes
        ceilings, limits = self._directions.ceiling, self._directions.limit
        self._ceiling_shifts = [FIELDS_FROM + SUM_BITS * place for place in range(len(ceilings))]
        limits_from = FIELDS_FROM + SUM_BITS * len(ceilings)
        self._limit_shifts = [limits_from + COUNT_BITS * place for place in range(len(limits))]
        self._sets: dict[tuple[str, ...], frozenset[str]] = {}
        self.limits = [
            (limit, WithinLimit(limit.id, limit.count, limit.performer, shift))
            for shift, limit in zip(self._limit_shifts, limits, strict=True)
        ]
        self.ceilings = [
            (ceiling, WithinCeiling(ceiling.id, ceiling.amount_ore, shift))
            for shift, ceiling in zip(self._ceiling_shifts, ceilings, strict=True)
        ]
        self.intervals = [
            (interval, IntervalElapsed(interval.id, self._kinds(interval.codes), interval.months))
            for interval in self._directions.interval
        ]

    def row(self, code: str) -> Row:
        """What the rules say about one code."""
        number = self._codes.numbers[code]
        return Row(
            number,
            {performer: self._use(code, number, performer) for performer in PERFORMERS},
            Stages(
                structure=self._structure(code),
                eligibility=self._eligibility(code),
                coverage=self._coverage(code),
                care=self._care(code),
                remaining=self._remaining(code),
            ),
            yields=any(code in self._expand(rule.yields) for rule in self._directions.exclusion),
            has_interval=number in self._codes.with_interval,
            sides=(self._sides(code), self._sides(code, turned=True)),
        )

    def steps(self) -> dict[int, Step]:
        """What each kind of line adds to the tally: a line of this support to the limits, one of
        any support that a ceiling sums over to that ceiling."""
        steps: dict[int, Step] = {}
        for code, number in self._codes.everywhere.items():
            for support in self._directions.supports:
                for performer in PERFORMERS:
                    step = self._step(code, support, performer)
                    if any(step):
                        steps[kind_of(number, support, performer)] = step
        return steps

    def guard(self) -> tuple[int, int]:
        """The guard of a tally, and which of its bits are set where some limit or ceiling is
        passed: each field's own highest bit."""
        guard, flags = 0, ODD
        for shift, ceiling in zip(self._ceiling_shifts, self._directions.ceiling, strict=True):
            flags += SUM_FLAG << shift
            guard += guard_of_sum(ceiling.amount_ore) << shift
        for shift, limit in zip(self._limit_shifts, self._directions.limit, strict=True):
            flags += COUNT_FLAG << shift
            guard += guard_of_count(limit.count) << shift
        return guard, flags

    def supports_of(self, ceiling: Ceiling) -> list[Support]:
        """The supports that a ceiling sums over."""
        return self._directions.supports if ceiling.joins_supports else [self._support]

    def _use(self, code: str, number: int, performer: Performer) -> tuple[int, int, int]:
        """What an approved line of this support uses, as `Row.uses` has it."""
        counts, yearly, windowed = self._step(code, self._support, performer)
        kind = kind_of(number, self._support, performer)
        return kind, counts, yearly + windowed

    def _step(self, code: str, support: Support, performer: Performer) -> Step:
        counts = yearly = windowed = 0
        for shift, limit in zip(self._limit_shifts, self._directions.limit, strict=True):
            if support == self._support and self._counts(limit, code, performer):
                counts += 1 << shift
        for shift, ceiling in zip(self._ceiling_shifts, self._directions.ceiling, strict=True):
            if support in self.supports_of(ceiling) and self._is_summed(ceiling, code):
                if ceiling.renewed_by_approval:
                    windowed += 1 << shift
                else:
                    yearly += 1 << shift
        return counts, yearly, windowed

    def _counts(self, limit: Limit, code: str, performer: Performer) -> bool:
        return limit.performer in (None, performer) and code in self._expand(limit.codes)

    def _is_summed(self, ceiling: Ceiling, code: str) -> bool:
        return code not in self._expand(ceiling.exempt_codes)

    def _sides(self, code: str, turned: bool = False) -> int:
        """A bit for each side of a combination that the code is on; `turned`, for the other one."""
        directions = self._directions
        pairs = [(rule.yields, rule.to) for rule in directions.exclusion]
        pairs += [(rule.codes, rule.with_codes) for rule in directions.motivated_combination]
        bits = 0
        for place, (one, other) in enumerate(pairs):
            for side, written in enumerate((other, one) if turned else (one, other)):
                if code in self._expand(written):
                    bits |= 1 << 2 * place + side
        return bits

    def _expand(self, written: list[str]) -> frozenset[str]:
        key = tuple(written)
        if key not in self._sets:
            self._sets[key] = expand(written, self._codes.numbers)
        return self._sets[key]

    def _kinds(self, written: list[str]) -> frozenset[int]:
        """The kinds that lines of these codes have in this support."""
        return frozenset(
            kind_of(number, self._support, performer)
            for number in self._numbered(written)
            for performer in PERFORMERS
        )

    def _numbered(self, written: list[str]) -> dict[int, str]:
        return {self._codes.numbers[code]: code for code in self._expand(written)}

    def _structure(self, code: str) -> tuple[Check, ...]:
        zones = [rule for rule in self._directions.zone if code in self._expand(rule.codes)]
        return (_IN_TIME, _TOOTH_VALID, *(ZoneGiven(rule.id, rule.zones) for rule in zones))

    def _eligibility(self, code: str) -> tuple[Check, ...]:
        performing = self._texts.performing(code)
        if performing is None:
            return (_NOT_DUPLICATE,)
        rule, performer = performing
        bill_as: dict[str, str] = {
            one.performer: one.use
            for one in self._directions.billed_as
            if code in self._expand(one.codes)
        }
        performed_by = PerformedBy(rule, performer, bill_as)
        return (performed_by, _NOT_DUPLICATE)

    def _coverage(self, code: str) -> tuple[Check, ...]:
        directions = self._directions
        checks: list[Check] = []
        if directions.coverage is not None and not self._is_covered(code):
            checks.append(ActionCovered(directions.coverage.id))
        checks += [
            ConditionMet(rule.id, rule.fact)
            for rule in directions.condition
            if code in self._expand(rule.codes)
        ]
        checks += [
            PositionCovered(rule.id, rule.positions)
            for rule in directions.position
            if code in self._expand(rule.codes)
        ]
        return tuple(checks)

    def _is_covered(self, code: str) -> bool:
        """Listed, or named as needing an application."""
        directions = self._directions
        listed = directions.coverage is None or code in self._expand(directions.coverage.codes)
        return listed or any(code in self._expand(rule.codes) for rule in directions.application)

    def _care(self, code: str) -> tuple[Check, ...]:
        directions = self._directions
        checks: list[Check] = []
        for exclusion in directions.exclusion:
            for side, other in (
                (exclusion.yields, exclusion.to),
                (exclusion.to, exclusion.yields),
            ):
                if code in self._expand(side):
                    checks.append(NotExcluded(exclusion.id, self._numbered(other)))
        for together in directions.motivated_combination:
            for side, other in (
                (together.codes, together.with_codes),
                (together.with_codes, together.codes),
            ):
                if code in self._expand(side):
                    others = self._numbered(other)
                    checks.append(MotivatedTogether(together.id, others, together.document))
        checks += [
            DocumentGiven(rule.id, rule.document)
            for rule in directions.document
            if code in self._expand(rule.codes)
        ]
        checks += [check for rule, check in self.intervals if code in self._expand(rule.codes)]
        checks.append(self._priced(code))
        return tuple(checks)

    def _priced(self, code: str) -> Check:
        prices = self._texts.prices
        if prices is None:
            return Priced("contract/tariff_price_missing", None, None)
        return Priced(
            prices.file.tariff.id,
            prices.price_ore(code, "general"),
            prices.price_ore(code, "specialist"),
        )

    def _remaining(self, code: str) -> tuple[Check, ...]:
        directions = self._directions
        checks: list[Check] = [
            ApplicationRequired(rule.id, rule.care_level)
            for rule in directions.application
            if code in self._expand(rule.codes)
        ]
        checks += [check for limit, check in self.limits if code in self._expand(limit.codes)]
        checks += [check for ceiling, check in self.ceilings if self._is_summed(ceiling, code)]
        return tuple(checks)


def _citations(texts: Texts, sources: dict[str, Source]) -> dict[str, Citation]:
    """The citation of every rule by id."""
    prices, listed = texts.prices, texts.lists[0].file
    files: list[tuple[RuleFile, list[Rule]]] = [
        (texts.cards, texts.cards.rules()),
        (listed, [listed.performer]),
        (texts.directions, texts.directions.rules()),
        (texts.fee, texts.fee.rules()),
    ]
    if prices is not None:
        files.append((prices.file, [prices.file.tariff, prices.file.specialist_suffix]))
    return {rule.id: file.cite(rule, sources) for file, rules in files for rule in rules}


def codes_named(directions: Directions) -> set[str]:
    """Every code that the directions name, one by one or in a range."""
    return {code for written in directions.code_sets() for code in named(written)}
