"""What an assessor decides on an application, line by line, and what follows for the whole."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from preassessments.application import PlanLine
from preassessments.decision import AmountOre, ApprovedLine, Count, LineNumber
from preassessments.faults import FaultCode, MoveFault, fault
from preassessments.lifecycle import Decided


class AssessedLine(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What becomes of a line of the plan: approved (so many, at most so much each: null is as
    applied for, and no other ceiling than the tariff), refused, or noted: done and listed, and
    decided on an invoice already. A line that is refused or cut has a motive."""

    line: LineNumber
    outcome: Literal["approved", "refused", "noted"]
    count: Count | None = None
    amount_ore: AmountOre | None = None
    motive: str | None = None


class Assessment(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """A decision on every line of the plan, with its days, its condition and its motive."""

    covers_from: date | None = None
    covers_to: date | None = None
    condition: str | None = None
    motive: str
    lines: list[AssessedLine]


def faults_of(assessment: Assessment, plan: Sequence[PlanLine]) -> list[MoveFault]:
    """Everything that is wrong with a decision on a plan."""
    planned = {line.line: line for line in plan}
    found = [] if _is_said(assessment.motive) else [_fault("motive_missing", ".motive")]
    times = Counter(line.line for line in assessment.lines)
    left_out = sorted(planned.keys() - times.keys())
    if left_out:
        found.append(_fault("line_left_out", ".lines", lines=", ".join(map(str, left_out))))
    for place, line in enumerate(assessment.lines):
        path = f".lines[{place}]"
        if times[line.line] > 1:
            found.append(_fault("line_repeated", f"{path}.line"))
        if line.line not in planned:
            found.append(_fault("line_unknown", f"{path}.line"))
        else:
            found += _faults_of_line(line, planned[line.line], path)
    if planned and all(line.outcome == "noted" for line in assessment.lines):
        found.append(_fault("nothing_decided", ".lines"))
    return found + list(_faults_of_period(assessment, planned))


def status_of(assessment: Assessment, plan: Sequence[PlanLine]) -> Decided:
    """What a decision without faults makes of the application."""
    planned = {line.line: line for line in plan}
    outcomes = {line.outcome for line in assessment.lines}
    if "approved" not in outcomes:
        return "refused"
    is_cut = any(_is_cut(line, planned[line.line]) for line in assessment.lines)
    is_limited = is_cut or "refused" in outcomes or _is_said(assessment.condition)
    return "approved_with_limits" if is_limited else "approved"


def approved_lines(assessment: Assessment, plan: Sequence[PlanLine]) -> list[ApprovedLine]:
    """What invoices may draw: the approved lines under their numbers of the plan."""
    planned = {line.line: line for line in plan}
    return [
        ApprovedLine(
            line=line.line,
            code=planned[line.line].code,
            tooth=planned[line.line].tooth,
            count=line.count or planned[line.line].count or 1,
            amount_ore=line.amount_ore,
        )
        for line in sorted(assessment.lines, key=lambda one: one.line)
        if line.outcome == "approved"
    ]


def _faults_of_line(line: AssessedLine, planned: PlanLine, path: str) -> Iterator[MoveFault]:
    many = planned.count or 1
    if line.outcome != "approved":
        for name, value in (("count", line.count), ("amount_ore", line.amount_ore)):
            if value is not None:
                yield _fault("limit_without_approval", f"{path}.{name}")
    elif line.count is not None and line.count > many:
        yield _fault("count_above_plan", f"{path}.count", count=many)
    if line.outcome == "noted" and planned.done_on is None:
        yield _fault("not_done", f"{path}.outcome")
    needs_motive = line.outcome == "refused" or _is_cut(line, planned)
    if needs_motive and not _is_said(line.motive):
        yield _fault("motive_missing", f"{path}.motive")


def _faults_of_period(
    assessment: Assessment, planned: Mapping[int, PlanLine]
) -> Iterator[MoveFault]:
    first, last = assessment.covers_from, assessment.covers_to
    approved = [
        (place, planned[line.line].done_on)
        for place, line in enumerate(assessment.lines)
        if line.outcome == "approved" and line.line in planned
    ]
    if first is None or last is None:
        if approved or (first, last) != (None, None):
            for name, value in (("covers_from", first), ("covers_to", last)):
                if value is None:
                    yield _fault("period_missing", f".{name}")
        return
    if last < first:
        yield _fault("period_reversed", ".covers_to")
        return
    for place, done_on in approved:
        if done_on is not None and not first <= done_on <= last:
            yield _fault("period_misses_line", f".lines[{place}].line", done_on=done_on)


def _is_cut(line: AssessedLine, planned: PlanLine) -> bool:
    """Whether less is approved than is applied for."""
    if line.outcome != "approved":
        return False
    is_fewer = line.count is not None and line.count < (planned.count or 1)
    return is_fewer or (line.amount_ore is not None and line.amount_ore < planned.price_ore)


def _is_said(text: str | None) -> bool:
    return text is not None and text.strip() != ""


def _fault(code: FaultCode, path: str, **facts: object) -> MoveFault:
    return fault(code, f"$.assessment{path}", **facts)
