"""Each language says all that pages ask for, and nothing else."""

import re
from string import Formatter
from typing import get_args

import pytest

from portal.openid import Why
from portal.rendering import NAVIGATION
from portal.wording import FIRST, LANGUAGES, Language, wording
from registry.roles import Role, Task
from tests import desks

PORTAL = desks.PROJECT / "portal"
MADE = {"role.": get_args(Role), "task.": get_args(Task), "refused.": get_args(Why),
        "frame.in_": LANGUAGES}  # fmt: skip
"""Keys that templates put together, by their beginning."""


def asked() -> set[str]:
    """The keys that templates and handlers ask for."""
    found = {link.key for link in NAVIGATION}
    for path in PORTAL.glob("html/*.html"):
        for key, is_made in re.findall(r'\bt\("([a-z_.]+)"( ~)?', path.read_text(encoding="utf-8")):
            if is_made:
                found |= {key + name for name in MADE[key]}
            else:
                found.add(key)
    for path in PORTAL.glob("*.py"):
        found |= set(re.findall(r'say\("([a-z_.]+)"', path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_is_asked_and_nothing_else(language: Language) -> None:
    assert set(wording(language).texts) == asked()


def test_languages_fill_in_the_same() -> None:
    first = wording(FIRST).texts
    for language in LANGUAGES:
        for key, text in wording(language).texts.items():
            assert text.strip()
            assert places(text) == places(first[key]), (language, key)


def places(text: str) -> set[str]:
    """The names of what is filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
