"""Deciding again: which lines of a patient's invoices would be decided otherwise by today's facts.

What stands is decided again in the order in which it was approved, then what was not approved, in
the order in which it came: so nobody who has an approval loses it to a line that waited, and what
was taken back leaves its room to the first that can use it. Each line is decided as of the day of
receipt of its invoice. Where no fact has changed and nothing was credited, what stands, stands.

A fee is never topped up later: where a visit's lines stay as they are, it is at most given back.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from adjudication.decision import Decision, FeeReason, Visit
from adjudication.engine import Adjudicator
from adjudication.findings import HELD, Outcome
from adjudication.invoice import Line
from adjudication.patient import Patient
from invoices.current import Current, CurrentLine
from invoices.version import Anew, Decided
from quotas.history import Use
from quotas.record import without_fees
from terms.period import day_number


class _Step(NamedTuple):
    """Lines of an invoice that have been approved since one version, or that are not."""

    current: Current
    lines: list[Line]
    is_standing: bool


def redecide(
    adjudicator: Adjudicator, patient: Patient, invoices: Sequence[Current]
) -> list[tuple[Current, Decided]]:
    """Decide all kept invoices of a patient again, of whom nothing is used yet: what differs, by
    invoice, in their order. The patient is used up by this."""
    found = {one.key: _Found(one) for one in invoices}
    for step in _steps(invoices):
        current = step.current
        invoice = current.invoice
        if len(step.lines) < len(invoice.lines):
            invoice = replace(invoice, lines=step.lines)
        decision, use = adjudicator.adjudicate(
            invoice, patient, current.received_on, current.assessed
        )
        use = found[current.key].take(step, decision, use)
        if use[0]:
            patient.post(use)
            if patient.balance is not None:
                patient.balance.draw(Counter(use[1].values()))
    return [(one, decided) for one in invoices if (decided := found[one.key].decided()) is not None]


def decide_lines(
    adjudicator: Adjudicator, patient: Patient, current: Current, numbers: Sequence[int]
) -> Decided:
    """Decide lines that use nothing once more, by what the patient has used: all else that stands,
    of this invoice too. Of a visit that was charged before no further fee is taken."""
    sent = [current.lines[number].sent for number in numbers]
    invoice = replace(current.invoice, lines=sent)
    decision, use = adjudicator.adjudicate(invoice, patient, current.received_on, current.assessed)
    left = current.fees_left()
    return Decided(
        {one.line: Anew(one, use[1].get(one.line)) for one in decision.lines},
        {
            one.treated_on: Visit(
                one.treated_on, left.get(one.treated_on, 0) + one.fee_ore, one.reason
            )
            for one in decision.visits
        },
    )


def _steps(invoices: Sequence[Current]) -> Iterator[_Step]:
    standing: list[tuple[int, _Step]] = []
    waiting: list[_Step] = []
    for current in invoices:
        since: dict[int, list[Line]] = {}
        others: list[Line] = []
        for line in current.lines.values():
            if line.is_standing:
                since.setdefault(line.since, []).append(line.sent)
            elif not line.is_credited:
                others.append(line.sent)
        standing += [(row, _Step(current, lines, True)) for row, lines in since.items()]
        if others:
            waiting.append(_Step(current, others, False))
    standing.sort(key=lambda one: one[0])
    yield from (step for _, step in standing)
    yield from waiting


class _Found:
    """What is found of one invoice."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._lines: dict[int, Anew] = {}
        self._days: set[date] = set()
        self._fees: dict[date, Visit] = {}

    def take(self, step: _Step, decision: Decision, use: Use) -> Use:
        """Note what a step decides otherwise. Gives what the step uses: where nothing of a day that
        was not charged is decided otherwise, it is not charged now."""
        changed = set()
        for one in decision.lines:
            line, carrier = self._current.lines[one.line], use[1].get(one.line)
            if not _is_same(line, one.outcome, one.allowed_ore, carrier):
                self._lines[one.line] = Anew(one, carrier)
                changed.add(one.treated_on)
        self._days |= changed
        for visit in decision.visits:
            day = visit.treated_on
            if visit.fee_ore and step.is_standing and day not in changed:
                reason = self._reason(step, day)
                if reason != "charged":
                    use = (without_fees(use[0], day_number(day)), *use[1:])
                    visit = Visit(day, 0, reason)  # noqa: PLW2901 – as it stands
            known = self._fees.get(day)
            if known is None or (not known.fee_ore and visit.reason != "nothing_approved"):
                self._fees[day] = visit
        return use

    def _reason(self, step: _Step, day: date) -> FeeReason:
        """Why a fee was taken or not for the lines of a day, as they stand."""
        rows = {self._current.lines[one.line].row for one in step.lines if one.treated_on == day}
        reasons = [self._current.visits[row, day][1] for row in sorted(rows)]
        return "charged" if "charged" in reasons else reasons[0]

    def decided(self) -> Decided | None:
        """What is decided otherwise, if anything is."""
        left = self._current.fees_left()
        fees = {}
        for day, visit in self._fees.items():
            before = left.get(day, 0)
            is_kept = before > 0 or day not in self._days
            target = min(before, visit.fee_ore) if is_kept else visit.fee_ore
            if target != before or day in self._days:
                fees[day] = Visit(day, target, visit.reason)
        if not self._lines and not fees:
            return None
        return Decided(self._lines, fees)


def _is_same(line: CurrentLine, outcome: Outcome, allowed_ore: int, carrier: object) -> bool:
    """Whether a line is decided as it was. One that waits and still does is, whatever for: that is
    asked when it has come."""
    if outcome != line.outcome:
        return outcome in HELD and line.outcome in HELD
    return outcome != "approved" or (allowed_ore == line.allowed_ore and carrier == line.carrier)
