"""Does the action need an application?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import PreassessmentRequired
from adjudication.invoice import Line
from adjudication.measures import ApplicationNeeded


class ApplicationRequired(Check):
    """The code always needs an approved application, at one care level or at both. Asked only of
    lines that no application carries."""

    __slots__ = ("_care_level", "_found")

    def __init__(self, rule: str, care_level: str | None) -> None:
        super().__init__(rule)
        self._care_level = care_level
        self._found = PreassessmentRequired(rule=rule)

    def ask(self, case: Case, line: Line) -> None:
        """A specialist clinic may do without what general dentistry needs."""
        if self._care_level in (None, case.invoice.care_level or "general"):
            case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> ApplicationNeeded:
        """Where an application is needed, and where the clinic stands."""
        return ApplicationNeeded(self._care_level, case.invoice.care_level or "general")
