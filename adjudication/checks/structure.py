"""Is the line a line at all: its code, its tooth, its zone?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import (
    ActionUnknown,
    RulesMissing,
    ToothInvalid,
    ZoneInvalid,
    ZoneMissing,
)
from adjudication.invoice import Line
from adjudication.measures import CodeKnown, RulesOfDay, Tooth, Zone
from terms.tooth import TEETH


class ActionKnown(Check):
    """The code stands in a price list or is named in the region's directions."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        super().__init__("contract/action_unknown")
        self._found = ActionUnknown(rule=self.rule)

    def ask(self, case: Case, line: Line) -> None:
        """Is asked only of a row that stands for unknown codes."""
        case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> CodeKnown:
        """Nothing but the code."""
        return CodeKnown()


class ToothValid(Check):
    """A tooth that is given is a tooth."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        super().__init__("contract/tooth_invalid")
        self._found = ToothInvalid(rule=self.rule)

    def ask(self, case: Case, line: Line) -> None:
        """Without a tooth there is nothing to ask."""
        tooth = line.tooth
        if tooth is not None and tooth not in TEETH:
            case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> Tooth:
        """The tooth."""
        return Tooth(line.tooth)


class ZoneGiven(Check):
    """The code needs one of these zones."""

    __slots__ = ("_invalid", "_missing", "_zones")

    def __init__(self, rule: str, zones: list[str]) -> None:
        super().__init__(rule)
        self._zones = frozenset(zones)
        self._missing = ZoneMissing(rule=rule, zones=zones)
        self._invalid = ZoneInvalid(rule=rule, zones=zones)

    def ask(self, case: Case, line: Line) -> None:
        """An empty zone is a missing one."""
        zone = line.zone
        if not zone:
            case.findings.append(self._missing)
        elif zone not in self._zones:
            case.findings.append(self._invalid)

    def measure(self, case: Case, line: Line) -> Zone:
        """The zone, and the zones that there are."""
        return Zone(line.zone, self._missing.zones)


class RulesInForce(Check):
    """The region has rules for the support on the day."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        super().__init__("contract/rules_missing")
        self._found = RulesMissing(rule=self.rule)

    def ask(self, case: Case, line: Line) -> None:
        """Is asked only where there are none."""
        case.findings.append(self._found)

    def measure(self, case: Case, line: Line) -> RulesOfDay:
        """Nothing but the day."""
        return RulesOfDay()
