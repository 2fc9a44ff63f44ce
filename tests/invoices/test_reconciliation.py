"""A journal against what the region has: every row and every line once, and each said to be what it
is."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from adjudication.findings import Outcome
from intake.journal import JournalRow
from invoices.matching import MOST_DAYS_APART, RegionLine, pairs
from invoices.reconciliation import (
    KINDS,
    NEAR_DAYS,
    Discrepancy,
    ReconciledRow,
    Unbilled,
    reconcile,
    sums_of,
)

DAY = date(2026, 1, 20)
ON = date(2026, 4, 1)
ANNA, BENGT = "194805121011", "197208081011"


def row(**fields: Any) -> JournalRow:
    told: dict[str, Any] = {
        "row": 2, "clinic": "A", "number": "7", "line": 1, "patient": ANNA, "support": "F",
        "treated_on": DAY, "code": "101", "tooth": "16", "price_ore": 100_000, **fields,
    }  # fmt: skip
    return JournalRow(**told)


def line(**fields: Any) -> RegionLine:
    told: dict[str, Any] = {
        "invoice": 1, "number": "7", "line": 1, "patient": ANNA, "support": "F",
        "treated_on": DAY, "code": "101", "tooth": "16", "price_ore": 100_000,
        "outcome": "approved", "allowed_ore": 90_000, "is_credited": False, **fields,
    }  # fmt: skip
    return RegionLine(**told)


def reconciled(
    journal: list[JournalRow], held: list[RegionLine], last: date | None = ON
) -> list[ReconciledRow]:
    return reconcile("A", journal, held, ON, lambda _: last)


UNNUMBERED = {"number": None, "line": None}


@pytest.mark.parametrize(
    ("of_journal", "of_region"),
    [
        ({}, {}),
        ({"line": 3}, {}),
        ({"line": None}, {}),
        ({"patient": None}, {}),
        (UNNUMBERED, {}),
        ({"tooth": None}, {}),
        ({**UNNUMBERED, "tooth": None}, {}),
        ({"number": "99", "line": 4}, {}),
    ],
)
def test_what_agrees_has_arrived(of_journal: dict[str, Any], of_region: dict[str, Any]) -> None:
    """Whatever the journal calls it, and whatever it does not say."""
    (found,) = reconciled([row(**of_journal)], [line(**of_region)])
    assert (found.kind, found.row, found.invoice, found.number) == ("approved", 2, 1, "7")
    assert (found.journal_ore, found.claimed_ore, found.allowed_ore) == (100_000, 100_000, 90_000)
    assert found.differences == ()
    assert found.last_day_to_bill is None


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("approved", "approved"), ("denied", "not_approved"), ("patient_pays", "not_approved"),
        ("invalid", "not_approved"), ("needs_document", "waiting"), ("needs_review", "waiting"),
        ("needs_preassessment", "waiting"),
    ],
)  # fmt: skip
def test_what_became_of_it_is_told(outcome: Outcome, kind: str) -> None:
    given_line = line(outcome=outcome, findings=("duplicate",), reasons=("Raden är fakturerad.",))
    (found,) = reconciled([row()], [given_line])
    assert (found.kind, found.outcome) == (kind, outcome)
    assert (found.findings, found.reasons) == (("duplicate",), ("Raden är fakturerad.",))
    alone = reconciled([], [given_line])
    is_claimed = kind in {"approved", "waiting"}
    assert [one.kind for one in alone] == ["only_here"] * is_claimed


@pytest.mark.parametrize(
    ("of_journal", "field", "journal", "region"),
    [
        ({"price_ore": 1}, "price_ore", 1, 100_000),
        ({"price_ore": 1, **UNNUMBERED}, "price_ore", 1, 100_000),
        ({"treated_on": date(2025, 1, 20)}, "treated_on", "2025-01-20", "2026-01-20"),
        ({"treated_on": date(2026, 2, 20), **UNNUMBERED}, "treated_on", "2026-02-20", "2026-01-20"),
        ({"code": "103"}, "code", "103", "101"),
        ({"code": "103", **UNNUMBERED}, "code", "103", "101"),
        ({"tooth": "17"}, "tooth", "17", "16"),
        ({"tooth": "17", **UNNUMBERED}, "tooth", "17", "16"),
        ({"support": "N"}, "support", "N", "F"),
        ({"patient": BENGT}, "patient", None, None),
    ],
)
def test_what_differs_is_told_by_its_field(
    of_journal: dict[str, Any], field: Any, journal: Any, region: Any
) -> None:
    (found,) = reconciled([row(**of_journal)], [line()])
    assert (found.kind, found.differences) == ("differs", (Discrepancy(field, journal, region),))
    assert (found.journal_ore, found.allowed_ore) == (of_journal.get("price_ore", 100_000), 90_000)


@pytest.mark.parametrize(
    "of_journal",
    [
        {"treated_on": DAY + timedelta(MOST_DAYS_APART + 1), **UNNUMBERED},
        {"treated_on": DAY + timedelta(1), "number": "8"},
        {"code": "103", "price_ore": 1, **UNNUMBERED},
        {"patient": BENGT, **UNNUMBERED},
        {"number": "8", "patient": BENGT},
    ],
)
def test_what_agrees_on_too_little_is_something_else(of_journal: dict[str, Any]) -> None:
    found = reconciled([row(**of_journal)], [line()])
    assert [one.kind for one in found] == ["never_arrived", "only_here"]
    assert [one.row for one in found] == [2, None]


def test_each_is_matched_once_and_to_what_is_most_like_it() -> None:
    """Two of a sort at two prices, whichever way they stand; the third never arrived."""
    rows = [row(row=place, price_ore=ore, **UNNUMBERED) for place, ore in ((2, 1), (3, 2), (4, 3))]
    held = [line(line=1, price_ore=3), line(line=2, price_ore=2)]
    found = reconciled(rows, held)
    assert [(one.row, one.line, one.kind) for one in found] == [
        (2, None, "never_arrived"), (4, 1, "approved"), (3, 2, "approved"),
    ]  # fmt: skip


def test_what_is_credited_is_no_longer_paid() -> None:
    credited = line(is_credited=True)
    (found,) = reconciled([row()], [credited])
    assert (found.kind, found.outcome, found.allowed_ore) == ("not_approved", "credited", 0)
    assert reconciled([], [credited]) == []
    billed_anew = line(invoice=2, number="8", price_ore=110_000)
    (found,) = reconciled([row(price_ore=110_000)], [credited, billed_anew])
    assert (found.kind, found.invoice) == ("approved", 2)
    other = line(invoice=3, number="9", code="102", is_credited=False)
    (first, second) = reconciled([row()], [credited, other])
    assert (first.outcome, second.kind) == ("credited", "only_here")


@pytest.mark.parametrize(
    ("days", "too_late", "near"),
    [(-1, 1, 0), (0, 0, 1), (NEAR_DAYS, 0, 1), (NEAR_DAYS + 1, 0, 0), (None, 0, 0)],
)
def test_what_never_arrived_has_days_left(days: int | None, too_late: int, near: int) -> None:
    last = None if days is None else ON + timedelta(days)
    found = reconciled([row()], [], last)
    assert [(one.kind, one.days_left, one.last_day_to_bill) for one in found] == [
        ("never_arrived", days, last)
    ]
    sums = sums_of("A", found)
    assert sums.too_late == Unbilled(too_late, too_late * 100_000)
    assert sums.near_last_day == Unbilled(near, near * 100_000)


def test_the_most_pressing_comes_first() -> None:
    rows = [row(row=place, number=str(place)) for place in range(2, 5)]
    days = {2: ON + timedelta(9), 3: None, 4: ON}
    found = reconcile("A", [*rows, row(row=9)], [line()], ON, lambda one: days[one.row])
    assert [one.row for one in found] == [4, 2, 3, 9]


FEW = {
    "number": st.sampled_from(("7", "8")),
    "line": st.integers(1, 3),
    "patient": st.sampled_from((ANNA, BENGT)),
    "support": st.sampled_from(("N", "F")),
    "treated_on": st.sampled_from((DAY, DAY + timedelta(3), DAY + timedelta(90))),
    "code": st.sampled_from(("101", "103")),
    "tooth": st.sampled_from((None, "16", "17")),
    "price_ore": st.sampled_from((1, 100)),
}
LINES = st.builds(
    lambda outcome, **fields: line(
        outcome=outcome, allowed_ore=90_000 * (outcome == "approved"), **fields
    ),
    outcome=st.sampled_from(("approved", "denied", "needs_review")),
    invoice=st.integers(1, 3),
    is_credited=st.booleans(),
    **FEW,
)
ROWS = st.builds(row, **{**FEW, "number": st.sampled_from((None, "7", "8"))})


@given(st.lists(ROWS, max_size=8), st.lists(LINES, max_size=8))
def test_every_row_and_every_line_comes_once(
    drawn: list[JournalRow], held: list[RegionLine]
) -> None:
    journal = [replace(one, row=place) for place, one in enumerate(drawn, 2)]
    found = list(pairs(journal, held))
    assert sorted(one.row for one, _ in found if one) == [one.row for one in journal]
    assert sorted(map(id, held)) == sorted(id(one) for _, one in found if one)
    left_rows = [one for one, other in found if one and other is None]
    left_lines = [other for one, other in found if one is None]
    for one in left_rows:
        for other in left_lines:
            assert other is not None
            assert (one.number, one.line) != (other.number, other.line)
            assert (one.patient, one.treated_on, one.code) != (
                other.patient, other.treated_on, other.code,
            )  # fmt: skip
    rows = reconciled(journal, held)
    sums = sums_of("A", rows)
    assert [one.kind for one in sums.kinds] == list(KINDS)
    assert sum(one.journal_ore for one in sums.kinds) == sum(one.price_ore for one in journal)
    assert sum(one.allowed_ore for one in sums.kinds) == sum(
        one.allowed_ore for one in held if not one.is_credited
    )


@given(st.lists(LINES, max_size=8, unique_by=lambda one: (one.number, one.line)))
def test_a_journal_that_holds_what_the_region_does_differs_in_nothing(
    held: list[RegionLine],
) -> None:
    journal = [
        row(row=place, **{name: getattr(one, name) for name in FEW})
        for place, one in enumerate(held, 2)
    ]
    rows = reconciled(journal[::-1], held)
    assert {one.kind for one in rows} <= {"approved", "waiting", "not_approved"}
    assert len(rows) == len(held)
