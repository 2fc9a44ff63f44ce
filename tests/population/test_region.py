"""A year of a made-up region is one that the program takes, of the mix that is promised."""

import random
from collections import Counter
from datetime import date
from functools import cache

import msgspec

from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.invoice import fingerprint
from population.region import Year, year
from terms.person import is_person_number, without_dash
from tests import desks

FIRST_ON = date(2026, 1, 1)
PATIENTS = 1_500
FINDINGS_OF_MISTAKES = {
    "protected_identity", "patient_id_invalid", "lines_missing", "line_number_repeated",
    "date_in_future", "action_unknown", "tooth_invalid", "zone_missing", "deadline_passed",
    "performer_not_allowed", "duplicate", "action_not_covered", "coverage_condition_unmet",
    "combination_excluded", "document_missing", "interval_not_elapsed", "tariff_price_missing",
    "price_above_tariff", "preassessment_not_usable", "preassessment_required",
}  # fmt: skip
FINDINGS_OF_LIFE = {
    "card_missing", "card_not_valid_on_day", "limit_reached", "ceiling_reached",
    "preassessment_applied",
}  # fmt: skip


@cache
def made() -> Year:
    return year(2026, PATIENTS, FIRST_ON)


@cache
def decided() -> list[Decision]:
    """All invoices, by a desk that takes every card and application."""
    desk = Desk(desks.library(), "jonkoping")
    for card in made().cards:
        desk.cards.add(card)
    for application in made().preassessments:
        desk.preassessments.add(application)
    return [desk.decide(invoice, received_on) for invoice, received_on in made().invoices]


def findings(decision: Decision) -> set[str]:
    told = [decision.findings, *(line.findings for line in decision.lines)]
    return {str(finding.__struct_config__.tag) for some in told for finding in some}


def test_nine_in_ten_are_approved_whole() -> None:
    approved = sum(decision.status == "approved" for decision in decided())
    assert 0.88 <= approved / len(decided()) <= 0.95


def test_every_mistake_is_made_and_found() -> None:
    found = set().union(*map(findings, decided()))
    assert found >= FINDINGS_OF_MISTAKES | FINDINGS_OF_LIFE


def test_every_status_is_given() -> None:
    statuses = {decision.status for decision in decided()}
    assert statuses == {"approved", "partly_approved", "denied", "pending", "invalid"}


def test_the_year_holds_what_is_received_in_it_in_order() -> None:
    days = [received_on for _, received_on in made().invoices]
    assert days == sorted(days)
    assert days[0] >= FIRST_ON
    assert days[-1] <= date(2026, 12, 31)
    assert {day.month for day in days} == set(range(1, 13))
    for invoice, received_on in made().invoices:
        assert invoice.received_on == received_on
        assert all(line.treated_on >= FIRST_ON for line in invoice.lines)


def test_a_patient_has_some_four_invoices_and_most_are_of_jonkoping() -> None:
    assert 3 <= len(made().invoices) / PATIENTS <= 4.5
    prefixes = Counter(invoice.clinic[:12] for invoice, _ in made().invoices)
    assert set(prefixes) == {"SE2321000057", "SE2321000180", "SE2321000222"}
    assert prefixes["SE2321000057"] > 0.6 * len(made().invoices)
    assert len({invoice.clinic for invoice, _ in made().invoices}) > 50


def test_patients_have_test_numbers() -> None:
    """But for the digit in which a clinic was mistaken."""
    known = {card.patient for card in made().cards}
    known |= {application.patient for application in made().preassessments}
    known |= {without_dash(invoice.patient) for invoice, _ in made().invoices}
    assert all(980 <= int(number[8:11]) <= 999 for number in known)
    assert len({number for number in known if is_person_number(number)}) <= PATIENTS


def test_a_clinic_gives_a_number_once_and_corrects_what_came_back() -> None:
    came: dict[tuple[str, str], Decision] = {}
    replacing = 0
    for (invoice, _), decision in zip(made().invoices, decided(), strict=True):
        assert (invoice.clinic, invoice.number) not in came
        came[invoice.clinic, invoice.number] = decision
        if invoice.replaces is not None:
            assert came[invoice.clinic, invoice.replaces].status == "invalid"
            replacing += 1
    assert replacing > 5


def test_the_same_seed_makes_the_same_whatever_chance_there_is() -> None:
    random.seed(1)
    first = msgspec.json.encode(year(5, 40, FIRST_ON))
    random.seed(2)
    assert msgspec.json.encode(year(5, 40, FIRST_ON)) == first
    assert msgspec.json.encode(year(6, 40, FIRST_ON)) != first


def test_more_patients_change_nothing_for_those_who_are_there() -> None:
    """But for the numbers of their invoices."""
    few, many = year(5, 40, FIRST_ON), year(5, 60, FIRST_ON)
    assert many.cards[: len(few.cards)] == few.cards
    assert many.preassessments[: len(few.preassessments)] == few.preassessments

    def contents(made: Year) -> set[bytes]:
        plain = (msgspec.structs.replace(one, replaces=None) for one, _ in made.invoices)
        return {fingerprint(invoice, invoice.patient) for invoice in plain}

    assert contents(few) <= contents(many)


def test_any_day_can_be_the_first() -> None:
    found = year(5, 40, date(2028, 2, 29))
    assert all(date(2028, 2, 29) <= day <= date(2029, 2, 27) for _, day in found.invoices)
    assert found.invoices
