"""What is told apart in figures, and how old something is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.figures import AGES, FEWEST_SHOWN, FirstPass, Spend, age_of, concealed, total_of


def spends(*patients: int) -> list[Spend]:
    return [Spend(str(place), one, one, one, 0) for place, one in enumerate(patients)]


@pytest.mark.parametrize(
    ("patients", "hidden"),
    [
        ((), ""), ((5,), ""), ((5, 100), ""), ((4,), "0"), ((0, 9), ""), ((4, 9), "01"),
        ((9, 4, 7), "12"), ((4, 3, 90), "01"), ((0, 4, 8, 8), "12"),
    ],
)  # fmt: skip
def test_few_patients_are_not_told_apart(patients: tuple[int, ...], hidden: str) -> None:
    assert concealed(spends(*patients)) == frozenset(hidden)


@given(st.lists(st.integers(0, 12), max_size=8))
def test_no_hidden_row_is_what_is_left_of_the_whole(patients: list[int]) -> None:
    rows = spends(*patients)
    hidden = concealed(rows)
    assert all(row.of in hidden for row in rows if 0 < row.patients < FEWEST_SHOWN)
    there = [row for row in rows if row.patients]
    assert len(hidden) != 1 or len(there) == 1


def test_ages_are_counted_in_days() -> None:
    assert [age_of(days) for days in (0, 7, 8, 30, 31, 60, 61, 90, 91, 5000)] == [
        0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert len(AGES) == 4


def test_parts_add_up() -> None:
    parts = [FirstPass("a", 3, 2), FirstPass("b", 5, 0)]
    assert total_of(parts, "all") == FirstPass("all", 8, 2)
    assert total_of([], "") == FirstPass("", 0, 0)
