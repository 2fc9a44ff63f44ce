"""Each flaw is told in Swedish, with its limit."""

from typing import get_args

import pytest

from attachments.verdict import Flaw, FlawCode
from attachments.wording import told


@pytest.mark.parametrize("code", get_args(FlawCode))
def test_each_flaw_is_told(code: FlawCode) -> None:
    text = told(Flaw(code, 4711))
    assert text
    assert "{" not in text
    assert ("4711" in text) == (code in {
        "too_large", "too_many_parts", "too_many_pixels", "too_many_pages", "unpacks_too_large"
    })  # fmt: skip
