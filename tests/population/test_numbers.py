"""Person numbers by serial: valid, nobody's where they are for tests, and no two the same."""

from random import Random

import pytest

from population.numbers import coordination_number, number_of_nobody, person_number
from terms.person import birth_number, is_person_number

DAYS_OF_BIRTH = 23_011
TEST_NUMBERS = 20 * DAYS_OF_BIRTH


def test_test_numbers_are_valid_and_have_the_birth_numbers_of_tests() -> None:
    for serial in [*range(500), *Random(1).sample(range(TEST_NUMBERS), 500), TEST_NUMBERS - 1]:
        number = number_of_nobody(serial)
        assert is_person_number(number), number
        assert "1927" <= number[:4] <= "1989"
        assert 980 <= int(number[8:11]) <= 999


def test_no_two_serials_share_a_test_number() -> None:
    on_some_days = (
        serial
        for day in range(0, DAYS_OF_BIRTH, 97)
        for serial in range(day, TEST_NUMBERS, DAYS_OF_BIRTH)
    )
    serials = {*range(30_000), *on_some_days}
    assert len({number_of_nobody(serial)[:11] for serial in serials}) == len(serials)


@pytest.mark.parametrize("serial", [-1, TEST_NUMBERS])
def test_there_are_no_more_test_numbers(serial: int) -> None:
    with pytest.raises(ValueError, match=str(TEST_NUMBERS)):
        number_of_nobody(serial)


def test_person_numbers_are_valid_and_no_two_the_same() -> None:
    numbers = [person_number(serial) for serial in range(30_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(map(is_person_number, numbers[::29]))


def test_a_coordination_number_is_valid_and_of_the_same_day_of_birth() -> None:
    for serial in range(200):
        number = person_number(serial)
        assert is_person_number(coordination_number(number))
        assert birth_number(coordination_number(number))[:8] == number[:8]
