"""A finding as lines of text: what happened, what would cure it, and the rule that says so."""

from adjudication.decision import LineDecision
from adjudication.findings import AnyFinding
from adjudication.wording.about import NO_LINE
from adjudication.wording.findings import words_of
from adjudication.wording.lookup import Lookup
from adjudication.wording.page import wrapped
from adjudication.wording.sources import Sources


class Reasons:
    """Writes findings, and gathers the sources that they rest on."""

    def __init__(self, lookup: Lookup) -> None:
        self.sources = Sources()
        self._lookup = lookup

    def lines(self, finding: AnyFinding, line: LineDecision | None, indent: str) -> list[str]:
        """A finding of a line, or of the invoice where there is none."""
        words = words_of(finding, NO_LINE if line is None else self._lookup.about(line))
        lines = wrapped(words.what, f"{indent}• ")
        if words.cure is not None:
            lines += wrapped(f"Att göra: {words.cure}", f"{indent}  ")
        return [*lines, *wrapped(self.rule(finding.rule, line), f"{indent}  ")]

    def rule(self, rule: str, line: LineDecision | None) -> str:
        """A rule by its id, with its place and its source's number."""
        return f"Regel {rule}: {self.sources.place(self._lookup.citation(rule, line))}"
