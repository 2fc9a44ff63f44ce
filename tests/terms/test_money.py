"""Amounts as a Swedish reader writes them."""

import pytest

from terms.money import kronor


@pytest.mark.parametrize(
    ("ore", "text"),
    [
        (0, "0 kr"),
        (1, "0,01 kr"),
        (10, "0,10 kr"),
        (8_000, "80 kr"),
        (123_450, "1 234,50 kr"),
        (1_600_000, "16 000 kr"),
        (1_600_001, "16 000,01 kr"),
        (100_000_000_000, "1 000 000 000 kr"),
        (-8_050, "-80,50 kr"),
    ],
)
def test_kronor(ore: int, text: str) -> None:
    assert kronor(ore).replace("\u00a0", " ") == text
    assert " " not in kronor(ore)
