"""What is left for a patient: worked by hand, and held to what is decided in random worlds."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from adjudication.decision import FeeReason
from adjudication.desk import Desk
from adjudication.explaining import ExplainingDesk, LineExplanation
from adjudication.findings import (
    CardMissing,
    CardNotValidOnDay,
    CeilingReached,
    DeadlinePassed,
    IntervalNotElapsed,
    LimitReached,
)
from adjudication.invoice import Invoice
from adjudication.measures import Counted, Price, Spaced, Summed
from adjudication.standing import (
    ApplicationLeft,
    ApprovedLeft,
    CeilingLeft,
    HeldCard,
    LimitLeft,
    NextFree,
    Standing,
    TimeToBill,
    VisitFee,
)
from preassessments.decision import Preassessment
from registry.cards import Card
from tariffs.actions import expand
from terms.person import without_dash
from terms.vocabulary import PERFORMERS, Performer, Support
from tests import commands, desks, test_reference
from tests.desks import Row, person_number

JUNE = date(2026, 6, 1)
EXAMINATION = "examination_every_ten_months"
PREVENTION, LONG = "prevention_eight_a_year", "long_prevention_three_a_year"
TEETH = [f"{quadrant}{position}" for quadrant in (1, 2, 3, 4) for position in range(1, 7)]


class Clinic:
    """A desk with one patient, to whom invoices of one day's care are billed."""

    def __init__(
        self,
        cards: Iterable[Row] = (commands.card(),),
        applications: Iterable[Row] = (),
        folders: tuple[str, ...] = (),
        patient: str = commands.PATIENT,
    ) -> None:
        self.desk = Desk(desks.library(*folders), "jonkoping")
        self.patient = patient
        self.invoices = 0
        for card in cards:
            self.desk.cards.add(msgspec.convert({**card, "patient": patient}, Card))
        for application in applications:
            row = {**application, "patient": patient}
            self.desk.preassessments.add(msgspec.convert(row, Preassessment))

    def bill(self, on: str, *codes: str, support: Support = "F", **fields: Any) -> None:
        """Lines that are approved, each on a tooth of its own, at 1 kr unless it is given."""
        self.invoices += 1
        lines = [
            commands.line(
                line=number, code=code, tooth=tooth, treated_on=on, **{"price_ore": 100, **fields}
            )
            for number, (code, tooth) in enumerate(zip(codes, TEETH, strict=False), 1)
        ]
        row = commands.invoice(str(self.invoices), patient=self.patient, support=support)
        invoice = msgspec.convert({**row, "lines": lines}, Invoice)
        decision = self.desk.decide(invoice, date.fromisoformat(on))
        assert [line.outcome for line in decision.lines] == ["approved"] * len(codes)

    def stands(self, on: date | str = JUNE, support: Support = "F") -> Standing:
        day = date.fromisoformat(on) if isinstance(on, str) else on
        found = self.desk.standing(self.patient, support, day)
        assert found is not None
        return found

    def used(self, rule: str, on: date | str = JUNE, support: Support = "F") -> tuple[int, int]:
        """Used and left of a limit or a ceiling."""
        stands = self.stands(on, support)
        for limit in stands.limits:
            if limit.rule == rule:
                return limit.used, limit.left
        (ceiling,) = [one for one in stands.ceilings if one.rule == rule]
        return ceiling.used_ore, ceiling.left_ore

    def examination(self, on: str) -> tuple[str | None, str]:
        """What stands in the way of an examination, and the next free day."""
        (interval,) = self.stands(on).intervals
        assert interval.rule == EXAMINATION
        previous = interval.previous_on
        return None if previous is None else str(previous), str(interval.next_on)

    def to_bill(self, on: str, support: Support = "F") -> tuple[str, str]:
        """The earliest treatment day, and the last day to bill."""
        deadline = self.stands(on, support).deadline
        assert deadline is not None
        return str(deadline.earliest_on), str(deadline.last_day)

    def fee(self, on: date | str = JUNE, support: Support = "F") -> tuple[int, FeeReason]:
        fee = self.stands(on, support).fee
        assert fee is not None
        return fee.fee_ore, fee.reason


def dalarna(number: str = "D-1", **fields: Any) -> Row:
    return commands.card(number, region="dalarna", **fields)


# --- Jönköping F -------------------------------------------------------------------------------


def test_everything_of_a_patient_who_has_used_nothing() -> None:
    stands = Clinic().stands(JUNE)
    assert stands.edition is not None
    assert (stands.edition.region, stands.edition.support) == ("jonkoping", "F")
    assert stands.edition.valid_from == date(2018, 12, 27)
    long = ("209", "341H1", "342", "342S", "343", "343S")
    short = ("201", "205", "206", "207", "208", "209", "311", "312", "321", "341")
    assert stands == Standing(
        treated_on=JUNE,
        region="jonkoping",
        support="F",
        edition=stands.edition,
        card=HeldCard("F-1", "F5", date(2020, 1, 1), None, is_in_force=True),
        limits=(
            LimitLeft("extended_examination_once_a_year", ("107", "107S"), None, 1, 0, 1),
            LimitLeft("evaluation_twice_a_year", ("114",), None, 2, 0, 2),
            LimitLeft(PREVENTION, short + long[1:], None, 8, 0, 8),
            LimitLeft(LONG, long, None, 3, 0, 3),
        ),
        ceilings=(
            CeilingLeft(
                "sixteen_thousand_a_year",
                ("822", "823", "827", "828", "829"),
                date(2026, 1, 1),
                date(2026, 12, 31),
                1_600_000,
                0,
                1_600_000,
            ),
        ),
        intervals=(NextFree(EXAMINATION, ("101", "111", "112"), 10, None, JUNE),),
        deadline=TimeToBill(
            "three_months_after_treatment_month", date(2026, 9, 30), date(2026, 3, 1)
        ),
        fee=VisitFee(20_000, "charged"),
        applications=(),
    )


def test_eight_of_which_three() -> None:
    clinic = Clinic()
    clinic.bill("2026-02-01", "209", "209", "206", "206", "206", "206")
    assert clinic.used(PREVENTION) == (6, 2)
    assert clinic.used(LONG) == (2, 1)
    clinic.bill("2026-12-31", "343")
    assert clinic.used(PREVENTION) == (7, 1)
    assert clinic.used(LONG) == (3, 0)
    clinic.bill("2026-03-01", "206")
    assert clinic.used(PREVENTION) == (8, 0)
    assert clinic.used("evaluation_twice_a_year") == (0, 2)


def test_a_limit_is_of_the_calendar_year_of_the_day() -> None:
    clinic = Clinic()
    clinic.bill("2026-12-31", "206", "206")
    clinic.bill("2027-01-01", "206")
    assert clinic.used(PREVENTION, "2026-01-01") == (2, 6)
    assert clinic.used(PREVENTION, "2027-12-31") == (1, 7)
    assert clinic.used(PREVENTION, "2025-12-31") == (0, 8)
    assert clinic.used("sixteen_thousand_a_year", "2027-06-01") == (100, 1_599_900)


def test_the_ceiling_to_the_last_ore() -> None:
    clinic = Clinic()
    clinic.bill("2026-02-01", *["501"] * 4, price_ore=399_999)
    assert clinic.used("sixteen_thousand_a_year") == (1_599_996, 4)
    clinic.bill("2026-02-02", "827", price_ore=1_000_000)
    assert clinic.used("sixteen_thousand_a_year") == (1_599_996, 4)
    clinic.bill("2026-02-03", "302", price_ore=4)
    assert clinic.used("sixteen_thousand_a_year") == (1_600_000, 0)


def test_what_counts_against_a_ceiling_is_what_is_allowed() -> None:
    clinic = Clinic()
    clinic.bill("2026-02-01", "302", price_ore=999_999)
    assert clinic.used("sixteen_thousand_a_year") == (84_000, 1_516_000)


def test_an_approval_opens_a_window_on_its_day_and_a_refusal_does_not() -> None:
    applications = [
        commands.application("B-1", decided_on="2026-07-01"),
        commands.application("B-2", decided_on="2026-04-01", lines=[]),
        commands.application("B-3", decided_on="2026-10-01", support="N"),
    ]
    clinic = Clinic(applications=applications)
    clinic.bill("2026-06-30", "302", "302")
    clinic.bill("2026-07-01", "302")

    def window(on: str) -> tuple[str, str, int, int]:
        (one,) = clinic.stands(on).ceilings
        return str(one.covers_from), str(one.covers_to), one.used_ore, one.left_ore

    assert window("2026-06-30") == ("2026-01-01", "2026-06-30", 200, 1_599_800)
    assert window("2026-07-01") == ("2026-07-01", "2026-12-31", 100, 1_599_900)
    assert window("2027-01-01") == ("2027-01-01", "2027-12-31", 0, 1_600_000)


def test_ceilings_side_by_side_that_are_renewed_and_not() -> None:
    card = commands.card(region="gransland", category="F1")
    application = commands.application(region="gransland", decided_on="2026-07-01")
    clinic = Clinic([card], [application], ("gransland",))
    clinic.bill("2026-06-30", "301")
    clinic.bill("2026-07-01", "301", "301")
    days = {
        one.rule: (str(one.covers_from), str(one.covers_to), one.used_ore)
        for one in clinic.stands("2026-07-01").ceilings
    }
    assert days == {
        "nine_thousand_a_year_in_all": ("2026-01-01", "2026-12-31", 300),
        "eight_thousand_between_approvals": ("2026-07-01", "2026-12-31", 200),
        "fourteen_thousand_a_year": ("2026-01-01", "2026-12-31", 300),
    }


def test_examinations_ten_months_apart() -> None:
    clinic = Clinic()
    clinic.bill("2026-01-20", "101")
    assert clinic.examination("2026-01-20") == ("2026-01-20", "2026-11-20")
    assert clinic.examination("2026-06-01") == ("2026-01-20", "2026-11-20")
    assert clinic.examination("2026-11-19") == ("2026-01-20", "2026-11-20")
    assert clinic.examination("2026-11-20") == (None, "2026-11-20")
    assert clinic.examination("2030-01-01") == (None, "2030-01-01")


def test_an_examination_stands_in_the_way_of_earlier_days_too() -> None:
    clinic = Clinic()
    clinic.bill("2027-01-20", "101")
    assert clinic.examination("2026-03-20") == (None, "2026-03-20")
    assert clinic.examination("2026-03-21") == ("2027-01-20", "2027-11-20")


def test_a_day_between_two_examinations_that_is_near_both() -> None:
    """Ten months after the first is too near the second, so the next is ten months after that."""
    clinic = Clinic()
    clinic.bill("2026-01-20", "101")
    clinic.bill("2027-02-20", "112", performer="hygienist")
    assert clinic.examination("2026-11-20") == ("2027-02-20", "2027-12-20")
    assert clinic.examination("2026-08-06") == ("2026-01-20", "2027-12-20")
    assert clinic.examination("2026-08-07") == ("2027-02-20", "2027-12-20")


def test_ten_months_to_the_end_of_a_shorter_month() -> None:
    clinic = Clinic()
    clinic.bill("2026-04-30", "101")
    assert clinic.examination("2027-02-27") == ("2026-04-30", "2027-02-28")
    assert clinic.examination("2027-02-28") == (None, "2027-02-28")


@pytest.mark.parametrize(
    ("on", "earliest", "last"),
    [
        ("2026-01-01", "2025-10-01", "2026-04-30"),
        ("2026-01-31", "2025-10-01", "2026-04-30"),
        ("2026-02-01", "2025-11-01", "2026-05-31"),
        ("2019-02-10", "2018-12-27", "2019-05-31"),
        ("2019-04-10", "2019-01-01", "2019-07-31"),
    ],
)
def test_how_long_care_can_be_billed(on: str, earliest: str, last: str) -> None:
    """No day before the rules has a last day."""
    assert Clinic().to_bill(on) == (earliest, last)


@pytest.mark.parametrize(
    ("on", "earliest", "last"),
    [
        ("2027-06-30", "2027-03-01", "2027-09-30"),
        ("2027-07-20", "2027-04-01", "2027-09-03"),
        ("2027-08-15", "2027-05-01", "2027-09-29"),
        ("2027-08-16", "2027-07-02", "2027-09-30"),
        ("2027-10-01", "2027-08-17", "2027-11-15"),
    ],
)
def test_each_day_is_billed_by_its_own_rules(on: str, earliest: str, last: str) -> None:
    """45 days from July on, three months before. On 16 August care of May and June may still be
    billed, but that of 1 July no more."""
    assert Clinic(folders=("later",)).to_bill(on) == (earliest, last)


def test_days_before_a_move_are_billed_by_the_rules_of_the_region_left() -> None:
    cards = [
        commands.card("B-1", region="blekinge", category="F2", valid_to="2026-04-30"),
        commands.card("J-1", valid_from="2026-05-01"),
    ]
    clinic = Clinic(cards, folders=("blekinge",))
    assert clinic.to_bill("2026-04-30") == ("2026-03-31", "2026-05-30")
    assert clinic.to_bill("2026-05-15") == ("2026-04-15", "2026-08-31")
    assert clinic.to_bill("2026-06-15") == ("2026-05-01", "2026-09-30")


def test_used_beyond_what_the_rules_allow_leaves_nothing() -> None:
    """One who moves takes along what another region approved."""
    cards = [dalarna(valid_to="2026-05-31"), commands.card("J-1", valid_from="2026-06-01")]
    clinic = Clinic(cards)
    clinic.bill("2026-02-01", *["206"] * 9)
    clinic.bill("2026-02-02", *["501"] * 5, price_ore=350_000)
    assert clinic.used("twenty_thousand_a_year", "2026-05-31") == (1_750_900, 249_100)
    assert clinic.used(PREVENTION, "2026-06-01") == (9, 0)
    assert clinic.used("sixteen_thousand_a_year", "2026-06-01") == (1_750_900, 0)


# --- Dalarna -----------------------------------------------------------------------------------


def test_dalarna_counts_a_hygienist_s_actions_only() -> None:
    clinic = Clinic([dalarna()])
    clinic.bill("2026-02-01", "206", "206", performer="hygienist")
    clinic.bill("2026-02-02", "206", "206", "206", performer="dentist")
    (limit,) = clinic.stands().limits
    assert (limit.rule, limit.performer) == ("hygienist_six_a_year", "hygienist")
    assert (limit.limit, limit.used, limit.left) == (6, 2, 4)
    assert clinic.stands().intervals == ()


def test_dalarna_sums_both_supports_and_counts_each() -> None:
    clinic = Clinic([dalarna(), dalarna("D-2", category="N1")])
    clinic.bill("2026-02-01", *["501"] * 5, price_ore=300_000)
    clinic.bill("2026-02-02", "206", support="N", performer="hygienist", price_ore=1)
    for support in ("F", "N"):
        assert clinic.used("twenty_thousand_a_year", support=support) == (1_500_001, 499_999)
    assert clinic.used("hygienist_six_a_year", support="F") == (0, 6)
    assert clinic.used("hygienist_six_a_year", support="N") == (1, 5)


def test_dalarna_s_ceiling_is_not_renewed_and_its_rules_begin_in_2025() -> None:
    application = commands.application(region="dalarna", decided_on="2026-07-01")
    clinic = Clinic([dalarna()], [application])
    (ceiling,) = clinic.stands("2026-08-01").ceilings
    assert (ceiling.covers_from, ceiling.covers_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert clinic.to_bill("2025-02-01") == ("2025-01-01", "2025-05-31")


def test_a_region_that_asks_no_deadline_and_has_nothing_to_count() -> None:
    card = commands.card("V-1", region="vasterbotten", category="N1")
    stands = Clinic([card]).stands(support="N")
    assert stands.edition is not None
    assert (stands.limits, stands.ceilings, stands.intervals, stands.deadline) == ((), (), (), None)
    assert stands.fee == VisitFee(20_000, "charged")


# --- cards and regions -------------------------------------------------------------------------


def held(stands: Standing) -> tuple[str, str, str, str, bool] | None:
    card = stands.card
    if card is None:
        return None
    days = (str(card.valid_from), str(card.valid_to))
    return card.number, card.category, *days, card.is_in_force


def test_the_card_in_force_or_else_the_nearest() -> None:
    cards = [
        commands.card("1", category="F1", valid_from="2020-03-01"),
        commands.card("2", category="F5", valid_from="2026-03-01", voided_on="2026-05-01"),
        commands.card("3", category="F5", valid_from="2026-09-01", valid_to="2026-10-31"),
    ]
    clinic = Clinic(cards)
    first = ("1", "F1", "2020-03-01", "2024-02-29")
    second = ("2", "F5", "2026-03-01", "2026-04-30")
    third = ("3", "F5", "2026-09-01", "2026-10-31")
    assert held(clinic.stands("2024-02-29")) == (*first, True)
    assert held(clinic.stands("2024-03-01")) == (*first, False)
    assert held(clinic.stands("2026-03-01")) == (*second, True)
    assert held(clinic.stands("2026-05-01")) == (*second, False)
    assert held(clinic.stands("2026-07-01")) == (*second, False)
    assert held(clinic.stands("2026-07-02")) == (*third, False)
    assert held(clinic.stands("2026-10-31")) == (*third, True)
    assert held(clinic.stands("2026-11-01")) == (*third, False)


def test_without_a_card_the_default_region_answers() -> None:
    stands = Clinic([dalarna(category="N1")]).stands(support="F")
    assert (stands.region, stands.card) == ("jonkoping", None)
    assert stands.edition is not None
    assert stands.fee == VisitFee(20_000, "charged")


def test_without_a_card_in_force_the_latest_card_s_region_answers() -> None:
    cards = [
        dalarna("D-1", valid_from="2020-01-01", valid_to="2025-12-31"),
        commands.card("J-1", valid_from="2026-11-01", valid_to="2026-11-30"),
    ]
    clinic = Clinic(cards)
    assert held(clinic.stands("2026-01-02")) == ("D-1", "F5", "2020-01-01", "2025-12-31", False)
    regions = [clinic.stands(on).region for on in ("2025-12-31", "2026-01-01", "2027-01-01")]
    assert regions == ["dalarna", "jonkoping", "jonkoping"]


@pytest.mark.parametrize(
    ("on", "support"), [("2018-12-26", "F"), ("1999-12-31", "F"), ("2026-06-01", "N")]
)
def test_without_rules_in_force_nothing_is_counted(on: str, support: Support) -> None:
    application = commands.application(lines=[{"line": 1, "code": "407"}])
    stands = Clinic(applications=[application]).stands(on, support)
    assert (stands.edition, stands.deadline, stands.fee) == (None, None, None)
    assert (stands.limits, stands.ceilings, stands.intervals) == ((), (), ())
    assert stands.region == "jonkoping"
    assert len(stands.applications) == (support == "F")


def test_of_what_is_no_person_s_number() -> None:
    desk = Desk(desks.library(), "jonkoping")
    assert desk.standing("19480512-1012", "F", JUNE) is None
    assert desk.standing("19480512-1011", "F", JUNE) == desk.standing("194805121011", "F", JUNE)


# --- patient fee and applications --------------------------------------------------------------


def test_the_fee_by_age_to_the_day() -> None:
    clinic = Clinic(patient=person_number(date(1941, 6, 1)))
    assert clinic.fee("2026-05-31") == (20_000, "charged")
    assert clinic.fee("2026-06-01") == (0, "age")
    young = Clinic([dalarna()], patient=person_number(date(2003, 12, 31)))
    assert young.fee("2026-12-31") == (0, "age")
    assert young.fee("2027-01-01") == (20_000, "charged")


def test_the_fee_of_one_with_a_coordination_number() -> None:
    """61 is the 1st: compared as it stands, the 85th birthday would come later."""
    clinic = Clinic(patient="194106611017")
    assert clinic.fee("2026-05-31") == (20_000, "charged")
    assert clinic.fee("2026-06-01") == (0, "age")


def test_the_fee_by_category_of_a_card_in_force() -> None:
    clinic = Clinic([dalarna(category="N2", valid_to="2026-06-01")])
    assert clinic.fee("2026-06-01", "N") == (0, "category")
    assert clinic.fee("2026-06-02", "N") == (20_000, "charged")


def test_what_is_left_of_applications() -> None:
    lines: list[Row] = [
        {"line": 2, "code": "407", "count": None, "tooth": "36"},
        {"line": 1, "code": "405", "count": 3, "amount_ore": 250_000},
    ]
    applications = [
        commands.application("B-2", lines=lines),
        commands.application("B-1", decided_on="2026-01-02", covers_to="2026-02-28"),
        commands.application("B-3", lines=[]),
        commands.application("B-4", support="N"),
    ]
    clinic = Clinic(applications=applications)
    clinic.bill("2026-03-01", "405", zone="18-11")
    clinic.bill("2026-03-02", "405", zone="18-11")
    found = clinic.stands().applications
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert found == (
        ApplicationLeft(
            "B-2",
            first,
            last,
            False,
            (
                ApprovedLeft(1, "405", None, 3, 1, 250_000),
                ApprovedLeft(2, "407", "36", 1, 1, None),
            ),
        ),
        ApplicationLeft(
            "B-1", first, date(2026, 2, 28), False, (ApprovedLeft(1, "405", None, 1, 1, None),)
        ),
    )
    assert clinic.used("sixteen_thousand_a_year") == (0, 1_600_000)


@pytest.mark.parametrize(
    ("on", "billed", "is_expiring"),
    [
        ("2026-10-31", 0, False), ("2026-11-01", 0, True), ("2026-12-31", 0, True),
        ("2027-01-01", 0, False), ("2026-11-02", 1, True), ("2026-11-02", 2, False),
        ("9999-12-31", 0, False),
    ],
)  # fmt: skip
def test_what_ends_soon_and_has_something_left_is_warned_about(
    on: str, billed: int, is_expiring: bool
) -> None:
    lines = [{"line": 1, "code": "407", "count": 2}]
    clinic = Clinic(applications=[commands.application("B-1", lines=lines)])
    for day in range(billed):
        clinic.bill(f"2026-03-0{day + 1}", "407")
    (found,) = clinic.stands(on).applications
    assert found.is_expiring is is_expiring


# --- held to what is decided -------------------------------------------------------------------


class Probe:
    """A world that was decided, in which patients are asked about and billed one line more. What is
    billed so is decided and forgotten."""

    def __init__(self, seed: int, folders: tuple[str, ...], regions: tuple[str, ...]) -> None:
        self.random = Random(seed)
        self.library = desks.library(*folders)
        self.desk = ExplainingDesk(self.library, "jonkoping")
        made = test_reference.world(seed, folders, regions)
        for card in made.cards:
            self.desk.cards.add(msgspec.convert(card, Card))
        for application in made.preassessments:
            self.desk.preassessments.add(msgspec.convert(application, Preassessment))
        self.care: list[tuple[str, Support, date, str]] = []
        for row in made.invoices:
            invoice = msgspec.convert(row, Invoice)
            if self.desk.decide(invoice, invoice.received_on or made.today).status == "invalid":
                continue
            person = without_dash(invoice.patient)
            self.care += [
                (person, invoice.support, line.treated_on, line.code) for line in invoice.lines
            ]
        self.person = ""
        self.seen: Counter[str] = Counter()

    def stands(self, person: str, support: Support, on: date) -> Standing:
        found = self.desk.standing(person, support, on)
        assert found is not None
        return found

    def bill(
        self, person: str, support: Support, on: date, code: str, received_on: date | None = None,
        performer: Performer = "dentist", price_ore: int = 1_000_000_000,
    ) -> LineExplanation:  # fmt: skip
        """One line with whatever the rules ask of any code, and what it was asked."""
        given = {
            "clinic": "SE2321000057-PROBE", "number": "1", "patient": person, "support": support,
            "lines": [
                {
                    "line": 1, "treated_on": on, "code": code, "price_ore": price_ore,
                    "performer": performer, "tooth": "12", "zone": "18-11", "surfaces": "probed",
                    "facts": ["existing_retainer_crowns", "peri_implantitis"],
                    "documents": [
                        {"kind": kind, "name": "a.pdf"}
                        for kind in ("day_note", "record_copy", "xray", "technician_invoice")
                    ],
                }
            ],
        }  # fmt: skip
        invoice = msgspec.convert(given, Invoice)
        explained = self.desk.explain(invoice, received_on or on)
        (self.visit,) = explained.decision.visits
        (line,) = explained.lines
        return line

    def some(self) -> tuple[str, Support, date, str]:
        """A patient, and a day and a code at or near some care that was billed."""
        person, support, on, code = self.random.choice(self.care)
        days = self.random.choice((0, 1, -1, 30, 300, 304, 365, self.random.randint(-400, 400)))
        on += timedelta(days)
        stands = self.stands(person, support, on)
        kind = self.random.random()
        if kind < 0.3 and stands.applications:
            application = self.random.choice(stands.applications)
            edges = (application.covers_from, application.covers_to)
            on = self.random.choice(edges) + timedelta(self.random.choice((-1, 0, 0, 1)))
            code = self.random.choice(application.lines).code
        elif kind < 0.8:
            written = [one.codes for one in stands.limits]
            written += [one.codes for one in stands.intervals]
            ruled = [code for codes in written for code in codes]
            code = self.random.choice([code for code in ruled if "-" not in code] or [code])
        return person, support, on, code

    def codes(self, stands: Standing, written: tuple[str, ...]) -> frozenset[str]:
        return expand(written, self.library.codes_of(self.library.regions[stands.region]).numbers)

    # What of a decision must follow from how the patient stands

    def day(self, stands: Standing, line: LineExplanation) -> None:
        """Edition and card."""
        assert line.decision.edition == stands.edition
        if line.stopped == "invalid" or stands.edition is None:
            return
        cards = [
            one
            for one in line.decision.findings
            if isinstance(one, CardMissing | CardNotValidOnDay)
        ]
        if stands.card is None:
            assert [type(one) for one in cards] == [CardMissing]
        elif stands.card.is_in_force:
            assert cards == []
        else:
            (found,) = cards
            assert isinstance(found, CardNotValidOnDay)
            assert found.valid_from == stands.card.valid_from
            assert found.valid_to == stands.card.valid_to
        self.seen[f"card {len(cards)}"] += 1

    def fee(self, stands: Standing, line: LineExplanation) -> None:
        if line.decision.outcome == "approved" and line.decision.allowed_ore:
            assert stands.fee is not None
            assert self.visit.reason == stands.fee.reason
            assert self.visit.fee_ore == min(stands.fee.fee_ore, line.decision.allowed_ore)
            self.seen[f"fee {self.visit.reason}"] += 1

    def carried(self, stands: Standing, line: LineExplanation) -> None:
        """By the oldest that covers the day and has a line with any left."""
        if line.stopped in ("invalid", "patient_pays") or stands.edition is None:
            return
        able = [
            one.id
            for one in stands.applications
            if one.covers_from <= stands.treated_on <= one.covers_to
            and any(
                each.code == line.line.code and each.tooth in (None, "12") and each.left > 0
                for each in one.lines
            )
        ]
        assert line.decision.preassessment == (able[0] if able else None)
        self.seen["carried" if able else "not carried"] += 1

    def intervals(self, stands: Standing, line: LineExplanation) -> None:
        if line.stopped in ("invalid", "patient_pays") or stands.edition is None:
            return
        named = [one for one in stands.intervals if line.line.code in self.codes(stands, one.codes)]
        found = [one for one in line.decision.findings if isinstance(one, IntervalNotElapsed)]
        assert [(one.rule, one.months, one.previous_on, one.next_on) for one in found] == [
            (one.rule, one.months, one.previous_on, one.next_on)
            for one in named
            if one.previous_on is not None
        ]
        asked = [one.rule for one in line.asked if isinstance(one.measure, Spaced)]
        assert asked == [one.rule for one in named]
        for one in named:
            assert (one.next_on == stands.treated_on) == (one.previous_on is None)
            if one.previous_on is not None:
                self.next_day(stands, line, one)

    def next_day(self, stands: Standing, line: LineExplanation, interval: NextFree) -> None:
        """The day before the next free one is not free, and that is, by the same rules."""
        person, support, code = self.person, stands.support, line.line.code
        for day, is_free in (
            (interval.next_on - timedelta(days=1), False),
            (interval.next_on, True),
        ):
            again = self.bill(person, support, day, code, performer=line.line.performer)
            if again.decision.edition == stands.edition and again.stopped != "invalid":
                stopped = {
                    one.rule
                    for one in again.decision.findings
                    if isinstance(one, IntervalNotElapsed)
                }
                assert (interval.rule not in stopped) == is_free
                self.seen[f"interval {is_free}"] += 1

    def limits(self, stands: Standing, line: LineExplanation) -> None:
        """Where they are asked: of what is the region's and not carried."""
        if line.stopped is not None or stands.edition is None:
            return
        code, performer = line.line.code, line.line.performer
        limits = [one for one in stands.limits if code in self.codes(stands, one.codes)]
        assert [
            (one.rule, one.measure) for one in line.asked if isinstance(one.measure, Counted)
        ] == [(one.rule, Counted(one.limit, one.used, one.performer)) for one in limits]
        reached = [one for one in line.decision.findings if isinstance(one, LimitReached)]
        assert [(one.rule, one.limit, one.used) for one in reached] == [
            (one.rule, one.limit, one.used)
            for one in limits
            if one.left == 0 and one.performer in (None, performer)
        ]
        for limit in limits:
            assert limit.left == max(0, limit.limit - limit.used)
            self.seen[f"limit {min(limit.left, 1)}"] += 1

    def ceilings(self, stands: Standing, line: LineExplanation) -> None:
        """Where they are asked; a line without a price is not."""
        if line.stopped is not None or stands.edition is None:
            return
        code = line.line.code
        (price,) = [one.measure for one in line.asked if isinstance(one.measure, Price)]
        ceilings = [
            one for one in stands.ceilings if code not in self.codes(stands, one.exempt_codes)
        ]
        assert [
            (one.rule, one.measure.limit_ore, one.measure.used_ore)
            for one in line.asked
            if isinstance(one.measure, Summed)
        ] == [(one.rule, one.limit_ore, one.used_ore) for one in ceilings]
        passed = [one for one in line.decision.findings if isinstance(one, CeilingReached)]
        cost = None if price.tariff_ore is None else min(price.tariff_ore, line.line.price_ore)
        assert [(one.rule, one.limit_ore, one.used_ore) for one in passed] == [
            (one.rule, one.limit_ore, one.used_ore)
            for one in ceilings
            if cost is not None and (cost > one.left_ore or one.used_ore > one.limit_ore)
        ]
        for ceiling in ceilings:
            assert ceiling.left_ore == max(0, ceiling.limit_ore - ceiling.used_ore)
            assert ceiling.covers_from <= stands.treated_on <= ceiling.covers_to
            if cost is not None and abs(ceiling.left_ore - cost) <= 1:
                self.seen[f"ceiling {ceiling.left_ore - cost}"] += 1

    def deadline(self, stands: Standing, code: str) -> None:
        """On the last day and the day after it; of the earliest day and the day before that."""
        if stands.deadline is None:
            return
        on, last, earliest = (
            stands.treated_on,
            stands.deadline.last_day,
            stands.deadline.earliest_on,
        )

        def is_late(treated_on: date, received_on: date) -> bool | None:
            line = self.bill(self.person, stands.support, treated_on, code, received_on)
            if line.stopped == "invalid":
                return None
            return any(isinstance(one, DeadlinePassed) for one in line.decision.findings)

        assert is_late(on, last) in (False, None)
        assert is_late(on, last + timedelta(days=1)) in (True, None)
        assert is_late(earliest, on) in (False, None)
        before = earliest - timedelta(days=1)
        if self.stands(self.person, stands.support, before).deadline is not None:
            late = is_late(before, on)
            assert late is not False
            self.seen["deadline"] += late is True

    def ask(self) -> None:
        """Of one patient and day, and hold it to what lines of that day get."""
        self.person, support, on, code = self.some()
        stands = self.stands(self.person, support, on)
        prices = [1_000_000_000]
        for ceiling in stands.ceilings:
            prices += [ceiling.left_ore, ceiling.left_ore + 1]
        asked = (
            self.day, self.fee, self.carried, self.intervals, self.limits, self.ceilings
        )  # fmt: skip
        for performer in PERFORMERS:
            for price_ore in prices:
                line = self.bill(
                    self.person, support, on, code, performer=performer, price_ore=price_ore
                )
                for held_to in asked:
                    held_to(stands, line)
        self.deadline(stands, code)
        assert self.stands(self.person, support, on) == stands


SETTINGS = [
    (("blekinge",), test_reference.FOUR_REGIONS),
    test_reference.BORDERLAND,
    test_reference.MOVING,
    test_reference.LATER,
]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: "+".join(one[0]))
def test_what_is_left_is_what_is_decided(
    setting: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    seen: Counter[str] = Counter()
    for seed in (300, 301):
        probe = Probe(seed, *setting)
        for _ in range(60):
            probe.ask()
        seen += probe.seen
    for what in (
        "limit 0", "limit 1", "ceiling -1", "ceiling 0", "interval False", "interval True",
        "card 0", "card 1", "carried", "not carried", "deadline", "fee age", "fee charged",
    ):  # fmt: skip
        assert seen[what] >= 4, what
