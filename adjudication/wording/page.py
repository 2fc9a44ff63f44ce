"""How text is laid out for a terminal: lines of at most 100 columns, no colours."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Final

WIDTH: Final = 100


def wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """A text as lines, broken between words only.

    `first` stands before the first line, `rest` (else as wide a blank) before the others.
    """
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def heading(text: str, mark: str = "-") -> list[str]:
    """A heading with a line under it."""
    lines = wrapped(text)
    return [*lines, mark * max(map(len, lines))]


def table(rows: Sequence[Sequence[str]], right: Sequence[int], gap: str = "  ") -> list[str]:
    """Rows as lines with columns of one width each; `right` are the columns aligned right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        gap.join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
