"""Paper: a template and what it says, typeset as PDF.

The same gives the same bytes: no date but the one that is said, no fonts but those that come with
typst, and what is written in a document is never read as markup.
"""

import re
from typing import Any, Final

import msgspec
import typst

from exports.packaged import template
from exports.spelling import lacking, spelled
from terms.money import NO_BREAK_SPACE, kronor

STANDARDS: Final["list[typst.PDFStandard]"] = ["a-2a", "ua-1"]
"""PDF for archives, and for readers of screens."""

BREAK: Final = "\u200b"
LACKS: Final = lacking(
    "".join(filter(str.isprintable, map(chr, (*range(0x20, 0x250), *range(0x370, 0x500)))))
    + NO_BREAK_SPACE
    + BREAK
    + "–—−’‘”“…"
)
"""Latin, Greek and Cyrillic letters, and the signs that we write ourselves, are not among it."""

LONGEST_WORD: Final = 40
"""Longer ones are given places to break at; no digest and no HSA-id is."""


def typeset(name: str, said: dict[str, Any]) -> bytes:
    """What is said, as the template of this name has it."""
    data = msgspec.json.encode(_printed(said)).decode()
    compiler = typst.Compiler(template(name), ignore_system_fonts=True, sys_inputs={"data": data})
    written = compiler.compile(format="pdf", pdf_standards=STANDARDS)
    assert isinstance(written, bytes)
    return written


def amount(ore: int) -> str:
    """An amount in a column: kronor with both decimals, so that they stand below each other."""
    text = kronor(ore).removesuffix(f"{NO_BREAK_SPACE}kr").replace("-", "−")
    return text if "," in text else f"{text},00"


def broken(text: str, longest: int) -> str:
    """A text whose words, where they are longer, may be broken at half of that."""
    return re.sub(
        rf"[^\s{BREAK}]{{{longest},}}",
        lambda word: BREAK.join(_pieces(word[0], longest // 2)),
        text,
    )


def _printed(value: Any) -> Any:
    """The same with letters alone that the fonts have, and with words that fit on a line."""
    if isinstance(value, str):
        return broken(spelled(value, LACKS), LONGEST_WORD)
    if isinstance(value, dict):
        return {name: _printed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printed(one) for one in value]
    return value


def _pieces(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(0, len(word), length)]
