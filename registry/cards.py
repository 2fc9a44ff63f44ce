"""Cards: the region's word that a patient has a support, from a first day on.

Three names for one concept: tandvårdskort, tandvårdsstödsintyg, grönt or blått kort.
"""

from collections.abc import Mapping
from datetime import date
from operator import attrgetter

import msgspec

from registry.categories import CardRules
from registry.holding import CardInForce
from terms.editions import Timeline
from terms.errors import ReferenceDataError
from terms.person import is_person_number, without_dash


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A card as issued. Without `valid_to` it lasts as its region says for its category; on
    `voided_on` and after it is not in force."""

    number: str
    patient: str
    region: str
    category: str
    diagnosis: str | None = None
    valid_from: date
    valid_to: date | None = None
    voided_on: date | None = None


def in_force(card: Card, rules: Timeline[CardRules]) -> CardInForce:
    """Read a card by its region's rules of its first day (the oldest known, for older cards).

    Raises ReferenceDataError where the last day precedes the first or the region does not name
    the category.
    """
    edition = rules.on(card.valid_from) or next(iter(rules))
    category = edition.named(card.category)
    if category is None:
        raise ReferenceDataError(
            f"category: {edition.name} har ingen kategori {card.category!r}; "
            f"dess kategorier är {', '.join(known.name for known in edition.category)}"
        )
    if card.valid_to is not None and card.valid_to < card.valid_from:
        raise ReferenceDataError(
            f"valid_to: kortets sista dag {card.valid_to} ligger före dess första {card.valid_from}"
        )
    last_day = card.valid_to or category.last_day(card.valid_from, card.diagnosis) or date.max
    if card.voided_on is not None:
        day_before = max(card.voided_on.toordinal() - 1, 1)
        last_day = min(last_day, date.fromordinal(day_before))
    return CardInForce(
        card.number, category.support, card.valid_from, last_day, category.name, edition.region
    )


class CardRegister:
    """All cards by patient, each patient's in the order of first day and number."""

    def __init__(self, rules: Mapping[str, Timeline[CardRules]]) -> None:
        self._rules = rules
        self._numbers: set[str] = set()
        self._cards: dict[str, tuple[CardInForce, ...]] = {}

    def add(self, card: Card) -> None:
        """Take in a card. Raises ReferenceDataError, naming the field, for one that cannot be."""
        if card.number in self._numbers:
            raise ReferenceDataError(f"number: kortnumret {card.number!r} finns redan")
        patient = without_dash(card.patient)
        if not is_person_number(patient):
            raise ReferenceDataError("patient: inte ett person- eller samordningsnummer")
        rules = self._rules.get(card.region)
        if rules is None:
            known = ", ".join(sorted(self._rules))
            raise ReferenceDataError(
                f"region: {card.region!r} har inga regelfiler; de regioner som har är {known}"
            )
        held = (*self._cards.get(patient, ()), in_force(card, rules))
        self._cards[patient] = tuple(sorted(held, key=_first_day_and_number))
        self._numbers.add(card.number)

    def of(self, patient: str) -> tuple[CardInForce, ...]:
        """The patient's cards; none where the register has none."""
        return self._cards.get(patient, ())


_first_day_and_number = attrgetter("valid_from", "number")
