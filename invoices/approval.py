"""Who may approve a run: never who prepared it, and nobody above the limit of their role; above a
further limit two persons. The limits are dated data of each region."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from adjudication.packaged import packaged_files
from terms.citation import Rule, RuleFile, Source, as_rules, read_toml
from terms.editions import Timeline
from terms.errors import RuleFileError

Code = Literal[
    "prepared_by_same_person",
    "approved_by_same_person",
    "own_clinic",
    "role_may_not_approve",
    "above_limit_of_role",
    "rules_missing",
]


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Who acts: the person, whatever account they came by; the role they have there; the clinics
    that they belong to."""

    person: str
    account: str
    role: str
    clinics: tuple[str, ...] = ()


class ApprovalFault(msgspec.Struct, frozen=True, gc=False):
    """Why someone may not approve, with the rule that says so and its amount where there is one."""

    code: Code
    rule: str | None = None
    limit_ore: int | None = None


class Limit(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A role that may approve, up to an amount where one is set."""

    role: str
    up_to_ore: int | None = None


class SecondApprover(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Runs above this amount are approved by two persons."""

    above_ore: int


class ApprovalRules(RuleFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One region's rules on approving payouts; the first two have no more to say than that they
    hold."""

    four_eyes: Rule
    own_clinic: Rule
    limit: tuple[Limit, ...]
    second_approver: SecondApprover | None = None


def approvers_needed(rules: ApprovalRules, payment_ore: int) -> int:
    """How many persons have to approve a run of this size."""
    second = rules.second_approver
    return 2 if second is not None and payment_ore > second.above_ore else 1


def approval_faults(
    rules: ApprovalRules | None,
    actor: Actor,
    earlier: Sequence[Actor],
    clinics: frozenset[str],
    payment_ore: int,
) -> list[ApprovalFault]:
    """Everything that stands in the way of an approval; nothing when it may be given.

    `earlier` is who prepared the run, and then who approved it; `clinics` are those paid in it.
    """
    if rules is None:
        return [ApprovalFault("rules_missing")]
    faults = []
    persons = [one.person for one in earlier]
    if actor.person == persons[0]:
        faults.append(ApprovalFault("prepared_by_same_person", rules.four_eyes.id))
    if actor.person in persons[1:]:
        faults.append(ApprovalFault("approved_by_same_person", rules.four_eyes.id))
    if clinics.intersection(actor.clinics):
        faults.append(ApprovalFault("own_clinic", rules.own_clinic.id))
    limit = next((one for one in rules.limit if one.role == actor.role), None)
    if limit is None:
        faults.append(ApprovalFault("role_may_not_approve"))
    elif limit.up_to_ore is not None and payment_ore > limit.up_to_ore:
        faults.append(ApprovalFault("above_limit_of_role", limit.id, limit.up_to_ore))
    return faults


def read_approval(
    files: Mapping[str, bytes], sources: Mapping[str, Source]
) -> dict[str, Timeline[ApprovalRules]]:
    """The rules of each region, by the day from which they hold.

    Raises RuleFileError for a file that cannot be used: unknown source, an id or a role twice, two
    files from one day.
    """
    found: dict[str, dict[date, ApprovalRules]] = {}
    for name, content in files.items():
        rules = as_rules(name, read_toml(name, content), ApprovalRules)
        _check(name, rules, sources)
        editions = found.setdefault(rules.region, {})
        if rules.valid_from in editions:
            raise RuleFileError(name, f"en annan fil gäller också från {rules.valid_from}")
        editions[rules.valid_from] = rules
    return {region: Timeline(editions.items()) for region, editions in found.items()}


def packaged_approval() -> dict[str, Timeline[ApprovalRules]]:
    """The rules that come with the program, by region."""
    files = packaged_files((("terms", ""), ("invoices", "/rules")))
    content = files.pop("terms/sources.toml")
    sources = as_rules("terms/sources.toml", read_toml("", content), dict[str, Source])
    return read_approval(files, sources)


def _check(name: str, rules: ApprovalRules, sources: Mapping[str, Source]) -> None:
    every: list[Rule] = [rules.four_eyes, rules.own_clinic, *rules.limit]
    if rules.second_approver is not None:
        every.append(rules.second_approver)
    for source in {rules.source, *(one.source for one in every if one.source is not None)}:
        if source not in sources:
            raise RuleFileError(name, f"källan {source} finns inte i sources.toml")
    ids, roles = [one.id for one in every], [one.role for one in rules.limit]
    for what, words in (("id", ids), ("role", roles)):
        if len(set(words)) != len(words):
            raise RuleFileError(name, f"{what}: samma står två gånger")
