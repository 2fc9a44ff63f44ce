"""Does the patient have a card for the support, in force that day?"""

from datetime import date

from adjudication.case import Case
from adjudication.checks.check import Check
from adjudication.findings import CardMissing, CardNotValidOnDay
from adjudication.invoice import Line
from adjudication.measures import CardOfDay
from registry.holding import CardInForce


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
        cards = [one for one in case.patient.cards if one.support == case.invoice.support]
        if not cards:
            case.findings.append(self._missing)
            return
        day = case.day.date
        nearest = min(cards, key=lambda card: _distance(card, day))
        case.findings.append(
            CardNotValidOnDay(
                rule=self.rule,
                valid_from=nearest.valid_from,
                valid_to=None if nearest.last_day == date.max else nearest.last_day,
            )
        )

    def measure(self, case: Case, line: Line) -> CardOfDay:
        """The card."""
        card = case.card
        if card is None:
            return CardOfDay()
        return CardOfDay(card.number, card.category, card.valid_from, card.last_day)


def _distance(card: CardInForce, day: date) -> int:
    """Days from a day to a card's days in force."""
    return max((card.valid_from - day).days, (day - card.last_day).days)
