"""Strict reading of one JSON value: no kind for another, no unknown field, no control character."""

import re
from typing import Generic, TypeVar

import msgspec

from intake.malformed import CONTROL_CHARACTER

T = TypeVar("T")

_BACKSLASH = b"\\"
_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:[bf]|u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F]))")
"""An escaped control character that is neither a tab nor an end of line; unescaped ones are no
JSON. No database keeps a NUL, and no screen shows the others."""


class Reader(Generic[T]):
    """Reads values of one kind. What it raises is among `intake.malformed.UNREADABLE`."""

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind
        self._decode = msgspec.json.Decoder(kind).decode

    def read(self, text: bytes) -> T:
        """The value that this JSON says."""
        value = self._decode(text)
        if _BACKSLASH in text and _CONTROL.search(text) is not None:
            raise msgspec.ValidationError(CONTROL_CHARACTER)
        return value
