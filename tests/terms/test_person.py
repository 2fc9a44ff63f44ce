"""Person numbers: what is one, when its owner was born, and when a birthday is."""

from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.person import birth_number, birthday_reached_by, is_person_number, without_dash
from tests.desks import person_number

GOOD = person_number(date(1960, 5, 17))
FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in GOOD)


def with_check_digit(eleven: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(eleven[2:])]
    return eleven + str(-sum(one // 10 + one % 10 for one in doubled) % 10)


def test_with_and_without_a_dash() -> None:
    assert is_person_number(GOOD)
    assert is_person_number(f"{GOOD[:8]}-{GOOD[8:]}")


@pytest.mark.parametrize(
    "text",
    [
        "", "-", GOOD[:-1], GOOD + "0", GOOD[2:], f"{GOOD[2:8]}-{GOOD[8:]}",
        f"{GOOD[:8]}+{GOOD[8:]}", f"{GOOD[:8]}--{GOOD[8:]}", f"{GOOD[:6]}-{GOOD[6:]}",
        f"-{GOOD}", f"{GOOD}-", f"{GOOD[:8]}\u2013{GOOD[8:]}", f"{GOOD[:8]} {GOOD[8:]}",
        f"{GOOD}\n", f"\n{GOOD}", f"{GOOD[:8]}-{GOOD[8:]}\n", f" {GOOD}", f"{GOOD}\x00",
        FULL_WIDTH, f"{FULL_WIDTH[:8]}-{FULL_WIDTH[8:]}", GOOD[:11] + "\u0663",
        GOOD[:11] + "\u00b2", "YYYYMMDDNNNN", "19600517T019", "0x1960051710", "+96005171019",
        "1960051710.9",
    ],
)  # fmt: skip
def test_other_shapes_are_none(text: str) -> None:
    assert not is_person_number(text)


@pytest.mark.parametrize(
    ("eleven", "is_one"),
    [
        ("19600517101", True),
        ("19600517000", False),  # serial 000 is never issued
        ("19600517001", True),
        ("19600517999", True),
        ("19600577101", True),  # samordningsnummer: the day and 60
        ("19600577000", False),
        ("19600500101", False),
        ("19600560101", False),  # a samordningsnummer of day 0
        ("19600591101", True),  # of day 31
        ("19600592101", False),  # of day 32
        ("19600691101", False),  # of 31 June
        ("19600532101", False),
        ("19600650101", False),
        ("19601301101", False),
        ("19600001101", False),
        ("19600229101", True),
        ("19610229101", False),
        ("19610289101", False),  # of 29 February in a common year
        ("19600289101", True),
        ("19000229101", False),
        ("20000229101", True),
        ("00000101101", False),
        ("19000101101", True),
        ("20261231101", True),
    ],
)
def test_dates_and_serials(eleven: str, is_one: bool) -> None:
    assert is_person_number(with_check_digit(eleven)) is is_one


@pytest.mark.parametrize("wrong", range(1, 10))
def test_any_other_check_digit_is_wrong(wrong: int) -> None:
    assert not is_person_number(GOOD[:11] + str((int(GOOD[11]) + wrong) % 10))


@given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.integers(1, 999), st.booleans())
def test_every_date_and_serial_make_a_number(born: date, serial: int, is_other: bool) -> None:
    digits = person_number(born, serial)
    if is_other:
        digits = with_check_digit(f"{digits[:6]}{born.day + 60}{digits[8:11]}")
    assert is_person_number(digits)
    assert birth_number(digits)[:8] == f"{born:%Y%m%d}"
    assert birth_number(digits)[8:] == digits[8:]


@given(st.text(max_size=14))
def test_only_one_dash_in_its_place_is_taken_away(text: str) -> None:
    stripped = without_dash(text)
    if len(text) == 13 and text[8] == "-":
        assert stripped == text.replace("-", "", 1) or "-" in text[:8]
        assert len(stripped) == 12
    else:
        assert stripped == text


def test_a_dash_elsewhere_stays() -> None:
    assert without_dash("19600517-1019") == "196005171019"
    assert without_dash("1960051-71019") == "1960051-71019"
    assert without_dash("19600517--1019") == "19600517--1019"


# --- birthdays ---------------------------------------------------------------------------------


def birthday(born: date, age: int) -> date:
    """The day on which one has turned an age, told from the birth: 28 February for a leap day."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, born.month, born.day)


@pytest.mark.parametrize(
    ("day", "age", "latest"),
    [
        (date(2026, 6, 15), 85, "19410615"),
        (date(2026, 6, 14), 85, "19410614"),
        (date(2029, 2, 28), 85, "19440229"),  # through the leap day, in a common year
        (date(2029, 2, 27), 85, "19440227"),
        (date(2029, 3, 1), 85, "19440301"),
        (date(2028, 2, 28), 85, "19430228"),
        (date(2028, 2, 29), 85, "19430229"),  # no such day: all born on the 28th, none on 1 March
        (date(2028, 2, 28), 84, "19440228"),
        (date(2028, 2, 29), 84, "19440229"),
        (date(2026, 1, 1), 85, "19410101"),
        (date(2025, 12, 31), 85, "19401231"),
    ],
)
def test_who_has_turned_an_age(day: date, age: int, latest: str) -> None:
    assert birthday_reached_by(day, age) == latest


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 99), st.integers(-3, 3))
def test_a_birthday_is_reached_on_it_and_not_before(day: date, age: int, off: int) -> None:
    born = (
        date(day.year - age, 3, 1) + timedelta(off) if off else date(day.year - age, day.month, 1)
    )
    has_turned = birthday(born, age) <= day
    assert (f"{born:%Y%m%d}" <= birthday_reached_by(day, age)) is has_turned


@given(st.integers(1900, 2000), st.integers(1, 110), st.integers(-2, 2))
def test_around_the_end_of_february(year: int, age: int, off: int) -> None:
    for born in (date(year, 2, 28), date(year, 3, 1), date(year, 3, 1) - timedelta(1)):
        turns = birthday(born, age)
        day = turns + timedelta(off)
        assert (f"{born:%Y%m%d}" <= birthday_reached_by(day, age)) is (day >= turns)
