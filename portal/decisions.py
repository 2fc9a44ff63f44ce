"""A decision as a page shows it: each line with its reasons in words, the rule and its place, and
what to do now."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from adjudication.decision import Decision, LineDecision, Status
from adjudication.findings import AnyFinding, Outcome
from adjudication.library import Library
from adjudication.wording.about import NO_LINE
from adjudication.wording.findings import words_of
from adjudication.wording.lookup import Lookup
from adjudication.wording.sources import Sources
from adjudication.wording.visits import visit_words
from adjudication.wording.words import OUTCOMES, STATUSES


class Reason(NamedTuple):
    """What happened, what would cure it (nothing where nothing needs a cure), and the rule with its
    place in a source."""

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
    """All that a page says of a decision; sources are numbered as the places name them."""

    decision: Decision
    status: Status
    said: str
    reasons: list[Reason]
    lines: list[ShownLine]
    visits: list[ShownVisit]
    origins: list[str]
    sources: list[str]


def shown(decision: Decision, library: Library) -> ShownDecision:
    """A decision in words."""
    lookup, sources = Lookup(library), Sources()
    return ShownDecision(
        decision,
        decision.status,
        STATUSES[decision.status],
        _reasons(decision.findings, None, lookup, sources),
        [_line(one, lookup, sources) for one in decision.lines],
        list(_visits(decision, lookup, sources)),
        list(dict.fromkeys(said for one in decision.lines if (said := lookup.origin(one)))),
        sources.listed(),
    )


def _line(one: LineDecision, lookup: Lookup, sources: Sources) -> ShownLine:
    return ShownLine(
        one.line,
        one.treated_on,
        one.code,
        lookup.name(one),
        one.claimed_ore,
        one.allowed_ore,
        one.outcome,
        OUTCOMES[one.outcome],
        _reasons(one.findings, one, lookup, sources),
    )


def _reasons(
    findings: Iterable[AnyFinding], line: LineDecision | None, lookup: Lookup, sources: Sources
) -> list[Reason]:
    about = NO_LINE if line is None else lookup.about(line)
    found = []
    for finding in findings:
        words = words_of(finding, about)
        place = sources.place(lookup.citation(finding.rule, line))
        found.append(Reason(words.what, words.cure, finding.rule, place))
    return found


def _visits(decision: Decision, lookup: Lookup, sources: Sources) -> Iterable[ShownVisit]:
    for visit in decision.visits:
        line, rules = lookup.fee(visit.treated_on, decision.lines)
        why, rule = visit_words(visit, rules)
        place = "" if rule is None else sources.place(lookup.citation(rule.id, line))
        yield ShownVisit(visit.treated_on, visit.fee_ore, why, place)
