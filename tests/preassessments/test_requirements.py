"""What an application lacks: the cases of requirements.toml, and how a list of a year is met."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudication.yardstick import refusals, yardstick_of
from preassessments.application import Application, Content, PlanLine, decoded, encoded
from preassessments.requirements import DoneAction, lacking, not_listed
from tests import applications, desks
from tests.desks import Row

CASES = tomllib.loads(Path(__file__).with_name("requirements.toml").read_text(encoding="utf-8"))[
    "case"
]
TODAY = date(2026, 2, 20)
FIELDS = {"title", "source", "region", "support", "on", "without", "given", "done", "lacks"}


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_an_application_lacks_what_the_case_says(case: Row) -> None:
    assert set(case) <= FIELDS
    row = {**applications.content(), **case.get("given", {})}
    for name in case.get("without", ()):
        row.pop(name, None)
    content = msgspec.convert(row, Content)
    yardstick = yardstick_of(
        desks.library(),
        case.get("region", "jonkoping"),
        case.get("support", "F"),
        case.get("on", TODAY),
        msgspec.convert(case.get("done", []), list[DoneAction]),
    )
    assert [_told(lack) for lack in lacking(content, yardstick)] == [
        one.split() for one in case["lacks"]
    ]


def _told(lack: object) -> list[str]:
    row = msgspec.to_builtins(lack)
    action = row.get("action") or {}
    assert row["message"]
    assert row["place"]
    assert row["source"]
    said = [row["code"], row["path"].removeprefix("$.content."), row["rule"]]
    return said + [action[name] for name in ("treated_on", "code", "tooth") if action.get(name)]


def test_every_case_names_a_source_and_its_place() -> None:
    known = desks.library().sources
    for case in CASES:
        assert case["source"].partition(":")[0] in known, case["title"]


def test_every_code_is_shown_by_a_case() -> None:
    from typing import get_args

    from preassessments.requirements import LackCode

    shown = {one.split()[0] for case in CASES for one in case["lacks"]}
    assert shown == set(get_args(LackCode))


def test_every_rule_of_the_files_is_shown_by_a_case() -> None:
    shown = {one.split()[2] for case in CASES for one in case["lacks"]}
    for region in desks.library().regions.values():
        for editions in region.applications.values():
            for file in editions:
                of_content = {rule.id for rule in file.rules() if rule is not file.handling}
                assert of_content <= shown


def test_a_decision_is_in_time_through_a_day_that_the_region_says() -> None:
    (rules,) = desks.library().regions["jonkoping"].applications["F"]
    assert rules.decide_by(date(2026, 1, 31)) == date(2026, 3, 2)
    assert msgspec.structs.replace(rules, handling=None).decide_by(date(2026, 1, 31)) is None


def test_a_repair_is_named_with_what_it_needs() -> None:
    content = msgspec.convert(
        applications.content(lines=[applications.planned(code="704")]), Content
    )
    (first, _) = lacking(content, yardstick_of(desks.library(), "jonkoping", "F", TODAY))
    assert first.message == "munhygienstandard saknas, som krävs för 700-gruppen"
    assert first.source == desks.library().sources["jonkoping-f-care"].title


# --- a list of what was done -------------------------------------------------------------------

ACTIONS = st.builds(
    DoneAction,
    st.sampled_from([date(2026, 1, 1) + timedelta(days) for days in range(2)]),
    st.sampled_from(["101", "407"]),
    st.sampled_from([None, "11", "12"]),
)


@given(st.lists(ACTIONS, max_size=7), st.lists(st.tuples(ACTIONS, st.integers(1, 3)), max_size=5))
def test_as_few_as_can_be_are_told_as_missing(
    done: list[DoneAction], listed: list[tuple[DoneAction, int]]
) -> None:
    """Held to the plainest way: try every way to give each action a listed one of its own."""
    lines = [
        PlanLine(
            line=place, code=one.code, tooth=one.tooth, count=count, price_ore=0,
            done_on=one.treated_on,
        )
        for place, (one, count) in enumerate(listed, 1)
    ]  # fmt: skip
    missing = not_listed(lines, done)
    assert not Counter(missing) - Counter(done)
    places = [one for one, count in listed for _ in range(count)]
    assert len(missing) == len(done) - _most_met(done, places)


def _most_met(done: list[DoneAction], places: list[DoneAction]) -> int:
    """The size of a largest matching, by augmenting paths."""
    taken: dict[int, int] = {}

    def find(action: int, seen: set[int]) -> bool:
        for place, one in enumerate(places):
            each = done[action]
            fits = (one.treated_on, one.code) == (each.treated_on, each.code)
            if not fits or each.tooth not in (None, one.tooth) or place in seen:
                continue
            seen.add(place)
            if place not in taken or find(taken[place], seen):
                taken[place] = action
                return True
        return False

    return sum(find(action, set()) for action in range(len(done)))


# --- what no application is kept of ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"patient": "194805121012"}, ["patient_id_invalid $.patient"]),
        ({"region": "atlantis"}, ["rules_missing $.region"]),
        ({"support": "N"}, ["rules_missing $.support"]),
        ({"patient": "", "support": "S"},
         ["patient_id_invalid $.patient", "rules_missing $.support"]),
        ({"patient": "", "protected_identity": True}, ["protected_identity $.protected_identity"]),
    ],
)  # fmt: skip
def test_what_is_refused_whole(fields: Row, expected: list[str]) -> None:
    sent = msgspec.convert(applications.sent(**fields), Application)
    found = refusals(desks.library(), sent)
    assert [f"{one.code} {one.path}" for one in found] == expected


def test_absent_null_default_and_empty_say_the_same() -> None:
    same = [
        {"lines": [applications.planned(count=1)]},
        {"lines": [applications.planned(count=None)], "xrays": [], "kind": None},
        {"lines": [{k: v for k, v in applications.planned().items() if k != "count"}],
         "attachments": [], "care_level": "general", "category": None, "kind": "advance"},
    ]  # fmt: skip
    texts = {encoded(msgspec.convert(row, Content)) for row in same}
    assert len(texts) == 1
    (text,) = texts
    assert encoded(decoded(text)) == text
