"""Cards: their days in force, and which are refused when they are read."""

from datetime import date
from typing import Any

import pytest

from registry.cards import Card, CardRegister
from terms.errors import ReferenceDataError
from tests import desks
from tests.desks import person_number

PATIENT = person_number(date(1960, 5, 17))


def register() -> CardRegister:
    regions = desks.library("later").regions
    return CardRegister({name: one.cards for name, one in regions.items()})


def card(**fields: Any) -> Card:
    given: dict[str, Any] = {
        "number": "1", "patient": PATIENT, "region": "jonkoping", "category": "F1",
        "valid_from": date(2022, 3, 1), **fields,
    }  # fmt: skip
    return Card(**given)


@pytest.mark.parametrize(
    ("fields", "last_day"),
    [
        ({}, date(2026, 2, 28)),
        ({"category": "F2"}, date.max),
        ({"category": "F11"}, date.max),
        ({"category": "F11", "diagnosis": "EDS"}, date(2026, 2, 28)),
        ({"category": "F11", "diagnosis": "eds"}, date.max),
        ({"valid_to": date(2022, 3, 1)}, date(2022, 3, 1)),
        ({"valid_to": date(2030, 1, 1)}, date(2030, 1, 1)),
        ({"voided_on": date(2023, 1, 1)}, date(2022, 12, 31)),
        ({"voided_on": date(2022, 3, 1)}, date(2022, 2, 28)),
        ({"voided_on": date(2020, 1, 1)}, date(2019, 12, 31)),
        ({"voided_on": date(2040, 1, 1)}, date(2026, 2, 28)),
        ({"voided_on": date.min}, date.min),
        ({"region": "vasterbotten", "category": "N2"}, date(2024, 2, 29)),
    ],
)
def test_last_day_in_force(fields: dict[str, Any], last_day: date) -> None:
    cards = register()
    cards.add(card(**fields))
    (held,) = cards.of(PATIENT)
    assert held.last_day == last_day


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"valid_to": date(2022, 2, 28)}, "valid_to"),
        ({"category": "F12"}, "category"),
        ({"category": "f1"}, "category"),
        ({"category": "N1"}, "category"),
        ({"region": "skane"}, "region"),
        ({"region": ""}, "region"),
        ({"patient": "196005171010"}, "patient"),
        ({"patient": "19600517--1019"}, "patient"),
        ({"patient": "196005171019\n"}, "patient"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(fields: dict[str, Any], field: str) -> None:
    cards = register()
    with pytest.raises(ReferenceDataError, match=f"^{field}:"):
        cards.add(card(**fields))
    assert cards.of(PATIENT) == ()
    cards.add(card())


def test_numbers_are_unique() -> None:
    cards = register()
    cards.add(card())
    with pytest.raises(ReferenceDataError, match=r"^number:"):
        cards.add(card(patient=person_number(date(1970, 1, 1))))


def test_cards_stand_in_the_order_of_first_day_and_number() -> None:
    cards = register()
    cards.add(card(number="3", valid_from=date(2024, 1, 1)))
    cards.add(card(number="20", valid_from=date(2023, 1, 1)))
    cards.add(card(number="1", valid_from=date(2023, 1, 1)))
    assert [one.number for one in cards.of(PATIENT)] == ["1", "20", "3"]
