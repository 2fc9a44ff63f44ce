"""What the pages say, in each language: `portal/words/<language>.toml`, a table a subject."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["sv", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
FIRST: Final[Language] = "sv"

_FOLDER = Path(__file__).parent / "words"


class Wording:
    """One language. Every text is known by its subject and name: `start.title`."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    def say(self, key: str, **values: object) -> str:
        """A text, with its places filled in. Raises KeyError where there is none."""
        text = self.texts[key]
        return text.format(**values) if values else text


@cache
def wording(language: Language) -> Wording:
    """A language as its file has it."""
    tables = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Wording(
        language,
        {
            f"{subject}.{name}": text
            for subject, table in tables.items()
            for name, text in table.items()
        },
    )


def language_of(said: str | None) -> Language:
    """The language that a browser's cookie names, Swedish where it names none of ours."""
    return next((one for one in LANGUAGES if one == said), FIRST)
