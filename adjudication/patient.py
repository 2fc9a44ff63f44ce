"""What is known of one patient before an invoice is decided."""

import msgspec

from preassessments.balance import Balance
from quotas.history import History
from registry.cards import CardInForce


class Patient(msgspec.Struct, frozen=True, gc=False):
    """The birth number (terms/person.py) where it is another than the person's own, else None;
    cards of all supports in the order of first day and number; applications with what is left of
    them, or None without any; and what is used."""

    born: str | None
    cards: tuple[CardInForce, ...]
    balance: Balance | None
    history: History
