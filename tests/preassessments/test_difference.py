"""What differs between two versions is told value by value."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from preassessments.application import Content
from preassessments.difference import differences
from tests.applications import content, planned
from tests.desks import Row

FIRST = content()


def told(before: Row, after: Row) -> list[tuple[str, Any, Any]]:
    old, new = msgspec.convert(before, Content), msgspec.convert(after, Content)
    return [(one.path, one.before, one.after) for one in differences(old, new)]


def test_nothing_differs_from_itself() -> None:
    assert told(FIRST, FIRST) == []


def test_values_are_told_with_their_paths() -> None:
    after = content(
        status="Karies 36, 37.",
        prognosis="God",
        xrays=[FIRST["xrays"][0], {"exposed_on": "2026-02-01"}],
        lines=[planned(2, code="405", tooth=None, count=1, price_ore=400_000), planned(3)],
    )
    del after["anamnesis"]
    assert told(FIRST, after) == [
        ("$.anamnesis", "Muntorr av läkemedel.", None),
        ("$.status", "Karies 36.", "Karies 36, 37."),
        ("$.xrays[1].exposed_on", None, "2026-02-01"),
        ("$.lines[line=1].line", 1, None),
        ("$.lines[line=1].code", "407", None),
        ("$.lines[line=1].tooth", "36", None),
        ("$.lines[line=1].count", 2, None),
        ("$.lines[line=1].price_ore", 247_000, None),
        ("$.lines[line=2].price_ore", 433_000, 400_000),
        ("$.lines[line=3].line", None, 3),
        ("$.lines[line=3].code", None, "407"),
        ("$.lines[line=3].tooth", None, "36"),
        ("$.lines[line=3].count", None, 2),
        ("$.lines[line=3].price_ore", None, 247_000),
        ("$.prognosis", None, "God"),
    ]


def test_lines_in_another_order_are_the_same() -> None:
    assert told(FIRST, content(lines=FIRST["lines"][::-1])) == []


def test_two_lines_of_one_number_are_told_apart() -> None:
    twice = content(lines=[planned(1), planned(1, code="405")])
    assert ("$.lines[1].code", "405", None) in told(twice, content(lines=[planned(1)]))


CONTENTS = st.builds(
    content,
    status=st.sampled_from([None, "a", "b"]),
    xrays=st.lists(st.fixed_dictionaries({"exposed_on": st.just("2026-01-01")}), max_size=2),
    lines=st.lists(
        st.builds(planned, st.integers(1, 3), count=st.integers(1, 2)),
        max_size=3,
        unique_by=lambda one: one["line"],
    ),
)


@given(CONTENTS, CONTENTS)
def test_what_differs_one_way_differs_the_other(before: Row, after: Row) -> None:
    there = told(before, after)
    back = {(path, new, old) for path, old, new in told(after, before)}
    assert set(there) == back
