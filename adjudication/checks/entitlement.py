"""Does the patient have a card for the support, in force that day?"""

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import CardMissing, CardNotValidOnDay
from adjudication.invoice import Line
from adjudication.measures import CardOfDay
from registry.holding import nearest_card


class CardHeld(Check):
    """A card for the support is in force on the treatment day."""

    __slots__ = ("_missing",)

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self._missing = CardMissing(rule=rule)

    def ask(self, case: Case, line: Line) -> None:
        """Asked once a day of the invoice."""
        if case.card is not None:
            return
        nearest = nearest_card(case.patient.cards, case.invoice.support, case.day.date)
        if nearest is None:
            case.findings.append(self._missing)
            return
        case.findings.append(
            CardNotValidOnDay(
                rule=self.rule, valid_from=nearest.valid_from, valid_to=nearest.valid_to
            )
        )

    def measure(self, case: Case, line: Line) -> CardOfDay:
        """The card."""
        card = case.card
        if card is None:
            return CardOfDay()
        return CardOfDay(card.number, card.category, card.valid_from, card.last_day)
