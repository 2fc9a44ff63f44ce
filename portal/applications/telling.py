"""A decision on an application line by line, and what differs between two versions of one, as pages
show them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from portal.applications.looks import Assessed
from preassessments.application import PlanLine
from preassessments.assessment import AssessedLine
from preassessments.difference import Difference, Value
from storage.decided import DecidedLine, MadeDecision
from terms.money import kronor


class ToldLine(NamedTuple):
    """A line of the plan, what the price list calls its action, and what became of it: so many, at
    most so much each, how many of them are left, and why."""

    line: int
    code: str
    name: str
    tooth: str | None
    asked: PlanLine | None
    outcome: Assessed
    many: int
    amount_ore: int | None
    left: int
    motive: str | None


def told_lines(
    made: MadeDecision, plan: Iterable[PlanLine], names: Mapping[str, str]
) -> list[ToldLine]:
    """What a decision says of each line, in the order of the plan that it was made on."""
    planned = {line.line: line for line in plan}
    approved = {line.line: line for line in made.lines}
    return [
        _told(one, planned.get(one.line), approved.get(one.line), names)
        for one in sorted(made.assessment.lines, key=lambda one: one.line)
    ]


class ToldDifference(NamedTuple):
    """What differs: in which line, x-ray or document (by its number), in which part, and how it was
    said before and after."""

    kind: str
    number: str
    part: str
    before: str
    after: str


_PATH = re.compile(r"\$\.(\w+)(?:\[(?:line=)?(\d+)\])?(?:\.(\w+))?")


def told_differences(found: Iterable[Difference]) -> list[ToldDifference]:
    """Every difference, in its order; a line that one version lacks is told part by part."""
    return list(_differences(found))


def _differences(found: Iterable[Difference]) -> Iterator[ToldDifference]:
    for one in found:
        match = _PATH.fullmatch(one.path)
        assert match is not None  # paths are made by preassessments/difference.py
        kind, place, part = match.groups()
        part = {"price_ore": "price"}.get(part or "", part or "")
        if part == "line":
            continue
        number = place or ""
        if place is not None and "line=" not in one.path:
            number = str(int(place) + 1)
        before, after = (_said(part, value) for value in (one.before, one.after))
        yield ToldDifference(kind, number, part, before, after)


def _said(part: str, value: Value) -> str:
    if value is None:
        return ""
    return kronor(value) if part == "price" and isinstance(value, int) else str(value)


def _told(
    one: AssessedLine,
    planned: PlanLine | None,
    approved: DecidedLine | None,
    names: Mapping[str, str],
) -> ToldLine:
    named = approved or planned
    code, tooth = (named.code, named.tooth) if named is not None else ("", None)
    outcome: Assessed = one.outcome
    count = 0 if approved is None else approved.count
    if planned is not None and approved is not None:
        is_cut = count < (planned.count or 1) or (
            approved.amount_ore is not None and approved.amount_ore < planned.price_ore
        )
        outcome = "cut" if is_cut else "approved"
    return ToldLine(
        one.line, code, names.get(code, ""), tooth, planned, outcome, count,
        None if approved is None else approved.amount_ore,
        0 if approved is None else approved.left, one.motive,
    )  # fmt: skip
