"""Person numbers: personnummer and samordningsnummer in twelve digits.

Validity is the library's judgement (date, check digit, serial 000 never issued, after
folkbokföringslagen 18 § and lag 2022:1697 2 kap. 8 §); this module adds only the shape, which the
library leaves open to short forms and to digits of other scripts.
"""

import re
from datetime import date

from personnummer.personnummer import Personnummer, PersonnummerException

_SHAPE = re.compile(r"[0-9]{8}-?[0-9]{4}")


def without_dash(text: str) -> str:
    """The twelve digits of a number of the right shape; any other text unchanged."""
    if "-" in text and _SHAPE.fullmatch(text) is not None:
        return text.replace("-", "")
    return text


def is_person_number(text: str) -> bool:
    """Whether `text` is a person number in twelve digits, with or without one dash."""
    if _SHAPE.fullmatch(text) is None:
        return False
    try:
        Personnummer(text)
    except PersonnummerException:
        return False
    return True


def birth_number(number: str) -> str:
    """The twelve digits of a valid number with the real birth date in front, for comparing ages:
    the day of a samordningsnummer is 60 more than the date's."""
    if number[6] >= "6":
        return f"{number[:6]}{int(number[6:8]) - 60:02d}{number[8:]}"
    return number


def birthday_reached_by(day: date, age: int) -> str:
    """The latest birth date, as `YYYYMMDD`, of those who have turned `age` by `day`.

    One born on 29 February has a birthday on 28 February in a common year, so on that day the
    answer reaches through the 29th where the year of birth has one.
    """
    year, last = day.year - age, day.day
    if (day.month, last) == (2, 28) and not _is_leap(day.year) and _is_leap(year):
        last = 29
    return f"{year:04d}{day.month:02d}{last:02d}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
