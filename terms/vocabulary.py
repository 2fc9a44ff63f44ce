"""The closed sets of words that invoices, cards, prices and rules have in common."""

from typing import Literal

Support = Literal["N", "F", "S", "H"]
"""Regional dental support: N-, F- and S-tandvård, and children's choice scheme (H)."""

Performer = Literal["dentist", "hygienist", "nurse"]
CareLevel = Literal["general", "specialist"]

SUPPORTS: tuple[Support, ...] = ("N", "F", "S", "H")
PERFORMERS: tuple[Performer, ...] = ("dentist", "hygienist", "nurse")
CARE_LEVELS: tuple[CareLevel, ...] = ("general", "specialist")
