"""Why something is not done with a run or an account, as the words of the pages tell it."""

from collections.abc import Iterable
from typing import NamedTuple

from invoices.wording import Refusal
from terms.money import kronor


class Told(NamedTuple):
    """A fault by its code, with what its words name, and the field that mends it."""

    code: str
    limit: str
    number: str
    reference: str
    field: str


_FIELDS = {
    "through_on_ahead": "through_on",
    "pay_on_passed": "pay_on",
    "name_missing": "name",
    "name_unprintable": "name",
    "bankgiro_invalid": "number",
    "account_invalid": "clearing",
}


def told(faults: Iterable[Refusal]) -> list[Told]:
    """All of them, each once."""
    return list(dict.fromkeys(map(_told, faults)))


def wrong(code: str, field: str) -> Told:
    """What a form alone can be wrong in."""
    return Told(code, "", "", "", field)


def _told(fault: Refusal) -> Told:
    limit_ore = getattr(fault, "limit_ore", None)
    return Told(
        fault.code,
        "" if limit_ore is None else kronor(limit_ore),
        str(getattr(fault, "number", None) or ""),
        getattr(fault, "reference", ""),
        _FIELDS.get(fault.code, ""),
    )
