"""The tooth chart: every tooth once, in its place, with a name that says what its marks show."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.chart import CELL, MARKS, SIGNS, Kind, Mark, Marked, chart, outline
from portal.rendering import _environment
from portal.wording import LANGUAGES, wording
from terms.tooth import DECIDUOUS, PERMANENT, TEETH

UPPER = ["18", "17", "16", "15", "14", "13", "12", "11", "21", "22", "23", "24", "25", "26", "27",
         "28"]  # fmt: skip
SAID = [
    Marked("16", "planned", "krona"), Marked("36", "missing"), Marked("47", "finding", "karies"),
    Marked("47", "planned", "fyllning"), Marked("11", "done", "fyllning"),
]  # fmt: skip


def picture(said: list[Marked], field: str = "", language: str = "sv") -> ElementTree.Element:
    """The chart as a page holds it."""
    (words,) = [wording(one) for one in LANGUAGES if one == language]
    macros: Any = _environment().get_template("chart.html").module
    text = str(macros.chart(chart(said), words.say, SIGNS, field=field))
    return ElementTree.fromstring(text)


def names(said: list[Marked], field: str = "", language: str = "sv") -> dict[str, str]:
    """What each control is called, by its tooth."""
    tree = picture(said, field, language)
    return {
        one.get("value") or one.get("href", "").rpartition("-")[2]: one.get("aria-label", "")
        for one in tree.iter()
        if one.tag in {"button", "a"}
    }


def test_every_tooth_is_there_once_as_who_looks_at_a_mouth_sees_it() -> None:
    teeth = [one.number for one in chart([]).teeth]
    assert teeth[:16] == UPPER
    assert teeth[16:] == [f"{4 if one[0] == '1' else 3}{one[1]}" for one in UPPER]
    assert sorted(teeth) == PERMANENT
    both = [one.number for one in chart([], with_milk_teeth=True).teeth]
    assert sorted(both) == sorted([*PERMANENT, *DECIDUOUS])
    assert both[16:26] == ["55", "54", "53", "52", "51", "61", "62", "63", "64", "65"]


def test_milk_teeth_are_there_when_something_is_said_of_one() -> None:
    assert chart([Marked("54", "planned")]).has_milk_teeth
    assert not chart([Marked("14", "planned")]).has_milk_teeth


@pytest.mark.parametrize(
    ("tooth", "kind"),
    [("11", "incisor"), ("22", "incisor"), ("33", "canine"), ("44", "premolar"), ("15", "premolar"),
     ("26", "molar"), ("38", "molar"), ("51", "incisor"), ("63", "canine"), ("74", "molar"),
     ("85", "molar")],
)  # fmt: skip
def test_a_tooth_has_its_kind(tooth: str, kind: Kind) -> None:
    (found,) = [one for one in chart([], with_milk_teeth=True).teeth if one.number == tooth]
    assert found.kind == kind


def test_a_control_says_what_the_picture_shows() -> None:
    found = names(SAID, field="tooth")
    assert len(found) == 32
    assert found["16"] == "tand 16, första molaren i överkäken höger: krona planerad"
    assert found["36"] == "tand 36, första molaren i underkäken vänster: saknas"
    assert found["47"] == (
        "tand 47, andra molaren i underkäken höger: anmärkning (karies), fyllning planerad"
    )
    assert found["21"] == "tand 21, mittersta framtanden i överkäken vänster"
    english = names(SAID, field="tooth", language="en")
    assert english["36"] == "tooth 36, first molar of the lower jaw left: missing"
    milk = names([Marked("55", "done")], field="tooth")
    assert milk["55"] == "tand 55, andra mjölkmolaren i överkäken höger: utförd"


def test_without_a_field_only_teeth_of_which_something_is_said_lead_somewhere() -> None:
    assert set(names(SAID)) == {"16", "36", "47", "11"}


@given(st.lists(st.tuples(st.sampled_from(sorted(TEETH)), st.sampled_from(MARKS))))
def test_no_mark_is_told_by_colour_alone(marked: list[tuple[str, Mark]]) -> None:
    said = [Marked(tooth, mark) for tooth, mark in marked]
    tree = picture(said, field="tooth")
    badges = [
        one[1].text or "" for one in tree.iter("g") if (one.get("class") or "").startswith("badge")
    ]
    crosses = [one for one in tree.iter("path") if one.get("class") == "gone"]
    marks = {(one.tooth, one.mark) for one in said}
    assert sorted(badges) == sorted(SIGNS[mark] for _, mark in marks if mark != "missing")
    assert len(crosses) == len({tooth for tooth, mark in marks if mark == "missing"})
    legend = [one.text for one in tree.iter("span") if one.get("class") == "sign"]
    assert legend == [SIGNS[mark] for mark in MARKS if mark in {one for _, one in marks}]


def test_what_is_no_tooth_is_passed_over() -> None:
    assert chart([Marked("99", "planned"), Marked("", "done"), Marked("1", "done")]).marks == []


@pytest.mark.parametrize("kind", chart([]).shapes)
def test_a_tooth_stays_within_its_place(kind: Kind) -> None:
    numbers = [int(one) for one in re.findall(r"-?\d+", outline(kind))]
    assert min(numbers[::2]) >= 0
    assert max(numbers[::2]) <= CELL
    assert min(numbers[1::2]) >= 0
    assert max(numbers[1::2]) <= 64
    assert len({outline(one) for one in chart([]).shapes}) == 4
