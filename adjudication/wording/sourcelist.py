"""The documents that rules are taken from, and whose rules rest on each."""

from datetime import date
from typing import NamedTuple

from adjudication.library import Library
from adjudication.wording.page import heading, wrapped
from adjudication.wording.rulebook import books_on, said
from adjudication.wording.sources import cited
from adjudication.wording.words import listed
from terms.citation import Source


class SourceInUse(NamedTuple):
    """A document by its key in sources.toml, and whose rules rest on it."""

    key: str
    source: Source
    used_by: list[str]


def sources_in_use(library: Library, on: date) -> list[SourceInUse]:
    """Every source, with whose rules rest on it on a day."""
    users: dict[Source, dict[str, None]] = {source: {} for source in library.sources.values()}
    for region in library.regions.values():
        for book in books_on(library, region, None, on):
            of_region = f"{book.region_name} ({said(book.supports)})"
            for section in book.sections:
                for one in section.statements:
                    whose = "alla regioner" if one.kind == "contract" else of_region
                    users[one.source][whose] = None
    return [SourceInUse(key, one, list(users[one])) for key, one in library.sources.items()]


def source_list(library: Library, on: date) -> list[str]:
    """The sources in use, as lines for a terminal."""
    lines = heading(f"Källor till reglerna {on}", "=")
    for _, source, used_by in sources_in_use(library, on):
        lines += ["", *wrapped(cited(source), "• ")]
        used = listed(used_by) if used_by else "ingen regel som gäller den dagen"
        lines += wrapped(f"Används av {used}.", "    ")
    return lines
