"""The sources that a page rests on, numbered and listed once."""

from adjudication.wording.statements import Statement
from terms.citation import Citation, Source


class Sources:
    """The sources that a page names, numbered in the order in which they are met."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def number(self, source: Source) -> int:
        """The source's number on this page."""
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    def place(self, citation: Citation) -> str:
        """A rule's place with its source's number."""
        assumed = " (antaget)" if citation.dated_by == "assumed" else ""
        return f"{citation.place} [{self.number(citation.source)}]{assumed}"

    def reference(self, statement: Statement) -> str:
        """A statement's place with its source's number, and what is assumed about it."""
        assumed = f" – antaget: {statement.assumed}" if statement.assumed else ""
        return f"{statement.place} [{self.number(statement.source)}]{assumed}"

    def listed(self) -> list[str]:
        """Each source with its number."""
        return [f"[{number}] {cited(source)}" for source, number in self._numbers.items()]


def cited(source: Source) -> str:
    """A source as a reader looks it up: title, publisher, day."""
    day = "" if source.dated is None else f", {source.dated}"
    return f"{source.title}. {source.publisher}{day}."
