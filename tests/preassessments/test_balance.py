"""What is left of a patient's applications, and which are refused when they are read."""

from datetime import date
from typing import Any

import msgspec
import pytest

from preassessments.balance import Balance, PreassessmentRegister
from preassessments.decision import ApprovedLine, Preassessment
from terms.errors import ReferenceDataError
from tests.desks import person_number

PATIENT = person_number(date(1960, 5, 17))
DAY = date(2026, 6, 1)


def application(number: str = "B-1", decided: date = DAY, **fields: Any) -> Preassessment:
    given: dict[str, Any] = {
        "id": number, "patient": PATIENT, "region": "jonkoping", "support": "F",
        "decided_on": decided, "covers_from": date(2026, 1, 1), "covers_to": date(2026, 12, 31),
        "lines": [ApprovedLine(line=1, code="407")], **fields,
    }  # fmt: skip
    return Preassessment(**given)


def carried_by(balance: Balance, named: str | None = None, **line: Any) -> tuple[str, int] | None:
    given: dict[str, Any] = {"support": "F", "day": DAY, "code": "407", "tooth": None, **line}
    found = balance.carrying(**given, named=named, draft=given.get("draft") or {})
    return None if found is None else (found.preassessment.id, found.line.line)


def test_the_oldest_fits_first_by_day_then_id_as_text() -> None:
    balance = Balance(
        [
            application("B-2", date(2026, 1, 2)),
            application("B-9", date(2026, 1, 1)),
            application("B-10", date(2026, 1, 1)),
        ]
    )
    drawn = []
    while (found := carried_by(balance)) is not None:
        drawn.append(found[0])
        balance.draw({found: 1})
    assert drawn == ["B-10", "B-9", "B-2"]


def test_what_a_draft_draws_is_not_left() -> None:
    lines = [ApprovedLine(line=2, code="407", count=2), ApprovedLine(line=1, code="407")]
    balance = Balance([application(lines=lines)])

    def carrying(draft: dict[tuple[str, int], int]) -> int | None:
        found = balance.carrying("F", DAY, "407", None, None, draft)
        return None if found is None else found.line.line

    assert carrying({}) == 1
    assert carrying({("B-1", 1): 1}) == 2
    assert carrying({("B-1", 1): 1, ("B-1", 2): 1}) == 2
    assert carrying({("B-1", 1): 1, ("B-1", 2): 2}) is None
    assert carrying({}) == 1, "a draft is not posted"


def test_what_is_given_back_is_left_again() -> None:
    balance = Balance([application()])
    balance.draw({("B-1", 1): 1})
    assert carried_by(balance) is None
    balance.draw({("B-1", 1): -1})
    assert carried_by(balance) == ("B-1", 1)


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ({}, True),
        ({"support": "N"}, False),
        ({"code": "405"}, False),
        ({"day": date(2026, 1, 1)}, True),
        ({"day": date(2025, 12, 31)}, False),
        ({"day": date(2026, 12, 31)}, True),
        ({"day": date(2027, 1, 1)}, False),
        ({"tooth": "11"}, True),
        ({"named": "B-1"}, True),
        ({"named": "B-2"}, False),
        ({"named": ""}, False),
        ({"named": "b-1"}, False),
    ],
)
def test_what_fits(line: dict[str, Any], fits: bool) -> None:
    assert (carried_by(Balance([application()]), **line) is not None) is fits


@pytest.mark.parametrize(("tooth", "fits"), [("11", True), ("12", False), (None, False)])
def test_a_named_tooth_is_that_tooth(tooth: str | None, fits: bool) -> None:
    balance = Balance([application(lines=[ApprovedLine(line=1, code="407", tooth="11")])])
    assert (carried_by(balance, tooth=tooth) is not None) is fits


def test_approvals_open_the_ceiling_anew_refusals_do_not() -> None:
    balance = Balance(
        [
            application("B-1", date(2026, 3, 1)),
            application("B-2", date(2026, 4, 1), lines=[]),
            application("B-3", date(2026, 5, 1), support="N"),
        ]
    )
    assert balance.openings(["F"]) == [date(2026, 3, 1)]
    assert balance.openings(["N", "F"]) == [date(2026, 3, 1), date(2026, 5, 1)]
    assert balance.openings([]) == []


# --- a decision that replaces another ----------------------------------------------------------


def test_what_is_replaced_carries_nothing_more() -> None:
    balance = Balance([application(), application("B-2", replaces="B-1", lines=[])])
    assert carried_by(balance) is None
    assert carried_by(balance, named="B-1") is None
    assert balance.left("F") == []
    assert not balance.may_carry("F", DAY)


def test_what_was_drawn_of_it_counts_against_the_one_that_replaces_it() -> None:
    """Line by line, through any number of replacements; what is credited comes back."""
    lines = [ApprovedLine(line=1, code="407", count=2), ApprovedLine(line=2, code="405", count=3)]
    balance = Balance(
        [
            application(lines=lines),
            application("B-2", replaces="B-1", lines=lines[:1]),
            application("B-3", replaces="B-2", lines=lines),
        ]
    )
    balance.draw({("B-1", 1): 1, ("B-1", 2): 1, ("B-2", 1): 1})
    assert [left for _, left in balance.left("F")] == [0, 2]
    assert carried_by(balance) is None
    assert carried_by(balance, code="405") == ("B-3", 2)
    balance.draw({("B-1", 1): -1})
    assert carried_by(balance) == ("B-3", 1)


def test_a_line_that_is_of_another_code_starts_anew() -> None:
    other = [ApprovedLine(line=1, code="405")]
    balance = Balance([application(), application("B-2", replaces="B-1", lines=other)])
    balance.draw({("B-1", 1): 1})
    assert carried_by(balance, code="405") == ("B-2", 1)


def test_less_may_be_approved_than_was_drawn() -> None:
    lines = [ApprovedLine(line=1, code="407", count=3)]
    balance = Balance([application(lines=lines), application("B-2", replaces="B-1")])
    balance.draw({("B-1", 1): 3})
    assert [left for _, left in balance.left("F")] == [0]


def test_all_that_replace_each_other_open_the_ceiling_once() -> None:
    """When the first of them approves something, and for good: what was decided since stays."""
    days = [date(2026, month, 1) for month in range(1, 5)]
    of_first = [application("B-1", days[0], lines=[]), application("B-2", days[1], replaces="B-1")]
    assert Balance(of_first).openings(["F"]) == [days[1]]
    later = [application("B-3", days[2], replaces="B-2"),
             application("B-4", days[3], replaces="B-3", lines=[])]  # fmt: skip
    assert Balance([*of_first, *later]).openings(["F"]) == [days[1]]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"replaces": "B-9"}, "finns inte"),
        ({"replaces": "B-3"}, "finns inte"),
        ({"replaces": "B-1"}, "redan ersatt"),
        ({"replaces": "B-2", "support": "N"}, "annan patient eller stöd"),
        ({"replaces": "B-2", "patient": person_number(date(1970, 1, 1))}, "annan patient"),
    ],
)
def test_what_cannot_be_replaced(fields: dict[str, Any], text: str) -> None:
    register = PreassessmentRegister()
    register.add(application())
    register.add(application("B-2", replaces="B-1"))
    with pytest.raises(ReferenceDataError, match=f"^replaces: .*{text}"):
        register.add(application("B-3", **fields))
    register.add(application("B-3", replaces="B-2"))


def test_a_count_of_null_is_one() -> None:
    line = msgspec.json.decode(b'{"line": 1, "code": "407", "count": null}', type=ApprovedLine)
    balance = Balance([application(lines=[line])])
    assert carried_by(balance) == ("B-1", 1)
    balance.draw({("B-1", 1): 1})
    assert carried_by(balance) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"covers_to": date(2025, 12, 31)}, "covers_to"),
        ({"lines": [ApprovedLine(line=1, code="407"), ApprovedLine(line=1, code="405")]}, "lines"),
        ({"patient": "196005171010"}, "patient"),
        ({"patient": "19600517--1019"}, "patient"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(fields: dict[str, Any], field: str) -> None:
    register = PreassessmentRegister()
    with pytest.raises(ReferenceDataError, match=f"^{field}:"):
        register.add(application(**fields))
    assert register.of(PATIENT) is None
    register.add(application())


def test_ids_are_unique_as_text() -> None:
    register = PreassessmentRegister()
    register.add(application("1"))
    register.add(application("01"))
    with pytest.raises(ReferenceDataError, match=r"^id:"):
        register.add(application("1", patient=person_number(date(1970, 1, 1))))


def test_a_register_finds_a_patient_by_the_digits() -> None:
    register = PreassessmentRegister()
    register.add(application(patient=f"{PATIENT[:8]}-{PATIENT[8:]}"))
    assert register.of(PATIENT) is not None
    assert register.of(person_number(date(1970, 1, 1))) is None


@pytest.mark.parametrize(
    "text",
    [
        b'{"line": 0, "code": "407"}', b'{"line": 1, "code": "407", "count": 0}',
        b'{"line": 1, "code": "407", "count": 1.0}',
        b'{"line": 1, "code": "407", "amount_ore": -1}',
        b'{"line": 1, "code": "407", "teeth": "11"}', b'{"line": true, "code": "407"}',
        b'{"line": 1}', b'{"line": 1, "code": 407}',
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_not_read(text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=ApprovedLine)
