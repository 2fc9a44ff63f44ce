"""Which text is in force on a day."""

from datetime import date

import pytest

from terms.editions import Timeline


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), "a"),
        (date(2024, 2, 28), "a"),
        (date(2024, 2, 29), "b"),
        (date(2024, 3, 1), "b"),
        (date(2199, 1, 1), "c"),
    ],
)
def test_each_is_in_force_from_its_first_day_until_the_next(day: date, text: str | None) -> None:
    editions = [(date(2024, 2, 29), "b"), (date(2027, 1, 1), "c"), (date(2020, 1, 1), "a")]
    timeline = Timeline(editions)
    assert timeline.on(day) == text
    assert list(timeline) == ["a", "b", "c"]
    assert len(timeline) == 3


def test_without_texts_none_is_in_force() -> None:
    assert Timeline[str]().on(date(2026, 1, 1)) is None
