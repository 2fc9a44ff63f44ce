"""What may the action cost?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import TariffPriceMissing
from adjudication.invoice import Line
from adjudication.measures import Price


class Priced(Check):
    """The lesser of the asked price and the tariff's; an amount on the application that carries
    the line is a further ceiling, and stands in for a tariff that has none."""

    __slots__ = ("_found", "_general_ore", "_specialist_ore")

    def __init__(self, rule: str, general_ore: int | None, specialist_ore: int | None) -> None:
        super().__init__(rule)
        self._general_ore = general_ore
        self._specialist_ore = specialist_ore
        self._found = TariffPriceMissing(rule=rule)

    def ask(self, case: Case, line: Line) -> None:
        """Sets `case.allowed_ore`; never rounded, never raised. -1 is no price."""
        price, carrying = self._tariff_ore(case), case.carrying
        if carrying is not None and carrying.line.amount_ore is not None:
            amount = carrying.line.amount_ore
            price = amount if price is None else min(price, amount)
        if price is None:
            case.allowed_ore = -1
            case.findings.append(self._found)
        else:
            case.allowed_ore = min(price, line.price_ore)

    def measure(self, case: Case, line: Line) -> Price:
        """The prices that the line is held against."""
        carrying = case.carrying
        return Price(
            self._tariff_ore(case),
            None if carrying is None else carrying.line.amount_ore,
            case.invoice.care_level or "general",
        )

    def _tariff_ore(self, case: Case) -> int | None:
        if case.invoice.care_level == "specialist":
            return self._specialist_ore
        return self._general_ore
