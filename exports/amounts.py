"""Amounts as files write them."""


def decimal(amount_ore: int, point: str = ".") -> str:
    """Kronor with two decimals: `1234.50`, `-80.00`."""
    whole, rest = divmod(abs(amount_ore), 100)
    return f"{'-' if amount_ore < 0 else ''}{whole}{point}{rest:02d}"


def ore_of(text: str) -> int:
    """The amount that `decimal` wrote."""
    return int(text.replace(".", ""))
