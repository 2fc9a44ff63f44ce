"""Which of a patient's cards is in force, and which region does it make theirs?"""

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

    @property
    def valid_to(self) -> date | None:
        """The last day in force, or None until further notice."""
        return None if self.last_day == date.max else self.last_day


def card_on(cards: tuple[CardInForce, ...], support: Support, day: date) -> CardInForce | None:
    """The card that is in force for a support on a day, of several the last one; None without."""
    found = None
    for card in cards:
        if card.support == support and card.valid_from <= day <= card.last_day:
            found = card
    return found


def nearest_card(cards: tuple[CardInForce, ...], support: Support, day: date) -> CardInForce | None:
    """The card for a support whose days in force are nearest to a day on which none is, of several
    as near the first; None without any for the support."""
    held = [card for card in cards if card.support == support]
    return min(held, key=lambda card: _distance(card, day), default=None)


def region_of(
    cards: tuple[CardInForce, ...], support: Support, card: CardInForce | None, otherwise: str
) -> str:
    """The region whose rules answer on a day: that of the card in force, else of the latest card
    for the support, else another."""
    if card is not None:
        return card.region
    held = [one for one in cards if one.support == support]
    return held[-1].region if held else otherwise


def _distance(card: CardInForce, day: date) -> int:
    """Days from a day to a card's days in force."""
    return max((card.valid_from - day).days, (day - card.last_day).days)
