"""Has the same care been approved already, or been billed twice on this invoice?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import Duplicate
from adjudication.invoice import Line
from adjudication.measures import Repeated


class NotDuplicate(Check):
    """Patient, day, code, tooth, zone and surfaces together are billed once, in any support."""

    looks_back = True
    __slots__ = ("_found",)

    def __init__(self) -> None:
        super().__init__("contract/duplicate")
        self._found = Duplicate(rule=self.rule)

    def ask(self, case: Case, line: Line) -> None:
        """An earlier line of this invoice counts whatever became of it."""
        if case.action in case.actions_met:
            case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> Repeated:
        """How many lines it is held against."""
        return Repeated(len(case.actions_met))
