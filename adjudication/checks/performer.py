"""May this profession perform the action?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import PerformerNotAllowed
from adjudication.invoice import Line
from adjudication.measures import Performed
from terms.vocabulary import Performer


class PerformedBy(Check):
    """The price list says who performs the code; `bill_as` names the code to bill instead, by
    performer."""

    __slots__ = ("_bill_as", "_performed_by")

    def __init__(self, rule: str, performed_by: Performer, bill_as: dict[str, str]) -> None:
        super().__init__(rule)
        self._performed_by: str = performed_by
        self._bill_as = bill_as

    def ask(self, case: Case, line: Line) -> None:
        """A nurse performs only what the list leaves open."""
        performer = line.performer
        if performer != self._performed_by:
            case.findings.append(
                PerformerNotAllowed(
                    rule=self.rule,
                    performed_by=self._performed_by,
                    bill_as=self._bill_as.get(performer),
                )
            )

    def measure(self, case: Case, line: Line) -> Performed:
        """Who performed it and who should."""
        return Performed(line.performer, self._performed_by)
