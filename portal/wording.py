"""What the pages say, in each language: `portal/words/<language>/`, a table a subject."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, get_args

from adjudication.wording.languages import DECISION_WORDS, DecisionWords, Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
FIRST: Final[Language] = "sv"

_FOLDER = Path(__file__).parent / "words"


class Wording:
    """One language. Every text is known by its subject and name: `start.title`."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    @property
    def of_decisions(self) -> DecisionWords:
        """How the language says what is decided."""
        return DECISION_WORDS[self.language]

    def say(self, key: str, **values: object) -> str:
        """A text, with its places filled in. Raises KeyError where there is none."""
        text = self.texts[key]
        return text.format(**values) if values else text


@cache
def wording(language: Language) -> Wording:
    """A language as its files have it."""
    files = sorted((_FOLDER / language).glob("*.toml"))
    return Wording(
        language,
        {
            f"{subject}.{name}": text
            for file in files
            for subject, table in tomllib.loads(file.read_text(encoding="utf-8")).items()
            for name, text in table.items()
        },
    )


def language_of(said: str | None) -> Language:
    """The language that a browser's cookie names, Swedish where it names none of ours."""
    return next((one for one in LANGUAGES if one == said), FIRST)
