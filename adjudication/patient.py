"""What is known of one patient before an invoice is decided."""

from preassessments.balance import Balance
from quotas.history import History
from registry.holding import CardInForce
from terms.person import birth_number


class Patient(History):
    """A patient's history, and beside it: the birth number (terms/person.py) where it is another
    than the person's own, else None; cards of all supports in the order of first day and number;
    and applications with what is left of them, or None without any.

    One object, not two, since a million of them are remembered at once.
    """

    __slots__ = ("balance", "born", "cards")

    def __init__(
        self, born: str | None, cards: tuple[CardInForce, ...], balance: Balance | None
    ) -> None:
        super().__init__()
        self.born = born
        self.cards = cards
        self.balance = balance


def patient_of(
    number: str, cards: tuple[CardInForce, ...] = (), balance: Balance | None = None
) -> Patient:
    """A patient by a valid person number in twelve digits, of whom nothing is used yet."""
    born = birth_number(number)
    return Patient(None if born == number else born, cards, balance)
