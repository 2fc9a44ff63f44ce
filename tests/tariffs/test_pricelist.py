"""Prices by code and care level."""

from datetime import date

import msgspec
import pytest

from tariffs.pricelist import PriceList, SpecialistSuffix, TariffFile, read_prices
from terms.citation import Rule

CSV = """code,performed_by,name_sv,general_sek,specialist_sek
107,dentist,Undersökning,1275,1970
115,,Konsultation,,1060
111,hygienist,Undersökning,985,
342,,Behandling,1430,2645
343S,,Behandling hos specialist,4000,4100
"""


@pytest.fixture
def prices() -> PriceList:
    rule = Rule(id="r", place="p")
    head = TariffFile(
        region="x",
        valid_from=date(2026, 1, 1),
        dated_by="assumed",
        checked_on=date(2026, 1, 1),
        source="s",
        prices="p.csv",
        tariff=rule,
        specialist_suffix=SpecialistSuffix(id="r", place="p", suffix="S"),
        performer=rule,
    )
    return PriceList(head, read_prices("p.csv", CSV.encode()))


@pytest.mark.parametrize(
    ("code", "general_ore", "specialist_ore"),
    [
        ("107", 127_500, 197_000),
        ("107S", 197_000, 197_000),  # the specialist price of its base, anywhere
        ("115", None, 106_000),
        ("115S", 106_000, 106_000),
        ("111", 98_500, None),
        ("111S", None, None),
        ("343S", 400_000, 410_000),  # stands in the list itself
        ("343", None, None),
        ("342SS", None, None),
        ("999", None, None),
        ("S", None, None),
        ("", None, None),
    ],
)
def test_price(
    prices: PriceList, code: str, general_ore: int | None, specialist_ore: int | None
) -> None:
    assert prices.price_ore(code, "general") == general_ore
    assert prices.price_ore(code, "specialist") == specialist_ore


@pytest.mark.parametrize(
    ("code", "performed_by"),
    [("107", "dentist"), ("107S", "dentist"), ("111X", "hygienist"), ("342", None)],
)
def test_a_suffixed_code_is_performed_as_its_base(
    prices: PriceList, code: str, performed_by: str | None
) -> None:
    action = prices.action(code)
    assert action is not None
    assert action.performed_by == performed_by


def test_a_code_without_a_row_or_a_base_is_nobody_s(prices: PriceList) -> None:
    assert prices.action("A941") is None
    assert prices.action("999") is None


def test_a_tariff_stands_in_for_another_only_where_it_says_so() -> None:
    (field,) = (one for one in msgspec.structs.fields(TariffFile) if one.name == "stands_in")
    assert field.default is False
