"""What findings say: all of them, with their numbers, in Swedish, and with a cure that helps."""

from datetime import date

import msgspec
import pytest

from adjudication import findings as found
from adjudication.findings import LINE, WHOLE_INVOICE, Finding
from adjudication.wording.about import NO_LINE, About
from adjudication.wording.findings import words_of
from adjudication.wording.reference import code_of, sample, sample_line
from terms.money import kronor
from tests.wording.english import leaks

EVERY = (*WHOLE_INVOICE, *LINE)
ABOUT = About("342", date(2026, 3, 6), 143_000, last_day=date(2026, 6, 30))
SAID_OTHERWISE = {"document", "fact", "performed_by", "positions", "valid_from", "settles"}
"""Facts that stand in other words, or of which only the other end is said."""


@pytest.mark.parametrize("kind", EVERY, ids=code_of)
def test_every_finding_says_its_numbers_in_swedish(kind: type[Finding]) -> None:
    finding = sample(kind)
    words = words_of(finding, sample_line(kind))
    text = f"{words.what} {words.cure or ''}"
    assert not leaks(text)
    for field in msgspec.structs.fields(kind):
        value = getattr(finding, field.name)
        if field.name == "rule" or field.name in SAID_OTHERWISE:
            continue
        if field.name.endswith("_ore"):
            assert kronor(value) in text
        else:
            for one in value if isinstance(value, list) else [value]:
                assert str(one) in text


@pytest.mark.parametrize("kind", EVERY, ids=code_of)
def test_what_decides_a_line_has_a_cure(kind: type[Finding]) -> None:
    words = words_of(sample(kind), sample_line(kind))
    assert kind.outcome is None or words.cure


@pytest.mark.parametrize("kind", EVERY, ids=code_of)
def test_sentences_end(kind: type[Finding]) -> None:
    words = words_of(sample(kind), sample_line(kind))
    for text in (words.what, words.cure or "."):
        assert text.endswith(".")
        assert "  " not in text
        assert ".." not in text


def cure(finding: found.AnyFinding, about: About = ABOUT) -> str:
    return words_of(finding, about).cure or ""


def what(finding: found.AnyFinding, about: About = ABOUT) -> str:
    return words_of(finding, about).what


def test_the_cure_says_the_last_day_to_send_again_while_there_is_one() -> None:
    missing = found.DocumentMissing(rule="r", document="day_note")
    assert "daganteckning" in cure(missing)
    assert "senast 2026-06-30" in cure(missing)
    assert "senast" not in cure(missing, ABOUT._replace(last_day=None))


def test_what_is_counted_by_year_is_free_again_the_next() -> None:
    limit = found.LimitReached(rule="r", limit=3, used=3)
    assert "3 av 3" in what(limit)
    assert "tidigast 2027-01-01" in cure(limit)
    assert "209 och 342" in what(limit, ABOUT._replace(limited={"r": ["209", "342"]}))


def test_a_line_dearer_than_the_whole_ceiling_is_never_free_without_an_application() -> None:
    ceiling = found.CeilingReached(rule="r", limit_ore=1_600_000, used_ore=1_446_000)
    assert kronor(154_000) in what(ceiling)
    assert "tidigast 2027-01-01" in cure(ceiling)
    assert "tidigast" not in cure(ceiling, ABOUT._replace(claimed_ore=1_600_001))


@pytest.mark.parametrize(
    ("treated_on", "expected"),
    [
        (date(2026, 2, 28), "gäller först från 2026-03-01"),
        (date(2026, 6, 1), "gällde till och med 2026-05-31"),
    ],
)
def test_a_card_is_said_to_be_early_or_late(treated_on: date, expected: str) -> None:
    card = found.CardNotValidOnDay(
        rule="r", valid_from=date(2026, 3, 1), valid_to=date(2026, 5, 31)
    )
    assert expected in what(card, ABOUT._replace(treated_on=treated_on))


def test_a_card_voided_before_it_began() -> None:
    card = found.CardNotValidOnDay(rule="r", valid_from=date(2026, 3, 1), valid_to=date(2026, 2, 1))
    assert "makulerades innan det började gälla 2026-03-01" in what(card)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (date(2026, 1, 20), "mindre än 10 månader efter"),
        (date(2026, 9, 20), "mindre än 10 månader före"),
        (date(2026, 3, 6), "samma dag"),
    ],
)
def test_an_interval_counts_both_ways(other: date, expected: str) -> None:
    interval = found.IntervalNotElapsed(
        rule="r", months=10, previous_on=other, next_on=date(2027, 7, 20)
    )
    assert expected in what(interval)
    assert str(other) in what(interval)
    assert "2027-07-20" in cure(interval)


def test_whose_price_it_is_that_cuts_a_line() -> None:
    cut = found.PriceAboveTariff(rule="carrying", tariff_ore=120_000)
    assert "ersätter regionens egen taxa" in what(cut, ABOUT._replace(stands_in=True))
    assert "ersätter" not in what(cut)
    assert "Ansökan godkänner högst" in what(cut, ABOUT._replace(carrying="carrying"))


def test_another_code_is_named_where_the_region_pays_it() -> None:
    performer = found.PerformerNotAllowed(rule="r", performed_by="dentist", bill_as="113")
    assert "tandläkare" in what(performer)
    assert "113" in cure(performer)
    assert "113" not in cure(found.PerformerNotAllowed(rule="r", performed_by="dentist"))


def test_a_refused_invoice_keeps_its_number() -> None:
    for refused in (found.PatientIdInvalid(rule="r"), found.LinesMissing(rule="r")):
        assert "fortfarande ledigt" in cure(refused, NO_LINE)
    assert "eget nummer" in cure(found.NumberReused(rule="r"), NO_LINE)
