"""The answers to a file of invoices, in words: rows of a table, and cells of a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from adjudication.decision import Decision
from adjudication.library import Library
from adjudication.wording.languages import DECISION_WORDS, Language
from exports.amounts import decimal
from portal.decisions import Reason, shown

HEADINGS: Final = (
    "Faktura", "Beslut", "Patientavgift", "Att betala ut", "Rad", "Behandlad", "Åtgärd", "Begärt",
    "Godkänt", "Utfall", "Varför", "Att göra",
)  # fmt: skip
"""Of the cells. What is an invoice's stands in a row of its own, so that sums add up."""


class Answered(NamedTuple):
    """An answer as the table has it, and in which language its reasons are."""

    number: str
    status: str
    claimed_ore: int | None
    payable_ore: int | None
    reasons: list[str]
    language: Language


def answered(answer: bytes, library: Library, language: Language) -> Answered:
    """An answer in words."""
    said = msgspec.json.decode(answer)
    if "input_line" in said:
        return Answered(f"rad {said['input_line']}", "invalid", None, None, _faults(said), "sv")
    decided = shown(msgspec.convert(said, Decision), library, language)
    told = [*decided.reasons, *(one for line in decided.lines for one in line.reasons)]
    made = decided.decision
    return Answered(
        made.number, made.status, made.claimed_ore, made.payable_ore, _texts(told), language
    )


def cells(answer: bytes, library: Library, language: Language) -> Iterator[Sequence[str]]:
    """An answer as rows of cells: one for the invoice, and one for each line."""
    said = msgspec.json.decode(answer)
    if "input_line" in said:
        faults = "\n".join(_faults(said))
        yield (
            f"rad {said['input_line']}",
            DECISION_WORDS[language].statuses["invalid"],
            *[""] * 8,
            faults,
            "",
        )
        return
    decided = shown(msgspec.convert(said, Decision), library, language)
    made = decided.decision
    fee, payable = _amount(made.patient_fee_ore), _amount(made.payable_ore)
    yield (made.number, decided.said, fee, payable, *[""] * 6, *_both(decided.reasons))
    for line in decided.lines:
        yield (
            made.number,
            "",
            "",
            "",
            str(line.line),
            str(line.treated_on),
            line.code,
            _amount(line.claimed_ore),
            _amount(line.allowed_ore),
            line.said,
            *_both(line.reasons),
        )


def _faults(said: dict[str, Any]) -> list[str]:
    return [f"{one['path']}: {one['message']}" for one in said["findings"]]


def _both(reasons: Iterable[Reason]) -> tuple[str, str]:
    """What happened, and what to do."""
    told = list(reasons)
    cures = dict.fromkeys(one.cure for one in told if one.cure)
    return "\n".join(dict.fromkeys(one.what for one in told)), "\n".join(cures)


def _texts(reasons: list[Reason]) -> list[str]:
    """What happened and what to do, each once."""
    return list(dict.fromkeys(f"{one.what} {one.cure or ''}".strip() for one in reasons))


def _amount(ore: int) -> str:
    return decimal(ore, ",")
