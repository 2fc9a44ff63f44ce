"""Amounts as files write them."""

import pytest

from exports.amounts import decimal, ore_of


@pytest.mark.parametrize(
    ("ore", "written"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (99, "0.99"),
        (100, "1.00"),
        (-12_345, "-123.45"),
        (10**15, "10000000000000.00"),
    ],
)
def test_amounts_have_two_decimals_and_no_groups(ore: int, written: str) -> None:
    assert decimal(ore) == written
    assert decimal(ore, ",") == written.replace(".", ",")
    assert ore_of(written) == ore
