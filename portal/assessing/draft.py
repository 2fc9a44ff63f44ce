"""A decision on an application as it is being made: what the fields say, and what of it cannot be
read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple, cast

from portal.assessing.reasons import Grounds
from portal.forms import NOT_AN_AMOUNT, Form
from portal.invoices.draft import ore_of
from preassessments.application import Content, PlanLine
from preassessments.assessment import AssessedLine, Assessment
from preassessments.faults import MoveFault
from terms.money import kronor
from terms.period import day_written

_DAYS: Final = 364
"""So many days after the first a decision is proposed to last: twelve months. No rule says it."""

_Outcome = Literal["approved", "refused", "noted"]
_PATH = re.compile(r"\$\.assessment\.(?:lines\[(\d+)\]\.?)?(\w*)")
_COUNT = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
_OF_LINE = ("outcome", "count", "amount", "reason", "motive")
_OF_WHOLE = ("covers_from", "covers_to", "condition", "motive", "used")
_NAMES = {"amount_ore": "amount", "line": "outcome"}


class FieldFault(NamedTuple):
    """What is wrong with a field: its id on the page, the line's number (None for the whole), and
    what is wrong."""

    id: str
    line: int | None
    message: str


@dataclass(frozen=True)
class LineDraft:
    """What is said of a line: approved as applied for, `part` of it, refused or noted. `reason`
    names one of those that the rules give."""

    plan: PlanLine
    outcome: str = ""
    count: str = ""
    amount: str = ""
    reason: str = ""
    motive: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class Draft:
    """What the fields of the page say; `used` is a motive of earlier decisions that was chosen."""

    lines: list[LineDraft]
    covers_from: str = ""
    covers_to: str = ""
    condition: str = ""
    motive: str = ""
    used: str = ""

    def read(self, grounds: Grounds) -> Assessment | list[FieldFault]:
        """What is decided, or every field that cannot be read."""
        faults: list[FieldFault] = []
        days = {}
        for name in ("covers_from", "covers_to"):
            text = getattr(self, name)
            try:
                days[name] = day_written(text) if text else None
            except ValueError:
                faults.append(FieldFault(name, None, "dagen finns inte"))
        lines = [_line(one, grounds, faults) for one in self.lines]
        if faults:
            return faults
        return Assessment(
            covers_from=days["covers_from"],
            covers_to=days["covers_to"],
            condition=self.condition or None,
            motive=self.motive or self.used,
            lines=lines,
        )

    def chosen(self, outcome: str) -> "Draft":
        """With the same outcome for the lines that are marked, or for all where none is."""
        is_any = any(one.is_marked for one in self.lines)
        lines = [
            replace(one, outcome=outcome) if one.is_marked or not is_any else one
            for one in self.lines
        ]
        return replace(self, lines=lines)


def blank(content: Content, today: date) -> Draft:
    """Nothing is decided yet; it would hold from today, or from the first day of what is done."""
    plan = content.lines or []
    first = min((one.done_on for one in plan if one.done_on is not None), default=today)
    first = min(first, today)
    return Draft(
        [LineDraft(one, count=str(one.count or 1), amount=_written(one.price_ore)) for one in plan],
        str(first),
        str(today + timedelta(days=_DAYS)),
    )


def drafted(form: Form, content: Content) -> Draft:
    """What a form says of the lines of a plan."""
    marked = set(form.many("mark"))
    lines = [
        LineDraft(
            plan,
            **{name: form.one(f"{name}-{plan.line}") for name in _OF_LINE},
            is_marked=str(plan.line) in marked,
        )
        for plan in content.lines or ()
    ]
    return Draft(lines, **{name: form.one(name) for name in _OF_WHOLE})


def field_faults(faults: Iterable[MoveFault], lines: Sequence[AssessedLine]) -> list[FieldFault]:
    """What the service has against a decision, at the fields that said it."""
    found = []
    for one in faults:
        match = _PATH.match(one.path)
        name = "motive" if match is None else _NAMES.get(match[2], match[2])
        if match is None or match[1] is None:
            found.append(FieldFault(name, None, one.message))
            continue
        number = lines[int(match[1])].line
        found.append(FieldFault(f"{name}-{number}", number, one.message))
    return found


def _line(draft: LineDraft, grounds: Grounds, faults: list[FieldFault]) -> AssessedLine:
    plan, number = draft.plan, draft.plan.line
    outcome = "approved" if draft.outcome == "part" else draft.outcome
    count = amount = None
    if outcome not in {"approved", "refused", "noted"}:
        faults.append(FieldFault(f"outcome-{number}", number, "välj vad som beslutas"))
    if draft.outcome == "part":
        count, amount = _limits(draft, faults)
        if count is None and amount is None:
            text = "ange ett lägre antal eller belopp än det sökta, eller godkänn hela"
            faults.append(FieldFault(f"count-{number}", number, text))
    motive = None
    if draft.outcome in {"part", "refused"}:
        ground = grounds.said(number, draft.reason)
        if draft.reason and ground is None:
            faults.append(FieldFault(f"reason-{number}", number, "välj ett skäl ur listan"))
        motive = " ".join(filter(None, (ground, draft.motive))) or None
    return AssessedLine(
        line=plan.line,
        outcome=cast("_Outcome", outcome),
        count=count,
        amount_ore=amount,
        motive=motive,
    )


def _limits(draft: LineDraft, faults: list[FieldFault]) -> tuple[int | None, int | None]:
    """How many and how much each, where that is less than what is applied for."""
    plan, number = draft.plan, draft.plan.line
    count = amount = None
    if draft.count and not _COUNT.fullmatch(draft.count):
        faults.append(FieldFault(f"count-{number}", number, "ska vara ett antal"))
    elif draft.count and int(draft.count) != (plan.count or 1):
        count = int(draft.count)
    if draft.amount:
        found = ore_of(draft.amount)
        if found is None:
            faults.append(FieldFault(f"amount-{number}", number, NOT_AN_AMOUNT))
        elif found < plan.price_ore:
            amount = found
    return count, amount


def _written(ore: int) -> str:
    """An amount as one types it."""
    return kronor(ore).removesuffix("kr").strip()
