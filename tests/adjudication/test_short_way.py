"""What takes the short way (adjudication/ordinary.py): no answer shows it, only time does."""

from collections.abc import Sequence
from datetime import date

import pytest

from adjudication import desk
from adjudication.case import Case
from adjudication.decision import LineDecision
from adjudication.invoice import Line
from adjudication.ordinary import SwiftAdjudicator
from adjudication.rows import Row as RuleRow
from tests import commands, desks
from tests.desks import Row

Notes = list[str]
DAY = "2026-01-20"


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    """What is not decided in the short way: days that the engine opened, lines that it decided, and
    those of them that it asked everything."""
    noted: Notes = []

    class Noting(SwiftAdjudicator):
        def _open_day(self, case: Case, on: date) -> None:
            noted.append(f"day {on}")
            super()._open_day(case, on)

        def _decide_line(self, case: Case, line: Line, row: RuleRow) -> LineDecision:
            noted.append(f"line {line.line}")
            return super()._decide_line(case, line, row)

        def _ask(self, case: Case, line: Line, row: RuleRow) -> None:
            noted.append(f"everything of {line.line}")
            super()._ask(case, line, row)

    monkeypatch.setattr(desk, "SwiftAdjudicator", Noting)
    return noted


def action(code: str, on: str = DAY, **fields: object) -> Row:
    """A line at the price of the list, by whom the list names."""
    listed = desks.packaged_prices().get(code, {})
    return {
        "treated_on": on, "code": code, "price_ore": 100 * int(listed.get("general_sek", 0)),
        "performer": listed.get("performed_by") or "dentist", **fields,
    }  # fmt: skip


def invoice(number: int, *lines: Row, **fields: object) -> Row:
    """Received on its last treatment day, its lines numbered as they stand, unless given."""
    numbered = [{"line": place, **line} for place, line in enumerate(lines, 1)]
    received_on = max(line["treated_on"] for line in lines)
    return commands.invoice(
        str(number), **{"received_on": received_on, "lines": numbered, **fields}
    )


def outcomes(rows: Sequence[Row], applications: Sequence[Row] = (), **card: str) -> list[str]:
    """The outcomes of all lines, as their invoices are decided one after another."""
    mailroom = desks.Mailroom(desks.library(), [commands.card(**card)], applications)
    return [line.outcome for row in rows for line in mailroom.answer(row).lines]


def test_ordinary_invoices_take_it(notes: Notes) -> None:
    """On the first day and the last that they can arrive; on a day that an application no longer
    covers; with codes of combinations that do not meet; exactly ten months after an examination."""
    rows = [
        invoice(
            1, action("207"), action("101"), action("121", price_ore=9_000_00),
            action("341", "2026-01-21"), action("201", "2026-01-21", price_ore=1),
            action("404", "2026-01-22", zone="18-11"), action("404", "2026-01-22", zone="21-28"),
            action("301", "2026-01-23", price_ore=0),
        ),
        invoice(2, action("101", "2026-11-20"), received_on="2027-02-28"),
        invoice(3, action("302", "2026-11-19"), received_on="2026-11-21"),
    ]  # fmt: skip
    old = commands.application(covers_to="2026-01-19")
    assert set(outcomes(rows, [old])) == {"approved"}
    assert notes == []


def test_without_an_interval_examinations_take_it_too(notes: Notes) -> None:
    """Though they have one in other regions."""
    rows = [invoice(1, action("101")), invoice(2, action("101", "2026-01-21"))]
    assert outcomes(rows, region="dalarna") == ["approved"] * 2
    assert notes == []


ODD: dict[str, tuple[Row, str, Notes]] = {
    # something is against all lines alike, or may be against this one
    "unknown": (action("199"), "invalid", ["line 2", "everything of 2"]),
    "billed twice": (action("206"), "denied", ["line 2", "everything of 2"]),
    "names an application": (
        action("301", preassessment="B-9"), "approved", ["line 2", "everything of 2"],
    ),
    # else it is only asked what looks back
    "above the ceiling": (action("824"), "needs_preassessment", ["line 2"]),
    "above a limit": (action("107"), "needs_preassessment", ["line 2"]),
    "too near another": (action("111"), "denied", ["line 2"]),
    "not with another": (action("341"), "denied", ["line 2"]),
}  # fmt: skip


@pytest.mark.parametrize("why", ODD)
def test_an_odd_line_is_decided_by_itself(notes: Notes, why: str) -> None:
    """The lines before and after it take the short way all the same."""
    odd, outcome, expected = ODD[why]
    before = [action(code, "2026-01-02") for code in ("101", "107", "503")]
    rows = [invoice(1, *before), invoice(2, action("206"), odd, action("208"), action("302"))]
    assert outcomes(rows)[len(before) :] == ["approved", outcome, "approved", "approved"]
    assert notes == expected


LEFT: dict[str, tuple[Row, Notes]] = {
    "not in order": (invoice(2, action("301", line=2), action("302", line=1)), []),
    "a day on which something is approved already": (
        invoice(2, action("301", "2026-01-02"), action("302", "2026-01-02")), [],
    ),
    "too late": (invoice(2, action("301"), action("302"), received_on="2026-05-01"), []),
    "a day that an application covers": (
        invoice(2, action("301", "2026-06-01"), action("302", "2026-06-01")),
        ["everything of 1", "everything of 2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", LEFT)
def test_the_engine_asks_everything_only_where_an_application_may_carry(
    notes: Notes, why: str
) -> None:
    """It decides what is left to it; here that is what the short way cannot know."""
    left, everything = LEFT[why]
    application = commands.application(covers_from="2026-06-01", decided_on="2026-06-01")
    outcomes([invoice(1, action("101", "2026-01-02")), left], [application])
    assert {note.partition(" ")[0] for note in notes} >= {"day", "line"}
    assert sorted(note for note in notes if note.startswith("everything")) == everything
