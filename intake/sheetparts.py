"""The parts of a spreadsheet beside its sheets: which sheets there are and where, shared texts, and
which styles make a number a day. Each takes the elements of its XML as they come."""

import re
from collections.abc import Mapping
from typing import Final, Protocol

Attributes = Mapping[str, str]

_BUILT_IN_DAYS: Final = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_NOT_LETTERS: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Of a format's code, what is written as it stands."""


class Part(Protocol):
    """What takes elements: their names without namespaces, and the text in them."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Some text."""


class _WithoutText:
    def end(self, name: str) -> None:
        """Nothing is to be done."""

    def text(self, text: str) -> None:
        """Nothing is to be done."""


class SheetList(_WithoutText):
    """The workbook: the first sheet that is shown, and from which day days are counted."""

    def __init__(self) -> None:
        self.first: str | None = None
        self.counts_from_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        """A sheet, or the workbook's settings."""
        if name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904") in {"1", "true"}
        is_shown = attributes.get("state", "visible") == "visible"
        if name == "sheet" and is_shown and self.first is None:
            self.first = next(
                (value for key, value in attributes.items() if key.endswith(" id")), None
            )


class Targets(_WithoutText):
    """Relationships: parts by their ids, and by the last word of what they are."""

    def __init__(self) -> None:
        self.by_id: dict[str, str] = {}
        self.by_kind: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """A relationship."""
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            self.by_id[attributes.get("Id", "")] = target
            self.by_kind[attributes.get("Type", "").rpartition("/")[2]] = target


class Strings:
    """Texts that cells share, without how they are to be read aloud."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._is_text = False
        self._is_sound = False

    def start(self, name: str, _attributes: Attributes) -> None:
        """A text, or a part of one."""
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._is_sound = True
        elif name == "t":
            self._is_text = not self._is_sound

    def end(self, name: str) -> None:
        """A text is whole."""
        if name == "si":
            self.found.append("".join(self._parts))
        elif name == "rPh":
            self._is_sound = False
        elif name == "t":
            self._is_text = False

    def text(self, text: str) -> None:
        """Some of it."""
        if self._is_text:
            self._parts.append(text)


class Formats(_WithoutText):
    """Styles of cells: which of them, by number, show a number as a day."""

    def __init__(self) -> None:
        self.days: list[bool] = []
        self._own: dict[str, str] = {}
        self._is_of_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        """A format, or a style that has one."""
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs"}:
            self._is_of_cells = name == "cellXfs"
        elif name == "xf" and self._is_of_cells:
            self.days.append(self._is_day(attributes.get("numFmtId", "0")))

    def _is_day(self, number: str) -> bool:
        if number in self._own:
            code = _NOT_LETTERS.sub("", self._own[number]).lower()
            return "y" in code or "d" in code
        return number.isdecimal() and int(number) in _BUILT_IN_DAYS
