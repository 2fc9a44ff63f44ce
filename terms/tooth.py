"""Teeth in FDI's two digits: 11–48, and 51–85 for the first ones."""

PERMANENT = [f"{quadrant}{position}" for quadrant in "1234" for position in "12345678"]
DECIDUOUS = [f"{quadrant}{position}" for quadrant in "5678" for position in "12345"]
TEETH = frozenset(PERMANENT + DECIDUOUS)
