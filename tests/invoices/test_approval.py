"""Who may approve a run, and every way round four eyes that was thought of."""

from datetime import date

import pytest
from msgspec.structs import replace

from invoices.approval import (
    Actor,
    ApprovalRules,
    approval_faults,
    approvers_needed,
    packaged_approval,
    read_approval,
)
from terms.citation import Source
from terms.errors import RuleFileError

SOURCES = {"region": Source("Attestordning", "Regionen")}
FILE = """
region = "här"
valid_from = 2026-01-01
dated_by = "stated"
checked_on = 2026-01-01
source = "region"
four_eyes = { id = "four_eyes", place = "1 §" }
own_clinic = { id = "interest", place = "2 §" }
second_approver = { id = "two", place = "4 §", above_ore = 500 }
[[limit]]
id = "small"
place = "3 §"
role = "approver"
up_to_ore = 1_000
[[limit]]
id = "all"
place = "3 §"
role = "chief"
"""
ANNA = Actor("anna", "anna-1", "preparer")
BO = Actor("bo", "bo-1", "approver")
CLINICS = frozenset({"A", "B"})


def rules(text: str = FILE) -> ApprovalRules:
    found = read_approval({"här.toml": text.encode()}, SOURCES)["här"].on(date(2026, 6, 1))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("actor", "earlier", "payment_ore", "expected"),
    [
        (BO, [ANNA], 1_000, []),
        (BO, [ANNA], 1_001, [("above_limit_of_role", "small", 1_000)]),
        (replace(BO, role="chief"), [ANNA], 10**12, []),
        (replace(BO, role="preparer"), [ANNA], 1, [("role_may_not_approve", None, None)]),
        # the same person by another account, and with a better role there
        (replace(ANNA, role="chief"), [ANNA], 1, [("prepared_by_same_person", "four_eyes", None)]),
        (
            Actor("anna", "anna-2", "chief"),
            [ANNA],
            1,
            [("prepared_by_same_person", "four_eyes", None)],
        ),
        # two persons: the first cannot be the second as well
        (
            Actor("bo", "bo-2", "chief"),
            [ANNA, BO],
            600,
            [("approved_by_same_person", "four_eyes", None)],
        ),
        (Actor("cia", "bo-1", "chief"), [ANNA, BO], 600, []),  # persons count, not accounts
        # their own clinic is paid in it
        (replace(BO, clinics=("B", "C")), [ANNA], 1, [("own_clinic", "interest", None)]),
        (replace(BO, clinics=("C",)), [ANNA], 1, []),
        # everything at once
        (
            Actor("anna", "x", "approver", ("A",)),
            [ANNA],
            2_000,
            [
                ("prepared_by_same_person", "four_eyes", None),
                ("own_clinic", "interest", None),
                ("above_limit_of_role", "small", 1_000),
            ],
        ),
    ],
)
def test_who_may_approve(
    actor: Actor,
    earlier: list[Actor],
    payment_ore: int,
    expected: list[tuple[str, str | None, int | None]],
) -> None:
    found = approval_faults(rules(), actor, earlier, CLINICS, payment_ore)
    assert [(one.code, one.rule, one.limit_ore) for one in found] == expected


def test_without_rules_nobody_approves() -> None:
    found = approval_faults(None, replace(BO, role="chief"), [ANNA], CLINICS, 1)
    assert [one.code for one in found] == ["rules_missing"]


def test_above_a_limit_two_approve() -> None:
    assert [approvers_needed(rules(), ore) for ore in (0, 500, 501)] == [1, 1, 2]
    without = FILE.replace("second_approver =", "# second_approver =")
    assert approvers_needed(rules(without), 10**12) == 1


def test_the_packaged_rules_load_and_let_someone_approve() -> None:
    for timeline in packaged_approval().values():
        for one in timeline:
            assert one.limit
            assert any(limit.up_to_ore is None for limit in one.limit), "nobody for a large run"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('source = "region"', 'source = "ingen"', "källan ingen"),
        ('id = "small"', 'id = "all"', "id: samma"),
        ('role = "chief"', 'role = "approver"', "role: samma"),
        ("up_to_ore", "upp_till_ore", "upp_till_ore"),
        ('four_eyes = { id = "four_eyes", place = "1 §" }', "", "four_eyes"),
        ("above_ore = 500", 'above_ore = "500"', "above_ore"),
        ("region", "[region", ""),
    ],
)
def test_a_wrong_file_is_told(old: str, new: str, what: str) -> None:
    assert old in FILE
    with pytest.raises(RuleFileError, match=rf"här\.toml.*{what}"):
        rules(FILE.replace(old, new, 1))


def test_two_files_from_one_day_are_told_and_a_later_one_takes_over() -> None:
    files = {"a.toml": FILE.encode(), "b.toml": FILE.encode()}
    with pytest.raises(RuleFileError, match=r"b\.toml"):
        read_approval(files, SOURCES)
    later = FILE.replace("valid_from = 2026", "valid_from = 2027").replace("500", "5")
    timeline = read_approval({**files, "b.toml": later.encode()}, SOURCES)["här"]
    found = [timeline.on(date(year, 6, 1)) for year in (2025, 2026, 2027)]
    assert found[0] is None
    limits = [one.second_approver.above_ore for one in found if one and one.second_approver]
    assert limits == [500, 5]
