"""What a rule says, with its place and its source and what is assumed about it."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from terms.citation import Rule, RuleFile, Source


class Statement(NamedTuple):
    """What one rule says.

    `kind` tells which rules of two books may be compared where their ids differ; `assumed` is
    what is assumed about the rule, or nothing.
    """

    kind: str
    rule: str
    text: str
    place: str
    source: Source
    assumed: str = ""


class Writer:
    """States the rules of one file.

    `others` are the names of the other regions: what is taken from one of them is assumed here.
    """

    def __init__(
        self, file: RuleFile, sources: Mapping[str, Source], others: Collection[str]
    ) -> None:
        self._file = file
        self._sources = dict(sources)
        self._others = others

    def state(self, kind: str, rule: Rule, text: str) -> Statement:
        """A rule of the file with its sentence."""
        citation = self._file.cite(rule, self._sources)
        assumed = self._assumed(rule, citation.source) if citation.dated_by == "assumed" else ""
        return Statement(kind, rule.id, text, rule.place, citation.source, assumed)

    def _assumed(self, rule: Rule, source: Source) -> str:
        if source.publisher in self._others:
            return f"taget från {source.publisher}"
        if rule.dated_by == "assumed":
            return "källan säger det inte rakt ut"
        return f"gäller från {self._file.valid_from}"
