"""Can the action stand with the others of the day?

Asked against the codes approved for the same patient, support and day, on this or any earlier
invoice, so the line that comes last is the one that yields.
"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import (
    CombinationExcluded,
    DocumentMissing,
    MotivationMissing,
    MotivationToAssess,
)
from adjudication.invoice import Line
from adjudication.measures import Motivated, SameDay


class Others:
    """The codes on the other side of a combination, by number."""

    __slots__ = ("_codes",)

    def __init__(self, codes: dict[int, str]) -> None:
        self._codes = codes

    def approved(self, case: Case) -> str | None:
        """The first of them that is approved for the day, or None."""
        for number in case.codes_approved:
            code = self._codes.get(number)
            if code is not None:
                return code
        return None

    def codes(self) -> list[str]:
        """All of them."""
        return sorted(self._codes.values())


class NotExcluded(Check):
    """No code of the other side of an exclusion is approved for the day."""

    looks_back = True
    __slots__ = ("_others",)

    def __init__(self, rule: str, others: dict[int, str]) -> None:
        super().__init__(rule)
        self._others = Others(others)

    def ask(self, case: Case, line: Line) -> None:
        """To combine is to do on the same day."""
        other = self._others.approved(case)
        if other is not None:
            case.findings.append(CombinationExcluded(rule=self.rule, with_code=other))

    def measure(self, case: Case, line: Line) -> SameDay:
        """The other side, and what is approved of it."""
        return SameDay(self._others.codes(), self._others.approved(case))


class MotivatedTogether(Check):
    """With a code of the other side, a motivation and a document are on this line."""

    looks_back = True
    __slots__ = ("_document", "_others")

    def __init__(self, rule: str, others: dict[int, str], document: str) -> None:
        super().__init__(rule)
        self._others = Others(others)
        self._document = document

    def ask(self, case: Case, line: Line) -> None:
        """A motivation of white space is none; with both there a person assesses them."""
        other = self._others.approved(case)
        if other is None:
            return
        has_motivation = line.motivation is not None and line.motivation.strip() != ""
        has_document = has_document_of(line, self._document)
        if not has_motivation:
            case.findings.append(MotivationMissing(rule=self.rule, with_code=other))
        if not has_document:
            case.findings.append(DocumentMissing(rule=self.rule, document=self._document))
        if has_motivation and has_document:
            case.findings.append(MotivationToAssess(rule=self.rule, with_code=other))

    def measure(self, case: Case, line: Line) -> Motivated:
        """The other side, what is approved of it, and the document."""
        return Motivated(self._others.codes(), self._others.approved(case), self._document)


def has_document_of(line: Line, kind: str) -> bool:
    """Whether the line itself carries a document of the kind."""
    documents = line.documents
    return documents is not None and any(document.kind == kind for document in documents)
