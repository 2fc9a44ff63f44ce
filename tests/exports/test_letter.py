"""The decision letter, read as a reader does: by its text."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from exports.letter import PREVIEW, Letter, write_letter
from preassessments.application import PlanLine
from preassessments.assessment import AssessedLine, Assessment
from tests.paper import pages

PLAN = (
    PlanLine(line=1, code="407", tooth="36", count=2, price_ore=247_000),
    PlanLine(line=2, code="405", price_ore=433_000),
    PlanLine(line=3, code="801", tooth="11", price_ore=600_000, done_on=date(2026, 1, 3)),
)
ASSESSMENT = Assessment(
    covers_from=date(2026, 2, 1),
    covers_to=date(2026, 12, 31),
    motive="Behovet är visat.",
    lines=[
        AssessedLine(line=3, outcome="noted"),
        AssessedLine(line=2, outcome="refused", motive="Prognosen är dålig."),
        AssessedLine(line=1, outcome="approved"),
    ],
)
LETTER = Letter(
    region="Region Åsö",
    clinic="SE2321000057-4F2A",
    number="A-41",
    patient="194805121012",
    support="F-tandvård",
    category="F5",
    kind="advance",
    plan=PLAN,
    actions={"407": "Bettskena"},
    status="approved_with_limits",
    decided_on=date(2026, 2, 20),
    assessment=ASSESSMENT,
    name="A17-2",
    replaces="A17",
)


def text(letter: Letter) -> str:
    return " ".join(" ".join(pages(write_letter(letter))).split())


def with_line(**fields: Any) -> Letter:
    line = AssessedLine(line=1, outcome="approved", **fields)
    others = ASSESSMENT.lines[:2]
    return replace(LETTER, assessment=replace(ASSESSMENT, lines=[*others, line]))


def test_it_says_what_is_decided_and_why() -> None:
    found = text(LETTER)
    for said in (
        "Region Åsö", "Beslut om förhandsbedömning", "Godkänd med begränsningar",
        "SE2321000057-4F2A", "A-41", "19480512-1012", "F-tandvård, kategori F5", "2026-02-20",
        "Beslutets namn A17-2", "Ersätter A17", "2026-02-01 till 2026-12-31", "Behovet är visat.",
        "1 407 Bettskena 36 2 2 470,00 godkänd", "2 405 1 4 330,00 avslagen Prognosen är dålig.",
        "3 801 11 1 6 000,00 noterad, avgjord på faktura", "begär omprövning", "Sida 1 av 1",
    ):  # fmt: skip
        assert said in found, said
    assert PREVIEW not in found
    assert "Villkor" not in found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "godkänd"),
        ({"count": 2}, "godkänd"),
        ({"count": 1}, "godkänd, 1 av 2"),
        ({"amount_ore": 200_050}, "godkänd, högst 2 000,50 kr för var"),
        ({"count": 1, "amount_ore": 200_000}, "godkänd, 1 av 2, högst 2 000,00 kr"),
        ({"count": 1, "amount_ore": 0}, "godkänd, 1 av 2, högst 0,00 kr"),
    ],
)
def test_a_cut_is_told_in_words(fields: dict[str, int], said: str) -> None:
    found = text(with_line(**fields))
    assert f"2 470,00 {said} 2 405" in found


def test_a_condition_and_a_refusal() -> None:
    assert "Villkor Ny bild." in text(
        replace(LETTER, assessment=replace(ASSESSMENT, condition="Ny bild."))
    )
    nothing = Assessment(motive="Nej.", lines=[])
    refused = text(replace(LETTER, status="refused", assessment=nothing, kind="retrospective"))
    assert "Beslut om efterhandsbedömning Avslagen" in refused
    assert "Gäller vård" not in refused
    assert "faktureras som vanligt" not in refused


def test_a_preview_says_so_and_has_no_name() -> None:
    found = text(replace(LETTER, name=None))
    assert found.count(PREVIEW) == 2
    assert "Beslutets namn" not in found


def test_the_same_letter_has_the_same_bytes() -> None:
    assert write_letter(LETTER) == write_letter(LETTER)
    assert write_letter(LETTER) != write_letter(with_line(count=1))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_nothing_that_is_written_is_markup(said: str) -> None:
    """Whatever someone writes, a letter comes of it."""
    line = AssessedLine(line=1, outcome="refused", motive=said)
    assessment = Assessment(motive=said, condition=said, lines=[line])
    plan = (PlanLine(line=1, code=said, tooth=said, price_ore=1),)
    assert write_letter(
        replace(LETTER, plan=plan, assessment=assessment, number=said, clinic=said, category=said)
    ).startswith(b"%PDF")
