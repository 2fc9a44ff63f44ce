"""What must an application hold to be taken? Everything that it lacks is told at once.

What a region requires for a support is data (preassessments/rules/); what every application must be
rests on the contract.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple

import msgspec

from preassessments.application import Content, ContentField, PlanLine
from preassessments.wording import said_of
from registry.categories import CardRules
from tariffs.actions import expand
from terms.citation import Citation, Rule, RuleFile, Source
from terms.tooth import TEETH
from terms.vocabulary import Support

LackCode = Literal[
    "lines_missing", "line_number_repeated", "action_unknown", "tooth_invalid", "date_in_future",
    "not_retrospective", "nothing_done", "category_unknown", "content_missing", "action_not_listed",
]  # fmt: skip


class Required(Rule, frozen=True, kw_only=True):
    """Fields that have to be there; with codes (as directions write them) only where the plan has
    one of those."""

    fields: list[ContentField]
    codes: list[str] = []


class Handling(Rule, frozen=True, kw_only=True):
    """Within how many days of the day on which it came an application is to be decided."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3660)]


class ApplicationRules(RuleFile, frozen=True, kw_only=True):
    """What a region requires of applications for a support from one day on. `retrospective` is the
    rule that what was done before is listed whole, all of the calendar year; `handling` how long
    the region itself has."""

    support: Support
    required: list[Required] = []
    retrospective: Rule | None = None
    handling: Handling | None = None

    def rules(self) -> list[Rule]:
        """Every rule of the file."""
        return [*self.required, *(one for one in (self.retrospective, self.handling) if one)]

    def decide_by(self, submitted_on: date) -> date | None:
        """The last day on which one that came on a day is in time; None where none is known."""
        if self.handling is None:
            return None
        return submitted_on + timedelta(days=self.handling.days)


class DoneAction(msgspec.Struct, frozen=True, order=True):
    """An action that was done, as the region has it from an invoice."""

    treated_on: date
    code: str
    tooth: str | None = None


class Lack(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that an application lacks: what and where, what to do in Swedish, the rule with its
    place and source; and the action that a list of what was done leaves out."""

    code: LackCode
    path: str
    message: str
    rule: str
    place: str
    source: str
    action: DoneAction | None = None


class Part(NamedTuple):
    """A part that the region requires, by a rule: with codes only where the plan has one of those,
    and then it `is_due`."""

    field: ContentField
    codes: Sequence[str]
    is_due: bool
    is_given: bool
    citation: Citation


class Yardstick(NamedTuple):
    """What an application for a support is held against on a day: the region's rules for it, if
    there are any, its cards and the codes that it knows; `contract` is cited for what every
    application must be. `done` are actions of the calendar years that its list speaks of, which
    the region knows the clinic has done."""

    support: Support
    on: date
    rules: ApplicationRules | None
    cards: CardRules
    codes: Collection[str]
    contract: Citation
    sources: Mapping[str, Source]
    done: Collection[DoneAction] = ()


def lacking(content: Content, yardstick: Yardstick) -> list[Lack]:
    """Everything that speaks against taking an application: what every one must be, then what the
    region requires, in its order."""
    return [*_unfit(content, yardstick), *_left_out(content, yardstick)]


def required_parts(content: Content, yardstick: Yardstick) -> list[Part]:
    """Every part that the region requires for the support, in its order."""
    rules = yardstick.rules
    if rules is None:
        return []
    planned = {line.code for line in content.lines or ()}
    found = []
    for rule in rules.required:
        is_due = not rule.codes or not planned.isdisjoint(expand(rule.codes, yardstick.codes))
        cited = rules.cite(rule, dict(yardstick.sources))
        for field in rule.fields:
            is_given = _is_given(getattr(content, field))
            found.append(Part(field, rule.codes, is_due, is_given, cited))
    return found


def years_done(content: Content) -> list[int]:
    """The calendar years in which actions of the plan were done."""
    return sorted({line.done_on.year for line in content.lines or () if line.done_on is not None})


def _unfit(content: Content, yardstick: Yardstick) -> Iterator[Lack]:
    """What no application may be."""
    cited = yardstick.contract

    def lack(code: LackCode, path: str, **facts: object) -> Lack:
        return _lack(code, path, cited, said_of(code, **facts))

    category = content.category
    known = [one.name for one in yardstick.cards.category if one.support == yardstick.support]
    if category is not None and category not in known:
        yield lack("category_unknown", "$.content.category", categories=known)
    for place, xray in enumerate(content.xrays or ()):
        if xray.exposed_on > yardstick.on:
            yield lack("date_in_future", f"$.content.xrays[{place}].exposed_on")
    lines = content.lines or []
    if not lines:
        yield lack("lines_missing", "$.content.lines")
    times = Counter(line.line for line in lines)
    for place, line in enumerate(lines):
        path = f"$.content.lines[{place}]"
        if times[line.line] > 1:
            yield lack("line_number_repeated", f"{path}.line")
        if line.code not in yardstick.codes:
            yield lack("action_unknown", f"{path}.code")
        if line.tooth is not None and line.tooth not in TEETH:
            yield lack("tooth_invalid", f"{path}.tooth")
        if line.done_on is not None:
            if line.done_on > yardstick.on:
                yield lack("date_in_future", f"{path}.done_on")
            if content.kind != "retrospective":
                yield lack("not_retrospective", f"{path}.done_on")
    if content.kind == "retrospective" and not years_done(content):
        yield lack("nothing_done", "$.content.kind")


def _left_out(content: Content, yardstick: Yardstick) -> Iterator[Lack]:
    """What the region requires and does not find."""
    for part in required_parts(content, yardstick):
        if part.is_due and not part.is_given:
            text = said_of("content_missing", field=part.field, codes=part.codes)
            yield _lack("content_missing", f"$.content.{part.field}", part.citation, text)
    rules = yardstick.rules
    if rules is None:
        return
    if rules.retrospective is not None and content.kind == "retrospective":
        cited = rules.cite(rules.retrospective, dict(yardstick.sources))
        for action in not_listed(content.lines or (), yardstick.done):
            text = said_of("action_not_listed", action=action)
            yield _lack("action_not_listed", "$.content.lines", cited, text, action)


def not_listed(lines: Collection[PlanLine], done: Collection[DoneAction]) -> list[DoneAction]:
    """The actions that are done and not among the lines, each as often as it lacks. A line lists an
    action of its day and code, and of its tooth where the action has one."""
    listed: Counter[DoneAction] = Counter()
    for line in lines:
        if line.done_on is not None:
            listed[DoneAction(line.done_on, line.code, line.tooth)] += line.count or 1
    missing = []
    for action in sorted(done, key=lambda one: (one.tooth is None, one.treated_on, one.code)):
        found = action if listed[action] else None
        if found is None and action.tooth is None:
            same = (action.treated_on, action.code)
            left = [one for one in +listed if (one.treated_on, one.code) == same]
            found = left[0] if left else None
        if found is None:
            missing.append(action)
        else:
            listed[found] -= 1
    return sorted(missing, key=lambda one: (one.treated_on, one.code, one.tooth or ""))


def _is_given(value: object) -> bool:
    """White space is no answer."""
    return bool(value.strip() if isinstance(value, str) else value)


def _lack(
    code: LackCode, path: str, cited: Citation, text: str, action: DoneAction | None = None
) -> Lack:
    return Lack(code, path, text, cited.rule, cited.place, cited.source.title, action)
