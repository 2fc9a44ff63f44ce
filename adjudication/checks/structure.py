"""Is the line a line at all: its code, its tooth, its zone?"""

from adjudication.case import Case
from adjudication.invoice import Line
from adjudication.checks.check import Check
from adjudication.findings import ActionUnknown, RulesMissing, ToothInvalid, ZoneInvalid, ZoneMissing

TEETH = frozenset(
    f"{quadrant}{position}"
    for quadrant in range(1, 9)
    for position in range(1, 9 if quadrant <= 4 else 6)
)
"""FDI: 11-48 are permanent teeth, 51-85 deciduous ones."""


class ActionKnown(Check):
    """The code stands in a price list or is named in the region's directions."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        super().__init__("contract/action_unknown")
        self._found = ActionUnknown(rule=self.rule)

    def ask(self, case: Case, line: Line) -> None:
        """Is asked only of a row that stands for unknown codes."""
        case.findings.append(self._found)


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


class ZoneGiven(Check):
    """The code needs one of these zones."""

    __slots__ = ("_invalid", "_missing", "_zones")

    def __init__(self, zones: list[str]) -> None:
        super().__init__("contract/zone_missing")
        self._zones = frozenset(zones)
        self._missing = ZoneMissing(rule="contract/zone_missing", zones=zones)
        self._invalid = ZoneInvalid(rule="contract/zone_invalid", zones=zones)

    def ask(self, case: Case, line: Line) -> None:
        """An empty zone is a missing one."""
        zone = line.zone
        if not zone:
            case.findings.append(self._missing)
        elif zone not in self._zones:
            case.findings.append(self._invalid)


class RulesInForce(Check):
    """The region has rules for the support on the day."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        super().__init__("contract/rules_missing")
        self._found = RulesMissing(rule=self.rule)

    def ask(self, case: Case, line: Line) -> None:
        """Is asked only where there are none."""
        case.findings.append(self._found)
