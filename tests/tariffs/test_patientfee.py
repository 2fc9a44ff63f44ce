"""Who pays no patient fee on a day."""

from datetime import date

import msgspec
import pytest

from tariffs.patientfee import PatientFee, fee_of_day
from terms.person import birth_number
from tests.desks import Row, person_number

HEAD: Row = {
    "region": "x", "valid_from": "2020-01-01", "dated_by": "assumed", "checked_on": "2026-01-01",
    "source": "s", "fee": {"id": "fee", "place": "p", "amount_ore": 20_000},
    "free_card": {"id": "free_card", "place": "p"},
}  # fmt: skip


def is_free(rules: Row, born: date, day: date) -> bool:
    fee = fee_of_day(msgspec.convert(HEAD | rules, PatientFee), day)
    number = birth_number(person_number(born, 999))
    return number <= fee.oldest or number >= fee.youngest


OLD = {"free_from_age": {"id": "old", "place": "p", "age": 85}}
YOUNG = {"charged_from_year_turning": {"id": "young", "place": "p", "age": 24}}


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        (date(1941, 6, 15), date(2026, 6, 14), False),
        (date(1941, 6, 15), date(2026, 6, 15), True),
        (date(1941, 6, 15), date(2030, 1, 1), True),
        (date(1944, 2, 29), date(2029, 2, 27), False),
        (date(1944, 2, 29), date(2029, 2, 28), True),
        (date(1943, 3, 1), date(2028, 2, 29), False),
        (date(1850, 1, 1), date(2026, 1, 1), True),
    ],
)
def test_from_the_birthday(born: date, day: date, expected: bool) -> None:
    assert is_free(OLD, born, day) is expected
    assert not is_free({}, born, day)


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        (date(2003, 12, 31), date(2026, 12, 31), True),
        (date(2003, 12, 31), date(2027, 1, 1), False),
        (date(2003, 1, 1), date(2026, 12, 31), True),
        (date(2003, 1, 1), date(2027, 1, 1), False),
        (date(2002, 12, 31), date(2026, 1, 1), False),
        (date(2026, 1, 1), date(2026, 1, 1), True),
    ],
)
def test_from_new_year_of_the_year_of_an_age(born: date, day: date, expected: bool) -> None:
    assert is_free(YOUNG, born, day) is expected
    assert is_free(OLD | YOUNG, born, day) is expected
