"""Which of a patient's cards is in force?"""

from datetime import date

from registry.cards import CardInForce
from terms.vocabulary import Support


def card_on(cards: tuple[CardInForce, ...], support: Support, day: date) -> CardInForce | None:
    """The card that is in force for a support on a day, of several the last one; None without."""
    found = None
    for card in cards:
        if card.support == support and card.valid_from <= day <= card.last_day:
            found = card
    return found
