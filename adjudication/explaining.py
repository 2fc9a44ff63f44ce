"""How an invoice is decided, question by question, those that were answered well too.

The same checks are asked by the same engine; they are only watched. Nothing is remembered of an
invoice that is explained.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.decision import Decision, LineDecision
from adjudication.desk import Desk
from adjudication.engine import Adjudicator
from adjudication.findings import AnyFinding, PreassessmentApplied, PreassessmentNotUsable
from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from adjudication.measures import AnyMeasure, Carried
from adjudication.refusal import refusal, whole_invoice_findings
from adjudication.rows import Row, Stages

Stopped = Literal["invalid", "patient_pays", "carried"]
"""Why what comes later is not asked: the line is none, is not the region's, has an application."""


class Question(NamedTuple):
    """A check that was asked of a line, what it looked at, and what it found."""

    rule: str
    measure: AnyMeasure
    findings: tuple[AnyFinding, ...]


class LineExplanation(NamedTuple):
    """A line with its questions, in the order asked, and those that were not asked and why."""

    line: Line
    decision: LineDecision
    asked: list[Question]
    unasked: list[Question]
    stopped: Stopped | None


class Explanation(NamedTuple):
    """An invoice with its decision and, unless it is refused, its lines."""

    invoice: Invoice
    received_on: date
    decision: Decision
    lines: list[LineExplanation]


class ExplainingDesk(Desk):
    """A desk that can also explain. What it decides, it decides as any desk does."""

    def __init__(self, library: Library, default_region: str) -> None:
        super().__init__(library, default_region)
        self._watching = _Watching(library, self._clinics, default_region)

    def explain(self, invoice: Invoice, received_on: date) -> Explanation:
        """What `decide` would answer now, and why; nothing is remembered."""
        patient = self._patients.get(invoice.patient) or self._find(invoice)
        if patient is None:
            answer = refusal(invoice, whole_invoice_findings(invoice, is_person=False))
            return Explanation(invoice, received_on, answer, [])
        seen = self._watching.seen = {}
        answer, _ = self._watching.adjudicate(invoice, patient, received_on)
        sent = {line.line: line for line in invoice.lines}
        lines = [LineExplanation(sent[one.line], one, *seen[one.line]) for one in answer.lines]
        return Explanation(invoice, received_on, answer, lines)


_Seen = tuple[list[Question], list[Question], Stopped | None]


class _Watching(Adjudicator):
    """Notes in `seen` what each line was asked, by its number."""

    seen: dict[int, _Seen]

    def _decide_line(self, case: Case, line: Line, row: Row) -> LineDecision:
        """Take no short way."""
        case.is_plain = False
        return super()._decide_line(case, line, row)

    def _ask(self, case: Case, line: Line, row: Row) -> None:
        """Ask through watchers."""
        watched = _WatchedRow(row, case.day.book.of_day)
        before, case.findings = case.findings, []
        for watcher in watched.of_day:
            watcher.ask(case, line)
        case.of_day, case.findings = case.findings, before
        super()._ask(case, line, watched.row)
        self.seen[line.line] = watched.seen(case, line)


class _Watcher(Check):
    """Asks another check, and keeps what it looked at and found."""

    __slots__ = ("_check", "question")

    def __init__(self, check: Check) -> None:
        super().__init__(check.rule)
        self._check = check
        self.question: Question | None = None

    def ask(self, case: Case, line: Line) -> None:
        """Ask the other."""
        before = len(case.findings)
        self._check.ask(case, line)
        found = tuple(case.findings[before:])
        self.question = Question(self.rule, self._check.measure(case, line), found)

    def measure(self, case: Case, line: Line) -> AnyMeasure:
        """What the other looks at."""
        return self._check.measure(case, line)


class _WatchedRow:
    """A row whose checks are watched, with those of the day."""

    def __init__(self, row: Row, of_day: tuple[Check, ...]) -> None:
        self.structure = _watchers(row.structure)
        self.of_day = _watchers(of_day)
        self.eligibility = _watchers(row.eligibility)
        self.coverage = _watchers(row.coverage)
        self.care = _watchers(row.care)
        self.remaining = _watchers(row.remaining)
        stages = (self.structure, self.eligibility, self.coverage, self.care, self.remaining)
        self.row = Row(row.number, row.uses, Stages(*stages))

    def seen(self, case: Case, line: Line) -> _Seen:
        """What was asked of a line and what was not, after it was asked."""
        early = [*self.of_day, *self.eligibility, *self.coverage]
        if _found(self.structure):
            return (
                _asked(self.structure),
                _unasked([*early, *self.care, *self.remaining], case, line),
                "invalid",
            )
        asked = _asked([*self.structure, *early])
        if _found(self.coverage):
            return asked, _unasked([*self.care, *self.remaining], case, line), "patient_pays"
        asked += [*_application(case, line), *_asked(self.care)]
        if case.carrying is not None:
            return asked, _unasked(self.remaining, case, line), "carried"
        return [*asked, *_asked(self.remaining)], [], None


def _watchers(checks: Iterable[Check]) -> tuple[_Watcher, ...]:
    return tuple(_Watcher(check) for check in checks)


def _asked(watchers: Iterable[_Watcher]) -> list[Question]:
    return [watcher.question for watcher in watchers if watcher.question is not None]


def _unasked(watchers: Iterable[_Watcher], case: Case, line: Line) -> list[Question]:
    return [Question(one.rule, one.measure(case, line), ()) for one in watchers]


def _found(watchers: Iterable[_Watcher]) -> bool:
    return any(question.findings for question in _asked(watchers))


def _application(case: Case, line: Line) -> list[Question]:
    """Whether an application carries the line."""
    carrying, named = case.carrying, line.preassessment
    carried_by = None if carrying is None else carrying.preassessment.id
    found = tuple(
        one
        for one in case.findings
        if isinstance(one, PreassessmentApplied | PreassessmentNotUsable)
    )
    return [Question(case.day.book.carrying, Carried(named, carried_by), found)]
