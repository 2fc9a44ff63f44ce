"""What the patient fee comes to on one day."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class FeeOfDay:
    """The patient fee on one day, in öre, and who pays none of it: those whose birth number
    (terms/person.py) is at most `oldest` or at least `youngest`, and some categories of card."""

    amount_ore: int
    oldest: str
    youngest: str
    exempt_categories: frozenset[str]
