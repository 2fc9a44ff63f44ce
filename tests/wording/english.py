"""Finds what should not stand in a Swedish text: names from the code, and English words."""

import re
from collections.abc import Iterable
from typing import get_args

import msgspec

from adjudication.decision import FeeReason, Status
from adjudication.findings import LINE, WHOLE_INVOICE, Outcome
from adjudication.invoice import DocumentKind, Fact
from terms.vocabulary import CareLevel, Performer

COMMON = {
    "the", "and", "of", "with", "not", "none", "true", "false", "invoice", "line", "tooth", "zone",
    "price", "rule", "card", "day", "days", "month", "months", "limit", "ceiling", "patient's",
}  # fmt: skip
NAMES = {
    *(field.name for kind in (*WHOLE_INVOICE, *LINE) for field in msgspec.structs.fields(kind)),
    *(str(kind.__struct_config__.tag) for kind in (*WHOLE_INVOICE, *LINE)),
    *(
        word
        for words in (FeeReason, Status, Outcome, DocumentKind, Fact, CareLevel, Performer)
        for word in get_args(words)
    ),
}


def leaks(text: str, apart: Iterable[str] = ()) -> set[str]:
    """The words of a text that are not Swedish; `apart` are texts to take out first: rule ids."""
    for known in sorted(apart, key=len, reverse=True):
        text = text.replace(known, "")
    words = set(re.findall(r"[\w']+", text))
    lower = {word.lower() for word in words}
    return {word for word in words if "_" in word} | (lower & (COMMON | NAMES - {"xray"}))
