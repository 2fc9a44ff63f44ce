"""Lines that an assessor has decided: the engine against the plain second reading, over random
worlds whose held lines are approved or refused."""

from datetime import date
from random import Random

import msgspec
import pytest

from adjudication.assessment import carries, needs
from adjudication.findings import HELD
from adjudication.invoice import Invoice
from quotas.record import CARRIED, lines_of
from tests import desks, reference, test_reference
from tests.desks import Row

FOLDERS = ("later", "blekinge")
SEEDS = range(500, 508)
HOLDING = {code for outcome in HELD for code in reference.OUTCOMES[outcome]}


def held_lines(reading: reference.Reference, invoice: Row) -> list[Row]:
    """The lines that the invoice would have held if it came now; nothing is remembered of it."""
    known = [*reading.approved], [*reading.fees_taken], [*reading.decided]
    decision = reading.decide(invoice)
    reading.approved, reading.fees_taken, reading.decided = known
    return [line for line in decision["lines"] if line["outcome"] in HELD]


def assessments(held: list[Row], random: Random) -> dict[int, Row]:
    """What an assessor decides of some of them: mostly of all that the line was held for."""
    found: dict[int, Row] = {}
    for line in held:
        if random.random() < 0.2:
            continue
        settles = [
            one["code"]
            for one in line["findings"]
            if any(
                one["code"] in codes for name, codes in reference.OUTCOMES.items() if name in HELD
            )
        ]
        if random.random() < 0.1:
            settles = random.sample(settles, random.randrange(len(settles) + 1))
        row: Row = {
            "id": str(line["line"]), "is_approved": random.random() < 0.8,
            "settles": list(dict.fromkeys(settles)),
            "by_application": line["preassessment"] is not None, "motive": "Bedömd",
        }  # fmt: skip
        if random.random() < 0.4:
            row["amount_ore"] = random.choice((0, 1, line["claimed_ore"] // 2, 10**9))
        found[line["line"]] = row
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_assessed_lines_are_decided_alike(seed: int) -> None:
    made = test_reference.world(seed, FOLDERS, test_reference.FOUR_REGIONS)
    random = Random(seed)
    reading = reference.Reference(
        desks.rule_dirs(*FOLDERS), made.cards, made.preassessments, today=made.today
    )
    mailroom = desks.Mailroom(desks.library(*FOLDERS), made.cards, made.preassessments)
    many = 0
    for invoice in made.invoices:
        rows = assessments(held_lines(reading, invoice), random)
        many += len(rows)
        found = desks.as_rows(mailroom.answer(invoice, made.today, desks.assessed_of(rows)))
        expected = reading.decide(invoice, rows)
        assert list(desks.differences(found, expected)) == [], invoice
    assert many > 10


def test_what_an_approval_carries_is_in_no_count() -> None:
    """The record says so, so that every later count leaves it out."""
    row: Row = {
        "clinic": "A", "number": "1", "patient": desks.person_number(date(1960, 5, 17)),
        "support": "F", "region": "jonkoping", "received_on": "2026-03-01",
        "lines": [{
            "line": 1, "treated_on": "2026-03-01", "code": "108", "price_ore": 189_500,
            "performer": "dentist",
        }],
    }  # fmt: skip
    card = {
        "number": "C-1", "patient": row["patient"], "region": "jonkoping", "category": "F5",
        "valid_from": "2020-01-01",
    }  # fmt: skip
    mailroom = desks.Mailroom(desks.library(), [card])
    (held,) = mailroom.answer({**row, "number": "0"}).lines
    assert needs(held.findings) == ("preassessment_required",)
    assessed = {"id": "1", "is_approved": True, "settles": needs(held.findings)}
    answer = mailroom.answer(
        row, None, desks.assessed_of({1: {**assessed, "by_application": False}})
    )
    assert answer.status == "approved"
    patient = mailroom.desk._patients[msgspec.convert(row, Invoice).patient]
    assert [site & CARRIED for _, site, *_ in lines_of(patient.record)] == [CARRIED]


@pytest.mark.parametrize(
    ("settles", "application", "is_carried"),
    [
        (("limit_reached",), None, True),
        (("document_missing", "ceiling_reached"), None, True),
        (("tariff_price_missing",), None, True),
        (("tariff_price_missing",), "B-1", False),
        (("document_missing",), None, False),
        (("motivation_to_assess", "motivation_missing"), None, False),
        ((), None, False),
    ],
)
def test_what_an_application_might_have_answered_is_carried(
    settles: tuple[str, ...], application: str | None, is_carried: bool
) -> None:
    assert carries(settles, application) is is_carried
