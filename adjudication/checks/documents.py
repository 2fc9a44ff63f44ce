"""Does the line carry the documents that the action needs?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.checks.combinations import has_document_of
from adjudication.findings import DocumentMissing
from adjudication.invoice import Line
from adjudication.measures import Documented


class DocumentGiven(Check):
    """The line carries a document of the kind."""

    __slots__ = ("_document", "_found")

    def __init__(self, rule: str, document: str) -> None:
        super().__init__(rule)
        self._document = document
        self._found = DocumentMissing(rule=rule, document=document)

    def ask(self, case: Case, line: Line) -> None:
        """A document counts on the line that carries it, not on its neighbours."""
        if not has_document_of(line, self._document):
            case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> Documented:
        """The document."""
        return Documented(self._document)
