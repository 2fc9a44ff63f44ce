"""The rule book of a region on one day, as a page that a clinic can be handed."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from adjudication.compiling import Texts
from adjudication.library import Library, RegionRules
from adjudication.wording.page import heading, wrapped
from adjudication.wording.sections import Author, Section
from adjudication.wording.sources import Sources
from adjudication.wording.statements import Statement
from adjudication.wording.words import SUPPORT_NAMES, listed
from preassessments.requirements import ApplicationRules
from terms.citation import RuleFile
from terms.vocabulary import SUPPORTS, Support


class Book(NamedTuple):
    """What is in force on a day for a region and supports that share their directions."""

    region_name: str
    supports: tuple[Support, ...]
    on: date
    texts: Texts
    applications: list[ApplicationRules]
    sections: list[Section]

    @property
    def title(self) -> str:
        """Whose rules they are."""
        return f"{self.region_name}: regler för {said(self.supports)}"


def said(supports: tuple[Support, ...]) -> str:
    """Supports by their names."""
    return listed([SUPPORT_NAMES[support] for support in supports])


def books_on(
    library: Library, region: RegionRules, support: Support | None, on: date
) -> list[Book]:
    """The region's books on a day, of one support or of all; none where nothing is in force."""
    shared: dict[int, tuple[Texts, list[Support]]] = {}
    for one in SUPPORTS if support is None else [support]:
        texts = region.texts_on(one, on)
        if texts is not None:
            shared.setdefault(id(texts.directions), (texts, []))[1].append(one)
    return [
        _book(library, region, tuple(supports), on, texts) for texts, supports in shared.values()
    ]


def _book(
    library: Library, region: RegionRules, supports: tuple[Support, ...], on: date, texts: Texts
) -> Book:
    """The book of supports that share their directions."""
    applied_by = [
        rules
        for support in supports
        if support in region.applications
        and (rules := region.applications[support].on(on)) is not None
    ]
    sections = Author(library, region, texts, supports, applied_by).sections()
    return Book(region.name, supports, on, texts, applied_by, sections)


def as_text(book: Book) -> list[str]:
    """The book as lines for a terminal."""
    sources = Sources()
    lines = [*heading(book.title, "="), "", *wrapped(_opening_of_page(book))]
    for section in book.sections:
        lines += ["", *heading(section.title)]
        for reference, statements in _by_reference(section, sources):
            for one in statements:
                lines += wrapped(one.text, "  • ")
            lines += wrapped(reference, "        ")
        if section.lacking:
            lines += wrapped(section.lacking, "  • ")
    lines += ["", *heading("Källor")]
    for source in sources.listed():
        lines += wrapped(source, "  ", "      ")
    return lines


def as_markdown(book: Book) -> list[str]:
    """The book as lines of a Markdown page; each rule's id stands with its place."""
    sources = Sources()
    lines = [f"# {book.title}", "", _opening_of_page(book)]
    for section in book.sections:
        lines += ["", f"## {section.title}", ""]
        for one in section.statements:
            reference = sources.reference(one)
            lines.append(f"- {one.text} *{reference}* `{one.rule}`")
        if section.lacking:
            lines.append(f"- {section.lacking}")
    return [*lines, "", "## Källor", "", *(f"- {source}" for source in sources.listed())]


def _by_reference(section: Section, sources: Sources) -> Iterator[tuple[str, Iterator[Statement]]]:
    """Statements that follow each other and rest on the same place, with that place."""
    return groupby(section.statements, sources.reference)


def in_force(book: Book) -> str:
    """Which files are in force, and since when."""
    spans = [f"{name} från {file.valid_from}{_known_by(file)}" for name, file in files_of(book)]
    return listed(spans)


def opening(book: Book) -> str:
    """Since when they have been in force, and when they were last read beside their sources."""
    checked = min(file.checked_on for _, file in files_of(book))
    return f"Så gäller reglerna {book.on}: {in_force(book)}. Jämförda med källorna {checked}."


def _opening_of_page(book: Book) -> str:
    return f"{opening(book)} Siffran efter varje plats är källans nummer i förteckningen sist."


def files_of(book: Book) -> list[tuple[str, RuleFile]]:
    """The files in force by what they are called."""
    texts = book.texts
    files: list[tuple[str, RuleFile]] = [
        ("anvisningarna", texts.directions),
        ("korten", texts.cards),
        ("patientavgiften", texts.fee),
    ]
    files += [("bedömningsansökan", one) for one in book.applications]
    return files if texts.prices is None else [*files, ("prislistan", texts.prices.file)]


def _known_by(file: RuleFile) -> str:
    match file.dated_by:
        case "assumed":
            return " (antaget)"
        case "page-updated":
            return " (sidan uppdaterad)"
        case "stated":
            return ""
