"""Was the care given by the day of receipt, and billed in time?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import DateInFuture, DeadlinePassed
from adjudication.invoice import Line
from adjudication.measures import Deadline, Received


class TreatedByReceipt(Check):
    """No care is billed before it is given."""

    looks_back = True  # it depends on the day of receipt, which is the invoice's

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("contract/date_in_future")

    def ask(self, case: Case, line: Line) -> None:
        """Care of the day of receipt is given."""
        if line.treated_on > case.received_on:
            case.findings.append(DateInFuture(rule=self.rule, received_on=case.received_on))

    def measure(self, case: Case, line: Line) -> Received:
        """Both days."""
        return Received(line.treated_on, case.received_on)


class BilledInTime(Check):
    """The invoice is received by the last day to bill care of that day."""

    __slots__ = ()

    def ask(self, case: Case, line: Line) -> None:
        """Asked once a day of the invoice."""
        last_day = case.day.last_day_to_bill
        if last_day is not None and case.received_on > last_day:
            case.findings.append(DeadlinePassed(rule=self.rule, last_day=last_day))

    def measure(self, case: Case, line: Line) -> Deadline:
        """The day of receipt and the last day."""
        return Deadline(case.received_on, case.day.last_day_to_bill)
