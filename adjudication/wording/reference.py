"""Every finding as it is looked up: what it is, what it carries, and what a clinic reads of it."""

from datetime import date
from typing import Any, Final, Literal, get_args, get_type_hints

import msgspec

from adjudication import findings
from adjudication.wording.about import NO_LINE, About
from adjudication.wording.findings import words_of

FactKind = Literal["day", "whole number", "text", "list of whole numbers", "list of texts"]

_KINDS: Final[dict[object, FactKind]] = {
    date: "day",
    int: "whole number",
    str: "text",
    list[int]: "list of whole numbers",
    list[str]: "list of texts",
}


class Fact(msgspec.Struct, frozen=True):
    """A field of a finding, and what stands in it in JSON; one that is optional may be absent."""

    name: str
    kind: FactKind
    is_optional: bool


class FindingReference(msgspec.Struct, frozen=True):
    """A finding: what it is, what it makes of its line (null where it decides nothing by itself),
    the fields that it has besides `code` and `rule`; and an example in Swedish, with numbers made
    up for it, of what it says and of what would cure it."""

    code: str
    concerns: Literal["invoice", "line"]
    meaning: str
    outcome: findings.Outcome | None
    facts: list[Fact]
    text: str
    cure: str | None


def every_finding() -> list[FindingReference]:
    """All of them, in the order in which they are asked."""
    return [reference(kind) for kind in (*findings.WHOLE_INVOICE, *findings.LINE)]


def reference(kind: type[findings.Finding]) -> FindingReference:
    """A kind of finding as it is looked up."""
    words = words_of(sample(kind), sample_line(kind))
    return FindingReference(
        code=code_of(kind),
        concerns="invoice" if kind in findings.WHOLE_INVOICE else "line",
        meaning=" ".join((kind.__doc__ or "").split()),
        outcome=kind.outcome,
        facts=_facts(kind),
        text=words.what,
        cure=words.cure,
    )


def code_of(kind: type[findings.Finding]) -> str:
    """The code of a kind of finding."""
    return str(kind.__struct_config__.tag)


def sample(kind: type[findings.Finding]) -> findings.AnyFinding:
    """A finding of the kind with made-up facts."""
    names = [fact.name for fact in _facts(kind)]
    facts = {name: _SAMPLES.get(f"{code_of(kind)}.{name}", _SAMPLES[name]) for name in names}
    made: findings.AnyFinding = kind(rule=f"contract/{code_of(kind)}", **facts)  # type: ignore[assignment]
    return made


def sample_line(kind: type[findings.Finding]) -> About:
    """A line that a finding of the kind may be of."""
    if kind in findings.WHOLE_INVOICE:
        return NO_LINE
    last_day = None if kind is findings.DeadlinePassed else _SAMPLE_LINE.last_day
    code = _SAMPLE_CODES.get(code_of(kind), _SAMPLE_LINE.code)
    return _SAMPLE_LINE._replace(code=code, last_day=last_day)


def _facts(kind: type[findings.Finding]) -> list[Fact]:
    types = get_type_hints(kind)
    names = [field.name for field in msgspec.structs.fields(kind) if field.name != "rule"]
    return [_fact(name, types[name]) for name in names]


def _fact(name: str, said: Any) -> Fact:
    known = _KINDS.get(said)
    if known is not None:
        return Fact(name, known, is_optional=False)
    return Fact(name, _KINDS[get_args(said)[0]], is_optional=True)


_SAMPLES: Final[dict[str, Any]] = {
    "lines": [2],
    "received_on": date(2026, 3, 5),
    "zones": ["18-11", "13-23", "21-28"],
    "last_day": date(2026, 6, 30),
    "valid_from": date(2022, 3, 1),
    "valid_to": date(2026, 2, 28),
    "performed_by": "dentist",
    "bill_as": "113",
    "fact": "peri_implantitis",
    "positions": [1, 2, 3, 4, 5],
    "with_code": "101",
    "combination_excluded.with_code": "207",
    "document": "record_copy",
    "months": 10,
    "previous_on": date(2026, 1, 20),
    "next_on": date(2026, 11, 20),
    "tariff_ore": 143_000,
    "preassessment": "B-26-001",
    "limit": 8,
    "used": 8,
    "limit_ore": 1_600_000,
    "used_ore": 1_446_000,
    "assessment": "57",
    "settles": ["limit_reached"],
    "motive": "Munhygienen sköts inte utan fler besök.",
    "refused_by_assessor.motive": "Daganteckningen visar ingen åtgärd på tanden.",
}
"""A value for each fact, so that what is shown is what a clinic would read."""

_SAMPLE_CODES: Final = {
    "action_unknown": "199",
    "tooth_invalid": "401",
    "zone_missing": "404",
    "zone_invalid": "404",
    "performer_not_allowed": "103",
    "action_not_covered": "800",
    "coverage_condition_unmet": "880",
    "tooth_missing": "801",
    "position_not_covered": "801",
    "combination_excluded": "341",
    "interval_not_elapsed": "112",
    "tariff_price_missing": "435",
    "preassessment_not_usable": "405",
    "preassessment_required": "405",
    "limit_reached": "206",
}
"""A code that each finding may be of; others are of 342."""

_SAMPLE_LINE: Final = About("342", date(2026, 3, 6), 200_000, date(2026, 6, 30), stands_in=True)
