"""Hypothesis strategies: invoices of a few patients whose days, codes and sums lie close together.

Everything is Jönköping's F unless a test says otherwise; the tables below say what that rule file
says, so that what is recounted is not recounted by the program.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests import desks
from tests.desks import Row

PREVENTION = {
    "201", "205", "206", "207", "208", "209", "311", "312", "321",
    "341", "341H1", "342", "342S", "343", "343S",
}  # fmt: skip
LONG_PREVENTION = {"209", "341H1", "342", "342S", "343", "343S"}
LIMITS: dict[str, tuple[set[str], int]] = {
    "extended_examination_once_a_year": ({"107", "107S"}, 1),
    "evaluation_twice_a_year": ({"114"}, 2),
    "prevention_eight_a_year": (PREVENTION, 8),
    "long_prevention_three_a_year": (LONG_PREVENTION, 3),
}
CEILING_ORE = 1_600_000
OUTSIDE_CEILING = {"822", "823", "827", "828", "829"}
YIELDS = {"341", "341H1", "342", "342S", "343", "343S"}
EXAMINATIONS = {"101", "111", "112"}

CODES = (
    "101", "103", "107", "107S", "108", "111", "112", "113", "114", "121", "201", "205", "206",
    "207", "208", "209", "301", "303", "311", "341", "341H1", "342", "342S", "343", "343S", "404",
    "405", "407", "501", "503", "504", "701", "824", "825", "827", "A941", "435", "800", "199",
)  # fmt: skip
DEAR = ("503", "504", "824", "827", "701")
BASE = date(2026, 1, 1)
DAYS = tuple(
    BASE + timedelta(days=number)
    for number in (0, 1, 2, 3, 28, 29, 30, 58, 59, 60, 89, 90, 120, 150, 300, 303, 304, 363, 364)
)
ANNA = desks.person_number(date(1941, 2, 15))
BENGT = desks.person_number(date(1972, 8, 8))
CECILIA = desks.person_number(date(1999, 12, 31))
PATIENTS = (ANNA, BENGT, CECILIA)


def card(patient: str, number: str, **fields: Any) -> Row:
    return {
        "number": number, "patient": patient, "region": "jonkoping", "category": "F2",
        "valid_from": "2019-01-01", **fields,
    }  # fmt: skip


CARDS = (
    card(ANNA, "C-1"),
    card(BENGT, "C-2", category="F1", valid_from="2022-03-02"),
    card(CECILIA, "C-3", voided_on="2026-05-01"),
    card(CECILIA, "C-4", valid_from="2026-05-31"),
)
CARDS_OF_BOTH_SUPPORTS = (
    *CARDS,
    *(card(patient, f"N-{patient}", region="vasterbotten", category="N1") for patient in PATIENTS),
)

_PRICES = desks.packaged_prices()


def tariff_ore(code: str) -> int:
    """The price of the list, or a round sum."""
    column = "general_sek"
    if code not in _PRICES and code.endswith("S"):
        code, column = code[:-1], "specialist_sek"
    return 100 * int(_PRICES.get(code, {}).get(column) or 900)


@st.composite
def lines(
    draw: st.DrawFn, codes: tuple[str, ...] = CODES, applications: tuple[str, ...] = ()
) -> Row:
    """A line, mostly in order."""
    code = draw(st.sampled_from(codes))
    price = tariff_ore(code)
    listed = _PRICES.get(code) or _PRICES.get(code[:3]) or {}
    line: Row = {
        "treated_on": draw(st.sampled_from(DAYS)).isoformat(),
        "code": code,
        "price_ore": draw(st.sampled_from((price, price, price, price + 1, price // 2, 1, 0))),
        "performer": listed.get("performed_by") or draw(st.sampled_from(("dentist", "hygienist"))),
    }
    site = draw(st.sampled_from((None, None, "11", "16", "55", "19")))
    if site is not None:
        line["tooth"] = site
    if code in {"404", "405"} and draw(st.integers(0, 5)):
        line["zone"] = "18-11"
    if draw(st.booleans()):
        line["documents"] = [
            {"kind": kind, "name": "a.pdf"}
            for kind in draw(st.sampled_from((("day_note",), ("record_copy",), ("xray",))))
        ]
        line["motivation"] = draw(st.sampled_from(("Djupa fickor", " ")))
        line["facts"] = ["existing_retainer_crowns"]
    if applications and draw(st.integers(0, 4)) == 0:
        line["preassessment"] = draw(st.sampled_from((*applications, "B-unknown")))
    return line


@st.composite
def invoices(
    draw: st.DrawFn,
    patients: tuple[str, ...] = PATIENTS,
    codes: tuple[str, ...] = CODES,
    applications: tuple[str, ...] = (),
    most_lines: int = 7,
) -> Row:
    """An invoice without a number, its lines numbered in any order."""
    drawn = draw(st.lists(lines(codes, applications), min_size=1, max_size=most_lines))
    numbers = draw(st.permutations(range(1, len(drawn) + 1)))
    last = max(date.fromisoformat(line["treated_on"]) for line in drawn)
    lag = draw(st.sampled_from((0, 1, 20, 45, 60, 88, 120, -1)))
    invoice: Row = {
        "clinic": draw(st.sampled_from(("A", "A", "B"))),
        "patient": draw(st.sampled_from(patients)),
        "support": "F",
        "care_level": draw(st.sampled_from(("general", "general", "general", "specialist"))),
        "received_on": (last + timedelta(days=lag)).isoformat(),
        "lines": [{"line": number, **line} for number, line in zip(numbers, drawn, strict=True)],
    }
    if draw(st.integers(0, 5)) == 0:
        invoice["free_card"] = {
            "number": "1", "valid_from": "2026-01-02", "valid_to": "2026-03-01"
        }  # fmt: skip
    return invoice


@st.composite
def applications(draw: st.DrawFn) -> list[Row]:
    """Some applications of the first two patients, refused ones too, and decisions that replace
    others."""
    found: list[Row] = []
    for number in range(draw(st.integers(0, 4))):
        decided = draw(st.sampled_from(DAYS))
        first = decided - timedelta(days=draw(st.sampled_from((0, 1, 40))))
        approved = draw(st.lists(st.sampled_from((*DEAR, "407", "A941", "206", "101")), max_size=3))
        found.append(
            {
                "id": f"B-{number}",
                "patient": draw(st.sampled_from((ANNA, BENGT))),
                "region": "jonkoping",
                "support": draw(st.sampled_from(("F", "F", "F", "N"))),
                "decided_on": decided.isoformat(),
                "covers_from": first.isoformat(),
                "covers_to": (decided + timedelta(days=draw(st.integers(0, 90)))).isoformat(),
                "lines": [
                    {
                        "line": place,
                        "code": code,
                        "tooth": draw(st.sampled_from((None, None, "11"))),
                        "count": draw(st.integers(1, 2)),
                        "amount_ore": draw(st.sampled_from((None, 50_000, tariff_ore(code)))),
                    }
                    for place, code in enumerate(approved, 1)
                ],
            }
        )
        is_replacing, is_alike = draw(st.tuples(st.booleans(), st.booleans()))
        if is_replacing and number:
            before, one = found[-2:]
            one.update(replaces=before["id"], patient=before["patient"], support=before["support"])
            if is_alike:
                one["lines"] = before["lines"]
    return found


def numbered(rows: list[Row], prefix: str = "") -> list[Row]:
    """The invoices with numbers, in their order."""
    return [{**row, "number": f"{prefix}{place}"} for place, row in enumerate(rows, 1)]


@st.composite
def stories(
    draw: st.DrawFn,
    patients: tuple[str, ...] = PATIENTS,
    codes: tuple[str, ...] = CODES,
    most: int = 8,
) -> tuple[list[Row], list[Row]]:
    """Applications, and invoices in the order in which they arrive; a few dear or preventive codes
    are drawn more often, so that limits and ceilings are met."""
    given = draw(applications())
    names = tuple(one["id"] for one in given)
    few = draw(
        st.sampled_from(
            (codes, tuple(sorted(PREVENTION & set(codes))), tuple(c for c in DEAR if c in codes))
        )
    )
    rows = draw(
        st.lists(
            st.one_of(invoices(patients, codes, names), invoices(patients, few or codes, names, 9)),
            min_size=1,
            max_size=most,
        )
    )
    return given, numbered(rows)
