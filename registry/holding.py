"""Which of a patient's cards is in force?"""

from dataclasses import dataclass
from datetime import date

from terms.vocabulary import Support


@dataclass(frozen=True, slots=True, eq=False)
class CardInForce:
    """A card with its region's reading: which support it opens, and its first and last day in
    force. A last day before the first is a card that was voided before it began."""

    number: str
    support: Support
    valid_from: date
    last_day: date
    category: str
    region: str


def card_on(cards: tuple[CardInForce, ...], support: Support, day: date) -> CardInForce | None:
    """The card that is in force for a support on a day, of several the last one; None without."""
    found = None
    for card in cards:
        if card.support == support and card.valid_from <= day <= card.last_day:
            found = card
    return found
