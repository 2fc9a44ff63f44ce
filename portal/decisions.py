"""A decision as a page shows it: each line with its reasons in words, the rule and its place, and
what to do now. Places and sources are as the regions' own documents have them."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from adjudication.decision import Decision, LineDecision, Status
from adjudication.findings import AnyFinding, Outcome
from adjudication.library import Library
from adjudication.wording.about import NO_LINE
from adjudication.wording.languages import DECISION_WORDS, DecisionWords, Language
from adjudication.wording.lookup import Lookup
from adjudication.wording.sources import Sources


class Reason(NamedTuple):
    """What happened, what would cure it (nothing where nothing needs a cure), in which language,
    and the rule with its place in a source."""

    language: Language
    what: str
    cure: str | None
    rule: str
    place: str


class ShownLine(NamedTuple):
    """A line, what the price list calls its action, and why it was decided so. Amounts are öre."""

    line: int
    treated_on: date
    code: str
    name: str
    claimed_ore: int
    allowed_ore: int
    outcome: Outcome
    said: str
    reasons: list[Reason]


class ShownVisit(NamedTuple):
    """A visit's fee, why it was taken or not, and where that is said."""

    treated_on: date
    fee_ore: int
    why: str
    place: str


class ShownDecision(NamedTuple):
    """All that a page says of a decision, and in which language; sources are numbered as the places
    name them."""

    language: Language
    decision: Decision
    status: Status
    said: str
    reasons: list[Reason]
    lines: list[ShownLine]
    visits: list[ShownVisit]
    origins: list[str]
    sources: list[str]


def shown(decision: Decision, library: Library, language: Language = "sv") -> ShownDecision:
    """A decision in words."""
    return _Showing(language, DECISION_WORDS[language], Lookup(library), Sources()).of(decision)


class _Showing(NamedTuple):
    """Puts one decision into words."""

    language: Language
    words: DecisionWords
    lookup: Lookup
    sources: Sources

    def of(self, decision: Decision) -> ShownDecision:
        standing_in = map(self.lookup.standing_in, decision.lines)
        return ShownDecision(
            self.language,
            decision,
            decision.status,
            self.words.statuses[decision.status],
            self._reasons(decision.findings, None),
            [self._line(one) for one in decision.lines],
            list(self._visits(decision)),
            list(dict.fromkeys(self.words.origin(*one) for one in standing_in if one)),
            self.sources.listed(),
        )

    def _line(self, one: LineDecision) -> ShownLine:
        return ShownLine(
            one.line,
            one.treated_on,
            one.code,
            self.lookup.name(one),
            one.claimed_ore,
            one.allowed_ore,
            one.outcome,
            self.words.outcomes[one.outcome],
            self._reasons(one.findings, one),
        )

    def _reasons(self, findings: Iterable[AnyFinding], line: LineDecision | None) -> list[Reason]:
        about = NO_LINE if line is None else self.lookup.about(line)
        found = []
        for finding in findings:
            what, cure = self.words.words_of(finding, about)
            place = self._place(finding.rule, line)
            found.append(Reason(self.language, what, cure, finding.rule, place))
        return found

    def _visits(self, decision: Decision) -> Iterable[ShownVisit]:
        for visit in decision.visits:
            line, rules = self.lookup.fee(visit.treated_on, decision.lines)
            why, rule = self.words.visit_words(visit, rules)
            place = "" if rule is None else self._place(rule.id, line)
            yield ShownVisit(visit.treated_on, visit.fee_ore, why, place)

    def _place(self, rule: str, line: LineDecision | None) -> str:
        return self.sources.place(self.lookup.citation(rule, line))
