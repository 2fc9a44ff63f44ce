"""What an assessor may decide, and what follows of it."""

from typing import Any

import msgspec
import pytest

from preassessments.application import PlanLine
from preassessments.assessment import Assessment, approved_lines, faults_of, status_of
from preassessments.decision import ApprovedLine
from tests.applications import assessed, assessment, content, planned
from tests.desks import Row

PLAN = msgspec.convert(content()["lines"], list[PlanLine])
DONE = msgspec.convert(
    [planned(1, done_on="2026-01-20"), planned(2, code="405", count=1)], list[PlanLine]
)


def made(**fields: Any) -> Assessment:
    return msgspec.convert(assessment(**fields), Assessment)


REFUSED = [assessed(1, "refused", motive="Nej."), assessed(2, "refused", motive="Nej.")]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "approved"),
        ({"lines": [assessed(1, count=2, amount_ore=247_000), assessed(2)]}, "approved"),
        ({"lines": [assessed(1, amount_ore=300_000), assessed(2)]}, "approved"),
        ({"condition": " "}, "approved"),
        ({"condition": "Ny bild efter halva."}, "approved_with_limits"),
        ({"lines": [assessed(1, count=1, motive="Räcker."), assessed(2)]}, "approved_with_limits"),
        ({"lines": [assessed(1, amount_ore=246_999, motive="Räcker."), assessed(2)]},
         "approved_with_limits"),
        ({"lines": [assessed(1), REFUSED[1]]}, "approved_with_limits"),
        ({"lines": REFUSED}, "refused"),
        ({"lines": REFUSED, "covers_from": None, "covers_to": None}, "refused"),
    ],
)  # fmt: skip
def test_the_whole_follows_from_its_lines(fields: Row, status: str) -> None:
    one = made(**fields)
    assert faults_of(one, PLAN) == []
    assert status_of(one, PLAN) == status
    assert bool(approved_lines(one, PLAN)) == (status != "refused")


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"motive": " "}, ["motive_missing motive"]),
        ({"lines": []}, ["line_left_out lines", "nothing_decided lines"]),
        ({"lines": [assessed(2)]}, ["line_left_out lines"]),
        ({"lines": [assessed(1), assessed(2), assessed(2)]},
         ["line_repeated lines[1].line", "line_repeated lines[2].line"]),
        ({"lines": [assessed(1), assessed(2), assessed(3)]}, ["line_unknown lines[2].line"]),
        ({"lines": [assessed(1, count=3), assessed(2)]}, ["count_above_plan lines[0].count"]),
        ({"lines": [assessed(1, count=1), assessed(2, amount_ore=0, motive=" ")]},
         ["motive_missing lines[0].motive", "motive_missing lines[1].motive"]),
        ({"lines": [assessed(1, "refused"), assessed(2)]}, ["motive_missing lines[0].motive"]),
        ({"lines": [assessed(1, "refused", motive="Nej.", count=1, amount_ore=1), assessed(2)]},
         ["limit_without_approval lines[0].count", "limit_without_approval lines[0].amount_ore"]),
        ({"lines": [assessed(1, "noted"), assessed(2)]}, ["not_done lines[0].outcome"]),
        ({"covers_from": None}, ["period_missing covers_from"]),
        ({"covers_from": None, "covers_to": None},
         ["period_missing covers_from", "period_missing covers_to"]),
        ({"lines": REFUSED, "covers_to": None}, ["period_missing covers_to"]),
        ({"covers_to": "2026-01-31"}, ["period_reversed covers_to"]),
        ({"motive": "", "lines": [assessed(1, count=9)], "covers_to": None},
         ["motive_missing motive", "line_left_out lines", "count_above_plan lines[0].count",
          "period_missing covers_to"]),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_told(fields: Row, faults: list[str]) -> None:
    found = faults_of(made(**fields), PLAN)
    assert [f"{one.code} {one.path.removeprefix('$.assessment.')}" for one in found] == faults
    assert all("{" not in one.message for one in found)


@pytest.mark.parametrize(
    ("lines", "first", "faults"),
    [
        ([assessed(1), assessed(2)], "2026-01-20", []),
        ([assessed(1), assessed(2)], "2026-01-21", ["period_misses_line lines[0].line"]),
        ([assessed(1, "noted"), assessed(2)], "2026-01-21", []),
        ([assessed(1, "refused", motive="Nej."), assessed(2)], "2026-01-21", []),
        ([assessed(1, "noted"), assessed(2, "noted")], "2026-01-20",
         ["not_done lines[1].outcome", "nothing_decided lines"]),
    ],
)  # fmt: skip
def test_what_is_done_lies_within_the_days_or_is_noted(
    lines: list[Row], first: str, faults: list[str]
) -> None:
    found = faults_of(made(lines=lines, covers_from=first), DONE)
    assert [f"{one.code} {one.path.removeprefix('$.assessment.')}" for one in found] == faults


def test_what_is_noted_is_neither_approved_nor_refused() -> None:
    one = made(lines=[assessed(1, "noted"), assessed(2)])
    assert status_of(one, DONE) == "approved"
    assert [line.line for line in approved_lines(one, DONE)] == [2]


def test_what_is_approved_has_the_plan_s_numbers_codes_and_teeth() -> None:
    one = made(lines=[assessed(2, amount_ore=100, motive="Dyrt."), assessed(1)])
    assert approved_lines(one, PLAN) == [
        ApprovedLine(line=1, code="407", tooth="36", count=2),
        ApprovedLine(line=2, code="405", count=1, amount_ore=100),
    ]
