"""Was the care billed in time?"""

from adjudication.case import Case
from adjudication.invoice import Line
from adjudication.checks.check import Check
from adjudication.findings import DeadlinePassed


class BilledInTime(Check):
    """The invoice is received by the last day to bill care of that day."""

    __slots__ = ()

    def ask(self, case: Case, line: Line) -> None:
        """Asked once a day of the invoice."""
        last_day = case.day.last_day_to_bill
        if last_day is not None and case.received_on > last_day:
            case.findings.append(DeadlinePassed(rule=self.rule, last_day=last_day))
