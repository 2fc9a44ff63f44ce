"""Is the action the region's to pay? What it is not, the patient pays."""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import (
    ActionNotCovered,
    CoverageConditionUnmet,
    PositionNotCovered,
    ToothMissing,
)
from adjudication.invoice import Line
from adjudication.measures import Attested, Covered, Position


class ActionCovered(Check):
    """The code is on the region's list for the support."""

    __slots__ = ("_found",)

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self._found = ActionNotCovered(rule=rule)

    def ask(self, case: Case, line: Line) -> None:
        """Is asked only of codes outside the list."""
        case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> Covered:
        """Nothing but the code."""
        return Covered()


class ConditionMet(Check):
    """The line attests the fact under which the code is covered."""

    __slots__ = ("_fact", "_found")

    def __init__(self, rule: str, fact: str) -> None:
        super().__init__(rule)
        self._fact = fact
        self._found = CoverageConditionUnmet(rule=rule, fact=fact)

    def ask(self, case: Case, line: Line) -> None:
        """Facts are attested by the clinic, line by line."""
        facts = line.facts
        if facts is None or self._fact not in facts:
            case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> Attested:
        """The fact to attest."""
        return Attested(self._fact)


class PositionCovered(Check):
    """The tooth stands where the code is covered: the second digit of its number."""

    __slots__ = ("_missing", "_outside", "_positions")

    def __init__(self, rule: str, positions: list[int]) -> None:
        super().__init__(rule)
        self._positions = frozenset(str(position) for position in positions)
        self._missing = ToothMissing(rule=rule)
        self._outside = PositionNotCovered(rule=rule, positions=positions)

    def ask(self, case: Case, line: Line) -> None:
        """Without a tooth there is no telling, and the line is not a line."""
        tooth = line.tooth
        if tooth is None:
            case.findings.append(self._missing)
        elif tooth[1] not in self._positions:
            case.findings.append(self._outside)

    def measure(self, case: Case, line: Line) -> Position:
        """The tooth and the positions."""
        return Position(line.tooth, self._outside.positions)
