"""Person numbers by serial: no two serials have the same, and all have the right check digit."""

from datetime import date, timedelta

_BORN_FROM = date(1927, 1, 1)
_STEP = 7919
"""A prime: days of birth are taken by it, so that neighbours differ in age and each is taken."""

_DAYS = 27_375
_DAYS_OF_TESTS = 23_011
_FIRST_TEST, _TESTS_A_DAY = 980, 20


def person_number(serial: int) -> str:
    """Twelve digits of one born from 1927 through 2001. There are 24 million serials."""
    return _twelve_digits(serial * _STEP % _DAYS, 10 + serial // _DAYS % 900)


def number_of_nobody(serial: int) -> str:
    """Twelve digits that are nobody's: of one born from 1927 through 1989, with a birth number of
    980–999, as Skatteverket's published test numbers have for those years. Women and men take
    turns. There are 460 220 serials; raises ValueError for others."""
    if not 0 <= serial < _DAYS_OF_TESTS * _TESTS_A_DAY:
        raise ValueError(f"serial {serial}: there are {_DAYS_OF_TESTS * _TESTS_A_DAY} test numbers")
    turn, place = divmod(serial, _DAYS_OF_TESTS)
    nth = _FIRST_TEST + (turn + place) % _TESTS_A_DAY
    return _twelve_digits(place * _STEP % _DAYS_OF_TESTS, nth)


def coordination_number(number: str) -> str:
    """The co-ordination number of one born the same day: 60 is added to it."""
    return _with_check_digit(f"{number[:6]}{int(number[6:8]) + 60}{number[8:11]}")


def _twelve_digits(days: int, nth: int) -> str:
    born = _BORN_FROM + timedelta(days=days)
    return _with_check_digit(f"{born:%Y%m%d}{nth:03d}")


def _with_check_digit(digits: str) -> str:
    """Eleven digits with the twelfth, by Luhn over the last ten."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits[2:])]
    return digits + str(-sum(one // 10 + one % 10 for one in doubled) % 10)
