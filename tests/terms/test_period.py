"""Days, months and years as directions count them."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.period import (
    FIRST_DAY,
    LAST_DAY,
    add_months,
    add_years,
    day_number,
    day_of,
    last_day_of_month,
    latest_before,
    number_after_months,
)

DAYS = st.dates(date(1900, 1, 1), date(2170, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-20", 10, "2026-11-20"),
        ("2026-04-30", 10, "2027-02-28"),
        ("2027-04-28", 10, "2028-02-28"),
        ("2027-04-29", 10, "2028-02-29"),
        ("2027-04-30", 10, "2028-02-29"),
        ("2026-08-31", 10, "2027-06-30"),
        ("2026-12-31", 10, "2027-10-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-02-28", 12, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-05-31", 1, "2026-06-30"),
        ("2026-10-31", 13, "2027-11-30"),
        ("2026-03-31", 11, "2027-02-28"),
        ("2096-12-31", 38, "2100-02-28"),
        ("2026-07-07", 0, "2026-07-07"),
    ],
)
def test_months_are_clipped_at_month_ends(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)
    assert number_after_months(day_number(day(start)), months) == day_number(day(end))


@given(DAYS, st.integers(0, 60))
def test_months_are_the_same_number_of_the_month_or_its_last_day(start: date, months: int) -> None:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    assert add_months(start, months) == date(year, month + 1, min(start.day, last))


@given(DAYS, DAYS, st.integers(0, 60))
def test_a_later_day_is_never_earlier_after_months(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2022-03-01", 4, "2026-03-01"),
        ("2024-02-29", 2, "2026-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2096-02-29", 4, "2100-02-28"),
        ("2023-02-28", 1, "2024-02-28"),
        ("9996-05-05", 4, "9999-12-31"),
        ("9999-12-31", 4, "9999-12-31"),
    ],
)
def test_years(start: str, years: int, end: str) -> None:
    assert add_years(day(start), years) == day(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-01", 3, "2026-04-30"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-01", 3, "2028-02-29"),
        ("2026-12-15", 3, "2027-03-31"),
        ("2026-02-28", 0, "2026-02-28"),
        ("2028-02-01", 0, "2028-02-29"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-09-30", 1, "2026-10-31"),
        ("2026-01-31", 1, "2026-02-28"),
    ],
)
def test_last_day_of_a_month(start: str, months: int, end: str) -> None:
    assert last_day_of_month(day(start), months) == day(end)


@given(st.dates(FIRST_DAY - timedelta(40_000), LAST_DAY + timedelta(40_000)))
def test_days_have_numbers(one: date) -> None:
    assert day_of(day_number(one)) == one
    assert day_number(one + timedelta(1)) == day_number(one) + 1


def test_the_days_that_fit_in_sixteen_bits() -> None:
    assert day_number(FIRST_DAY) == 0
    assert day_number(LAST_DAY) == 0xFFFF
    assert f"{LAST_DAY}" == "2179-06-06"


@pytest.mark.parametrize("months", [1, 6, 10, 24])
@pytest.mark.parametrize("day", ["2024-02-29", "2026-03-31", "2026-11-22", "2027-12-31"])
def test_the_latest_day_from_which_months_have_passed(day: str, months: int) -> None:
    number = day_number(date.fromisoformat(day))
    assert latest_before(number, 0) == number
    latest = latest_before(number, months)
    assert number_after_months(latest, months) <= number < number_after_months(latest + 1, months)
