"""Money: whole öre, never a fraction, never a float."""

NO_BREAK_SPACE = "\u00a0"


def kronor(amount_ore: int) -> str:
    """An amount as a Swedish reader writes it: `16 000 kr`, `1 234,50 kr`, `-80 kr`."""
    whole, rest = divmod(abs(amount_ore), 100)
    text = f"{whole:,}".replace(",", NO_BREAK_SPACE)
    if rest:
        text += f",{rest:02d}"
    sign = "-" if amount_ore < 0 else ""
    return f"{sign}{text}{NO_BREAK_SPACE}kr"
