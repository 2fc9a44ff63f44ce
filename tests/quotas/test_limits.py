"""The numbers a rule file may state: both sides of each bound."""

from typing import Any

import msgspec
import pytest

from quotas.limits import AmountOre, Count, Months


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [(Count, 0, 10_000), (Months, 1, 120), (AmountOre, 0, 100_000_000_000)],
)
def test_bounds(kind: Any, least: int, most: int) -> None:
    for within in (least, most):
        assert msgspec.convert(within, kind) == within
    for outside in (least - 1, most + 1):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(outside, kind)
