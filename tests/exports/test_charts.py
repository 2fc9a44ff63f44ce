"""Charts are SVG that any reader opens, whatever they are named; each value is drawn where it
belongs and told in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exports.charts import STYLE, WIDTH, Bar, bar_chart, line_chart
from exports.plots import _steps

PRINTED = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
BARS = st.lists(
    st.builds(Bar, PRINTED, st.none() | st.integers(0, 10**14), PRINTED), max_size=30
)  # fmt: skip


def read(chart: str) -> etree._Element:
    root = etree.fromstring(chart.encode())
    assert [one.text for one in root.iter("{*}style")] == [STYLE]
    assert not list(root.iter("{*}script", "{*}foreignObject", "{*}a", "{*}image"))
    return root


@given(BARS)
def test_bars_are_as_long_as_what_they_stand_for(bars: list[Bar]) -> None:
    root = read(bar_chart("x", "En <rubrik>", bars))
    drawn = [float(one.get("width")) for one in root.iter("{*}rect")][1:]
    values = [bar.value for bar in bars if bar.value is not None]
    assert len(drawn) == len(values)
    longest = max(drawn, default=0)
    for length, value in zip(drawn, values, strict=True):
        assert abs(length - longest * value / max(*values, 1)) < 0.2
    height = float(root.get("viewBox").split()[3])
    assert all(float(one.get("y")) < height for one in root.iter("{*}text"))
    (described,) = root.iter("{*}desc")
    assert all(bar.told in (described.text or "") for bar in bars)


@given(BARS)
def test_a_line_has_a_point_for_every_value(points: list[Bar]) -> None:
    steps = [Bar("", value, str(value)) for value in (0, 10)]
    root = read(line_chart("x", "Rubrik", points, steps))
    highest = max([10, *(one.value or 0 for one in points)])
    drawn = [(float(one.get("cx")), float(one.get("cy"))) for one in root.iter("{*}circle")]
    values = [one.value for one in points if one.value is not None]
    assert len(drawn) == len(values)
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)
    for (x, y), value in zip(drawn, values, strict=True):
        assert 0 <= x <= WIDTH
        assert abs(y - (270 - 218 * value / highest)) < 0.2
    lines = [one.get("points").split() for one in root.iter("{*}polyline")]
    assert sum(map(len, lines)) == len(values)
    assert len(lines) == 1 + sum(one.value is None for one in points)


@pytest.mark.parametrize("text", ["<script>", '" onload="', "&amp;", "</title><g>", "]]>"])
def test_what_is_written_is_no_markup(text: str) -> None:
    for chart in (
        bar_chart("x", text, [Bar(text, 1, text)]),
        line_chart("x", text, [Bar(text, 1, text)], [Bar(text, 1, text)]),
    ):
        root = read(chart)
        assert next(root.iter("{*}title")).text == text
        assert text in [one.text for one in root.iter("{*}text")]


@pytest.mark.parametrize(
    ("ore", "top"), [(0, 4), (1, 4), (400, 4), (401, 8), (1600, 20), (2100, 40), (8_100_00, 20_000)]
)
def test_scales_end_on_round_kronor_above_the_highest(ore: int, top: int) -> None:
    steps = _steps(ore)
    assert (len(steps), steps[0].value) == (5, 0)
    assert steps[-1].value == top * 100
    assert steps[-1].value >= ore
