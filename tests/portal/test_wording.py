"""Each language says all that pages ask for, and nothing else."""

import re
from string import Formatter
from typing import get_args

import pytest

from portal.draft import HEAD, TEXTS
from portal.openid import Why
from portal.patients import FAULTS
from portal.patients import Why as Reason
from portal.rendering import NAVIGATION
from portal.wording import FIRST, LANGUAGES, Language, wording
from registry.roles import Role, Task
from storage.audit import Act
from tests import desks

PORTAL = desks.PROJECT / "portal"
MADE = {
    "act.": get_args(Act),
    "field.": ("lines", "performer", *HEAD, *TEXTS),
    "frame.in_": LANGUAGES,
    "patients.": FAULTS,
    "rules.": ("before", "after"),
    "refused.": get_args(Why),
    "role.": get_args(Role),
    "task.": get_args(Task),
    "why.": ("invoice", *get_args(Reason)),
}
"""Keys that templates put together, by their beginning."""


def asked() -> set[str]:
    """The keys that templates and handlers ask for."""
    found = {link.key for link in NAVIGATION}
    for path in PORTAL.glob("html/*.html"):
        text = path.read_text(encoding="utf-8")
        for key, is_made in re.findall(r'\bt\("([a-z_.]+)"( ~)?', text):
            found |= {key + name for name in MADE[key]} if is_made else {key}
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
