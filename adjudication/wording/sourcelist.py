"""The documents that rules are taken from, and whose rules rest on each."""

from datetime import date

from adjudication.library import Library
from adjudication.wording.page import heading, wrapped
from adjudication.wording.rulebook import books_on, said
from adjudication.wording.sources import cited
from adjudication.wording.words import listed
from terms.citation import Source


def source_list(library: Library, on: date) -> list[str]:
    """Every source with the rules that rest on it on a day."""
    users: dict[Source, dict[str, None]] = {source: {} for source in library.sources.values()}
    for region in library.regions.values():
        for book in books_on(library, region, None, on):
            of_region = f"{book.region_name} ({said(book.supports)})"
            for section in book.sections:
                for one in section.statements:
                    whose = "alla regioner" if one.kind == "contract" else of_region
                    users[one.source][whose] = None
    lines = heading(f"Källor till reglerna {on}", "=")
    for source, named in users.items():
        lines += ["", *wrapped(cited(source), "• ")]
        used = listed(named) if named else "ingen regel som gäller den dagen"
        lines += wrapped(f"Används av {used}.", "    ")
    return lines
