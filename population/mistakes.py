"""What goes wrong in one invoice of ten before it reaches the region."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from tariffs.pricelist import Action

Row = dict[str, Any]


@dataclass
class Draft:
    """An invoice about to be sent. `before` are the lines of the patient's invoice before it."""

    invoice: Row
    before: list[Row]
    prices: Mapping[str, Action]
    rng: Random

    @property
    def lines(self) -> list[Row]:
        """The invoice's lines."""
        lines: list[Row] = self.invoice["lines"]
        return lines


Mistake = Callable[[Draft], bool]
"""Spoils a draft; False where it cannot be made in this one."""


def spoil(draft: Draft) -> bool:
    """Make one mistake. True where it is one for which a whole invoice comes back and is sent
    again, corrected."""
    mistake = draft.rng.choices(_MISTAKES, _SHARES)[0]
    while not mistake(draft):
        mistake = draft.rng.choices(_MISTAKES, _SHARES)[0]
    for number, line in enumerate(draft.lines, start=1):
        line["line"] = number
    if mistake is _numbers_repeated:
        draft.lines[-1]["line"] = 1
    return mistake in {_nobody, _numbers_repeated, _no_lines}


def _late(draft: Draft) -> bool:
    draft.invoice["received_on"] += timedelta(days=draft.rng.randrange(95, 200))
    return True


def _before_the_care(draft: Draft) -> bool:
    draft.invoice["received_on"] = draft.lines[-1]["treated_on"] - timedelta(days=1)
    return True


def _billed_again(draft: Draft) -> bool:
    if not draft.before:
        return False
    again = draft.before[: draft.rng.choice([1, 1, len(draft.before)])]
    draft.invoice["lines"] = [dict(line) for line in again] + draft.lines
    return True


def _twice_on_one(draft: Draft) -> bool:
    draft.lines.append(dict(draft.lines[-1]))
    return True


def _not_covered(draft: Draft) -> bool:
    return _another(draft, draft.rng.choice(["850", "800", "900", "941", "420", "815", "897"]))


def _needs_fact(draft: Draft) -> bool:
    return _another(draft, draft.rng.choice(["880", "882", "825"]))


def _without_document(draft: Draft) -> bool:
    return _another(draft, draft.rng.choice(["303", "304"]))


def _with_examination(draft: Draft) -> bool:
    if draft.lines[-1]["code"] not in {"101", "111", "112", "124", "127"}:
        return False
    return _another(draft, "342")


def _excluded(draft: Draft) -> bool:
    return _another(draft, "341") and _another(draft, draft.rng.choice(["207", "208"]))


def _too_early(draft: Draft) -> bool:
    if any(line["code"] in {"101", "111", "112"} for line in draft.lines):
        return False
    return _another(draft, "101")


def _above_tariff(draft: Draft) -> bool:
    for line in draft.lines:
        line["price_ore"] = line["price_ore"] * 106 // 100
    return True


def _wrong_hand(draft: Draft) -> bool:
    for line in draft.lines:
        action = draft.prices.get(line["code"])
        if action is not None and action.performed_by is not None:
            line["performer"] = "hygienist" if action.performed_by == "dentist" else "dentist"
            return True
    return False


def _unknown_code(draft: Draft) -> bool:
    draft.rng.choice(draft.lines)["code"] = draft.rng.choice(["199", "710", "301S"])
    return True


def _no_tooth(draft: Draft) -> bool:
    draft.rng.choice(draft.lines)["tooth"] = draft.rng.choice(["19", "0", "7", "29"])
    return True


def _no_zone(draft: Draft) -> bool:
    return _another(draft, "404")


def _no_application(draft: Draft) -> bool:
    return _another(draft, draft.rng.choice(["405", "407", "108", "A943"]))


def _other_application(draft: Draft) -> bool:
    draft.rng.choice(draft.lines)["preassessment"] = "B-26-0"
    return True


def _no_price(draft: Draft) -> bool:
    return _another(draft, draft.rng.choice(["435", "445", "441"]))


def _nobody(draft: Draft) -> bool:
    number = draft.invoice["patient"]
    draft.invoice["patient"] = number[:-1] + str((int(number[-1]) + 1) % 10)
    return True


def _numbers_repeated(draft: Draft) -> bool:
    draft.lines.append(draft.lines[-1] | {"code": "302", "price_ore": 84_000})
    return True


def _no_lines(draft: Draft) -> bool:
    draft.lines.clear()
    return True


def _protected(draft: Draft) -> bool:
    draft.invoice["protected_identity"] = True
    return True


def _another(draft: Draft, code: str) -> bool:
    """Add a line of the code to the last day."""
    action = draft.prices.get(code)
    price = 150_000 if action is None or action.general_ore is None else action.general_ore
    performer = action.performed_by if action is not None else None
    draft.lines.append(
        {
            "line": 0,
            "treated_on": draft.lines[-1]["treated_on"],
            "code": code,
            "price_ore": price,
            "performer": performer or "dentist",
        }
    )
    return True


_SHARED: dict[Mistake, int] = {
    _late: 12,
    _billed_again: 7,
    _twice_on_one: 5,
    _not_covered: 9,
    _needs_fact: 2,
    _without_document: 9,
    _with_examination: 3,
    _excluded: 4,
    _too_early: 10,
    _above_tariff: 14,
    _wrong_hand: 6,
    _unknown_code: 4,
    _no_tooth: 3,
    _no_zone: 2,
    _no_application: 6,
    _other_application: 2,
    _no_price: 2,
    _nobody: 2,
    _before_the_care: 1,
    _numbers_repeated: 1,
    _no_lines: 1,
    _protected: 1,
}
_MISTAKES, _SHARES = list(_SHARED), list(_SHARED.values())
