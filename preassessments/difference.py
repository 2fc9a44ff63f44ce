"""What differs between two versions of an application?"""

from collections.abc import Iterator
from typing import Any

import msgspec

from preassessments.application import Content

Value = str | int | None


class Difference(msgspec.Struct, frozen=True):
    """Something that one version says and the other does not, or says otherwise; null is nothing.
    Lines are found by their numbers: `$.lines[line=3].count`."""

    path: str
    before: Value
    after: Value


def differences(before: Content, after: Content) -> list[Difference]:
    """Every difference, in the order of the fields and of the lines' numbers."""
    return list(_compared(msgspec.to_builtins(before), msgspec.to_builtins(after), "$"))


def _compared(before: Any, after: Any, path: str) -> Iterator[Difference]:
    if isinstance(before, list) or isinstance(after, list):
        before, after = _by_key(before), _by_key(after)
        for key in sorted(before.keys() | after.keys()):
            yield from _compared(before.get(key), after.get(key), f"{path}[{_shown(key)}]")
    elif isinstance(before, dict) or isinstance(after, dict):
        before, after = before or {}, after or {}
        for name in dict.fromkeys((*before, *after)):
            yield from _compared(before.get(name), after.get(name), f"{path}.{name}")
    elif before != after:
        yield Difference(path, before, after)


def _by_key(values: list[Any] | None) -> dict[tuple[bool, int], Any]:
    """Lines by number, anything else by place. A draft may have two lines of one number: the later
    ones are told by place."""
    found: dict[tuple[bool, int], Any] = {}
    for place, value in enumerate(values or ()):
        is_line = isinstance(value, dict) and "line" in value
        key = (True, value["line"]) if is_line else (False, place)
        found[(False, place) if key in found else key] = value
    return found


def _shown(key: tuple[bool, int]) -> str:
    is_line, number = key
    return f"line={number}" if is_line else str(number)
