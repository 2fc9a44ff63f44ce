"""For which reasons may a line of a plan be refused or cut? Those that the rules give."""

from datetime import date
from typing import Final, NamedTuple

from adjudication.decision import Decision
from adjudication.library import Library
from adjudication.wording.languages import Language
from adjudication.wording.rulebook import books_on
from portal.decisions import Reason, ShownLine, shown
from terms.vocabulary import Support

_KINDS: Final = frozenset(
    {
        "coverage", "condition", "position", "exclusion", "motivated_combination", "interval",
        "application", "limit", "ceiling", "required", "retrospective",
    }
)  # fmt: skip
"""Kinds of rules that may speak against care; the others are about cards, prices and invoices."""


class Ground(NamedTuple):
    """A reason to choose: its name in forms, what a motive says of it, and its place."""

    name: str
    text: str
    place: str

    @property
    def said(self) -> str:
        """As it stands in a motive."""
        return f"{self.text} ({self.place})"


class Grounds(NamedTuple):
    """The reasons of a case: of each line what the rules find against it, by its number; and what
    the rule book says, section by section."""

    of_lines: dict[int, list[Ground]]
    of_book: list[tuple[str, list[Ground]]]

    def said(self, line: int, name: str) -> str | None:
        """What a chosen reason says; None where there is none such."""
        known = [*self.of_lines.get(line, ()), *(one for _, of in self.of_book for one in of)]
        return next((one.said for one in known if one.name == name), None)


def trial_lines(
    trial: Decision | None, library: Library, language: Language = "sv"
) -> dict[int, ShownLine]:
    """What the rules say of each line of a plan, by its number."""
    return {} if trial is None else {one.line: one for one in shown(trial, library, language).lines}


def grounds(
    library: Library, region: str, support: Support, on: date, found: dict[int, ShownLine]
) -> Grounds:
    """The reasons by the rules of a day."""
    books = books_on(library, library.regions[region], support, on)
    of_book = [
        (section.title, [Ground(one.rule, one.text, one.place) for one in statements])
        for book in books
        for section in book.sections
        if (statements := [one for one in section.statements if one.kind in _KINDS])
    ]
    of_lines = {
        number: [_ground(place, one) for place, one in enumerate(line.reasons)]
        for number, line in found.items()
    }
    return Grounds(of_lines, of_book)


def _ground(place: int, reason: Reason) -> Ground:
    where = reason.place.partition(" [")[0]  # a letter has no numbered list of sources
    return Ground(f"found-{place}", reason.what, where)
