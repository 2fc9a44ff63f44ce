"""Properties that hold of every history of invoices (docs/deciding.md, "What always holds")."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from string import ascii_uppercase
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.explaining import ExplainingDesk
from adjudication.findings import CeilingReached, LimitReached
from adjudication.invoice import Invoice
from adjudication.library import Library
from preassessments.decision import Preassessment
from quotas.record import BYTES_A_LINE, lines_of
from registry.cards import Card
from tests import desks, histories, test_reference
from tests.desks import Row, encoded

Story = tuple[list[Row], list[Row]]
STRENGTH = (
    "approved", "needs_review", "needs_document", "needs_preassessment", "patient_pays", "denied",
    "invalid",
)  # fmt: skip


def desk_of(
    applications: Iterable[Row] = (),
    cards: Iterable[Row] = histories.CARDS,
    folders: tuple[str, ...] = (),
    kind: type[Desk] = Desk,
) -> Desk:
    desk = kind(desks.library(*folders), "jonkoping")
    for card in cards:
        desk.cards.add(msgspec.convert(card, Card))
    for application in applications:
        desk.preassessments.add(msgspec.convert(application, Preassessment))
    return desk


def decide(desk: Desk, row: Row) -> Decision:
    invoice = msgspec.convert(row, Invoice)
    assert invoice.received_on is not None
    return desk.decide(invoice, invoice.received_on)


def decisions(story: Story, **desk: Any) -> list[Decision]:
    applications, invoices = story
    at = desk_of(applications, **desk)
    return [decide(at, invoice) for invoice in invoices]


# --- 1: same inputs, same bytes ----------------------------------------------------------------


@given(histories.stories())
def test_same_inputs_give_same_bytes(story: Story) -> None:
    assert encoded(decisions(story)) == encoded(decisions(story))


@settings(max_examples=10)
@given(histories.stories(), histories.stories())
def test_two_desks_over_one_library_do_not_meet(story: Story, other: Story) -> None:
    """What one desk decided is nothing to another, though they read the same rules."""
    library = Library(desks.rule_files())
    answers = []
    for each in (other, story):
        desk = Desk(library, "jonkoping")
        for card in histories.CARDS:
            desk.cards.add(msgspec.convert(card, Card))
        for application in each[0]:
            desk.preassessments.add(msgspec.convert(application, Preassessment))
        answers = [decide(desk, invoice) for invoice in each[1]]
    fresh = desks.Mailroom(Library(desks.rule_files()), histories.CARDS, story[0])
    assert encoded(answers) == encoded(fresh.answer(invoice) for invoice in story[1])


def test_what_one_desk_has_met_is_not_met_at_another() -> None:
    """The smallest such case: the same code on other teeth, met in another order."""
    library = Library(desks.rule_files())

    def answer(*actions: tuple[str, str]) -> list[str]:
        mailroom = desks.Mailroom(library, [histories.card(histories.BENGT, "C-1")])
        lines = [
            {
                "line": number, "treated_on": "2026-01-01", "code": code, "tooth": tooth,
                "price_ore": 100, "performer": "dentist",
            }
            for number, (code, tooth) in enumerate(actions, 1)
        ]  # fmt: skip
        invoice = {
            "clinic": "A", "number": "1", "patient": histories.BENGT, "support": "F",
            "received_on": "2026-01-01", "lines": lines,
        }  # fmt: skip
        return [line.outcome for line in mailroom.answer(invoice).lines]

    assert answer(("301", "11")) == ["approved"]
    assert answer(("302", "12"), ("301", "12"), ("301", "11")) == ["approved"] * 3


DIGEST_OF_A_WORLD = """
from tests import desks, test_reference
made = test_reference.world(12, ("blekinge",), test_reference.FOUR_REGIONS, 200)
mailroom = desks.Mailroom(desks.library("blekinge"), made.cards, made.preassessments)
print(desks.encoded(mailroom.answer(one, made.today) for one in made.invoices).decode())
"""


def test_another_process_with_another_hash_seed_gives_the_same_bytes() -> None:
    written = []
    for seed in ("1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(desks.PROJECT)}
        run = subprocess.run(
            [sys.executable, "-c", DIGEST_OF_A_WORLD],
            env=environment,
            cwd=desks.PROJECT,
            capture_output=True,
            check=True,
        )
        written.append(hashlib.sha256(run.stdout).hexdigest())
    assert len(set(written)) == 1


# --- 2: sums -----------------------------------------------------------------------------------


@given(histories.stories())
def test_sums_add_up(story: Story) -> None:
    for invoice, decision in zip(story[1], decisions(story), strict=True):
        asked = {line["line"]: line for line in invoice["lines"]}
        assert [line.line for line in decision.lines] == sorted(asked)
        for line in decision.lines:
            assert line.claimed_ore == asked[line.line]["price_ore"]
            assert 0 <= line.allowed_ore <= line.claimed_ore
            assert line.outcome == "approved" or line.allowed_ore == 0
        assert decision.claimed_ore == sum(line.claimed_ore for line in decision.lines)
        assert decision.allowed_ore == sum(line.allowed_ore for line in decision.lines)
        assert decision.patient_fee_ore + decision.payable_ore == decision.allowed_ore
        assert decision.patient_fee_ore == sum(visit.fee_ore for visit in decision.visits)
        days = sorted({line.treated_on for line in decision.lines})
        assert [visit.treated_on for visit in decision.visits] == days
        for visit in decision.visits:
            allowed = sum(
                line.allowed_ore for line in decision.lines if line.treated_on == visit.treated_on
            )
            assert 0 <= visit.fee_ore <= allowed
            assert (visit.fee_ore > 0) == (visit.reason == "charged")
            assert (allowed == 0) == (visit.reason == "nothing_approved")


@given(histories.stories())
def test_status_and_outcome_follow_from_lines_and_findings(story: Story) -> None:
    for decision in decisions(story):
        for line in decision.lines:
            found = [str(one.outcome) for one in line.findings if one.outcome is not None]
            assert line.outcome == max(found, key=STRENGTH.index, default="approved")
        outcomes = {line.outcome for line in decision.lines}
        waits = any(outcome.startswith("needs_") for outcome in outcomes)
        if waits:
            assert decision.status == "pending"
        elif outcomes == {"approved"}:
            assert decision.status == "approved"
        elif "approved" in outcomes:
            assert decision.status == "partly_approved"
        else:
            assert decision.status == "denied"


@given(histories.stories())
def test_a_fee_is_taken_once_a_visit(story: Story) -> None:
    taken: set[tuple[str, str, date]] = set()
    for invoice, decision in zip(story[1], decisions(story), strict=True):
        for visit in decision.visits:
            key = (invoice["patient"], invoice["clinic"], visit.treated_on)
            assert (visit.reason == "already_charged") <= (key in taken)
            if visit.fee_ore:
                assert key not in taken
                taken.add(key)


# --- 3: limits and ceilings --------------------------------------------------------------------


class Recount:
    """What is used, recounted from decisions in the order in which their lines were decided."""

    def __init__(self, applications: Iterable[Row]) -> None:
        self.openings: dict[str, list[str]] = {}
        for one in applications:
            if one["lines"] and one["support"] == "F":
                self.openings.setdefault(one["patient"], []).append(one["decided_on"])
        self.counted: list[tuple[str, date, str, int]] = []

    def used(self, patient: str, day: date, codes: set[str]) -> int:
        return sum(
            1
            for one, on, code, _ in self.counted
            if one == patient and on.year == day.year and code in codes
        )

    def sum_ore(self, patient: str, day: date) -> int:
        cuts = [date.fromisoformat(one) for one in self.openings.get(patient, ())]
        first = max([date(day.year, 1, 1), *(cut for cut in cuts if cut <= day)])
        last = min([date(day.year, 12, 31), *(cut - timedelta(1) for cut in cuts if cut > day)])
        return sum(
            allowed
            for one, on, code, allowed in self.counted
            if one == patient and first <= on <= last and code not in histories.OUTSIDE_CEILING
        )

    def take(self, patient: str, decision: Decision) -> None:
        """Check an answer's numbers against what was used before each line, and take it in."""
        for line in sorted(
            decision.lines, key=lambda one: (one.treated_on, one.code in histories.YIELDS, one.line)
        ):
            for finding in line.findings:
                if isinstance(finding, LimitReached):
                    codes, count = histories.LIMITS[finding.rule]
                    assert line.code in codes
                    assert finding.limit == count
                    assert finding.used == self.used(patient, line.treated_on, codes) >= count
                if isinstance(finding, CeilingReached):
                    assert finding.limit_ore == histories.CEILING_ORE
                    assert finding.used_ore == self.sum_ore(patient, line.treated_on)
            if line.outcome == "approved" and line.preassessment is None:
                self.counted.append((patient, line.treated_on, line.code, line.allowed_ore))
                for codes, count in histories.LIMITS.values():
                    if line.code in codes:
                        assert self.used(patient, line.treated_on, codes) <= count
                assert self.sum_ore(patient, line.treated_on) <= histories.CEILING_ORE


@given(histories.stories())
def test_limits_and_ceiling_are_what_approved_lines_add_up_to(story: Story) -> None:
    recount = Recount(story[0])
    for invoice, decision in zip(story[1], decisions(story), strict=True):
        recount.take(invoice["patient"], decision)


@given(histories.stories())
def test_an_application_carries_no_more_than_it_approves(story: Story) -> None:
    approved = {
        one["id"]: dict.fromkeys((line["code"] for line in one["lines"]), 0) for one in story[0]
    }
    for one in story[0]:
        for line in one["lines"]:
            approved[one["id"]][line["code"]] += line["count"]
    for decision in decisions(story):
        for line in decision.lines:
            if line.outcome == "approved" and line.preassessment is not None:
                approved[line.preassessment][line.code] -= 1
                assert approved[line.preassessment][line.code] >= 0


@given(histories.stories())
def test_approved_examinations_are_ten_months_apart(story: Story) -> None:
    days: dict[str, list[date]] = {}
    for invoice, decision in zip(story[1], decisions(story), strict=True):
        for line in decision.lines:
            if line.outcome == "approved" and line.code in histories.EXAMINATIONS:
                days.setdefault(invoice["patient"], []).append(line.treated_on)
    for examined in days.values():
        ordered = sorted(examined)
        for earlier, later in pairwise(ordered):
            assert (later - earlier).days >= 303


@given(histories.stories())
def test_what_is_remembered_is_a_recount(story: Story) -> None:
    """The tally beside a history is what its lines add up to, late lines included."""
    desk = desk_of(story[0])
    approved: dict[str, int] = {}
    for invoice in story[1]:
        decision = decide(desk, invoice)
        patient = invoice["patient"]
        approved[patient] = approved.get(patient, 0) + sum(
            line.outcome == "approved" for line in decision.lines
        )
        for held in desk._patients.values():
            days = [day for _, _, _, day, _ in lines_of(held.record)]
            assert days == sorted(days)
            assert max(days, default=-1) <= held.until
            if held.period is not None:
                assert held.tally == held.period.tally(held.record) == held.tally_in(held.period)
        known = {name.replace("-", ""): held for name, held in desk._patients.items()}
        for name, count in approved.items():
            record = known[name].record if name in known else b""
            assert len(record) == BYTES_A_LINE * count


# --- 4: patients and supports ------------------------------------------------------------------


@given(histories.stories(most=10))
def test_patients_do_not_affect_each_other(story: Story) -> None:
    together = decisions(story)
    for patient in histories.PATIENTS:
        alone = [one for one in story[1] if one["patient"] == patient]
        expected = [
            decision
            for one, decision in zip(story[1], together, strict=True)
            if one["patient"] == patient
        ]
        assert encoded(decisions((story[0], alone))) == encoded(expected)


@given(st.data())
def test_supports_do_not_affect_each_other(data: st.DataObject) -> None:
    """Save for duplicates and the fee of a visit: so N is treated elsewhere and in other places."""
    _, of_f = data.draw(histories.stories())
    _, of_n = data.draw(histories.stories())
    for invoice in of_n:
        invoice["support"] = "N"
        invoice["clinic"] = f"N-{invoice['clinic']}"
        for line in invoice["lines"]:
            line["surfaces"] = "N"
    order = data.draw(st.permutations(["F"] * len(of_f) + ["N"] * len(of_n)))
    queues = {"F": list(of_f), "N": list(of_n)}
    mixed = [queues[support].pop(0) for support in order]
    together = decisions(([], mixed), cards=histories.CARDS_OF_BOTH_SUPPORTS)
    for support, alone in (("F", of_f), ("N", of_n)):
        expected = [
            decision
            for one, decision in zip(mixed, together, strict=True)
            if one["support"] == support
        ]
        found = decisions(([], alone), cards=histories.CARDS_OF_BOTH_SUPPORTS)
        assert encoded(found) == encoded(expected)


@given(histories.stories())
def test_cards_and_applications_of_others_change_nothing(story: Story) -> None:
    stranger = desks.person_number(date(1980, 1, 1))
    cards = [*histories.CARDS, histories.card(stranger, "X-1", category="F1")]
    foreign = {
        "id": "X-1", "patient": stranger, "region": "jonkoping", "support": "F",
        "decided_on": "2026-02-01", "covers_from": "2026-01-01", "covers_to": "2026-12-31",
        "lines": [{"line": 1, "code": "824", "count": 9}],
    }  # fmt: skip
    refused = {**foreign, "id": "X-2", "patient": histories.ANNA, "lines": []}
    changed = decisions(([*story[0], foreign, refused], story[1]), cards=cards)
    assert encoded(changed) == encoded(decisions(story))


# --- 5: later editions -------------------------------------------------------------------------


def without_edition(decision: Decision) -> Row:
    row = desks.as_rows(decision)
    for line in row["lines"]:
        line.pop("edition")
    return row


@given(histories.stories())
def test_a_later_edition_changes_no_answer_for_an_earlier_day(story: Story) -> None:
    """Directions, prices and fees of 2027, and care of 2026."""
    before, after = decisions(story), decisions(story, folders=("later",))
    assert [without_edition(one) for one in after] == [without_edition(one) for one in before]


@given(histories.stories(most=2))
def test_a_later_edition_changes_no_name_of_an_earlier_one(story: Story) -> None:
    """An edition is named by the files in force that day, so files of later days are not in it."""
    assert encoded(decisions(story, folders=("later",))) == encoded(decisions(story))


# --- 7: every finding names its rule -----------------------------------------------------------


@given(histories.stories())
def test_every_finding_rests_on_a_place_in_a_document(story: Story) -> None:
    library = desks.library()
    for decision in decisions(story):
        for line in decision.lines:
            calendar = library.calendar("jonkoping", "F")
            book = calendar.on(line.treated_on).book
            assert line.edition == book.edition
            for finding in line.findings:
                citation = library.cite(finding.rule, book)
                assert citation.rule == finding.rule
                assert citation.place
                assert citation.source.title


@given(histories.stories())
def test_explaining_is_deciding(story: Story) -> None:
    """What is explained beforehand is what is decided, and explaining leaves no trace."""
    expected = decisions(story)
    desk = desk_of(story[0], kind=ExplainingDesk)
    assert isinstance(desk, ExplainingDesk)
    for row, decision in zip(story[1], expected, strict=True):
        invoice = msgspec.convert(row, Invoice)
        assert invoice.received_on is not None
        explained = desk.explain(invoice, invoice.received_on)
        assert encoded([explained.decision]) == encoded([decision])
        assert encoded([desk.decide(invoice, invoice.received_on)]) == encoded([decision])


# --- what else is true of changes --------------------------------------------------------------


@given(histories.stories(), st.data())
def test_order_of_lines_on_an_invoice_does_not_matter(story: Story, data: st.DataObject) -> None:
    shuffled = [{**one, "lines": data.draw(st.permutations(one["lines"]))} for one in story[1]]
    assert encoded(decisions((story[0], shuffled))) == encoded(decisions(story))


@given(histories.stories())
def test_lines_sent_one_by_one_are_decided_as_together(story: Story) -> None:
    """In the order in which an invoice's lines are decided; only a refused twin is then no
    duplicate, so every line has surfaces of its own."""
    for place, invoice in enumerate(story[1]):
        for line in invoice["lines"]:
            number = place << 12 | line["line"]
            line["surfaces"] = "".join(
                letter for bit, letter in enumerate(ascii_uppercase) if number >> bit & 1
            )
    together = decisions(story)
    singles = []
    for invoice in story[1]:
        ordered = sorted(
            invoice["lines"],
            key=lambda one: (one["treated_on"], one["code"] in histories.YIELDS, one["line"]),
        )
        singles += [{**invoice, "lines": [line]} for line in ordered]
    apart = decisions((story[0], histories.numbered(singles, "s")))
    found = [line for decision in apart for line in decision.lines]
    expected = [
        line
        for decision in together
        for line in sorted(
            decision.lines, key=lambda one: (one.treated_on, one.code in histories.YIELDS, one.line)
        )
    ]
    assert found == expected


@given(histories.stories(patients=(histories.ANNA,)), histories.lines())
def test_an_application_never_makes_a_line_fare_worse(story: Story, line: Row) -> None:
    """One decided after everything earlier, and covering only what comes after it."""
    opened = date(2026, 12, 31)
    next_line = {**line, "line": 1, "treated_on": opened.isoformat()}
    next_line.pop("preassessment", None)
    next_invoice = {
        "clinic": "A", "number": "next", "patient": histories.ANNA, "support": "F",
        "received_on": "2027-01-15", "lines": [next_line],
    }  # fmt: skip
    earlier = [
        {**one, "lines": [x for x in one["lines"] if x["treated_on"] < opened.isoformat()]}
        for one in story[1]
    ]
    invoices = [one for one in earlier if one["lines"]] + [next_invoice]
    application = {
        "id": "A-new", "patient": histories.ANNA, "region": "jonkoping", "support": "F",
        "decided_on": opened.isoformat(), "covers_from": opened.isoformat(),
        "covers_to": "2027-12-31",
        "lines": [{"line": 1, "code": next_line["code"], "count": 1}],
    }  # fmt: skip
    without = decisions((story[0], invoices))
    having = decisions(([*story[0], application], invoices))
    assert encoded(having[:-1]) == encoded(without[:-1])
    worse = STRENGTH.index(having[-1].lines[0].outcome)
    assert worse <= STRENGTH.index(without[-1].lines[0].outcome)
    assert having[-1].allowed_ore >= without[-1].allowed_ore


@given(histories.stories(), histories.lines(), st.integers(1, 100_000))
def test_asking_less_never_makes_a_line_fare_worse(story: Story, line: Row, less: int) -> None:
    outcomes = []
    for price in (line["price_ore"], max(0, line["price_ore"] - less)):
        invoice = {
            "clinic": "A", "number": "next", "patient": histories.BENGT, "support": "F",
            "received_on": "2027-01-15", "lines": [{**line, "line": 1, "price_ore": price}],
        }  # fmt: skip
        decision = decisions((story[0], [*story[1], invoice]))[-1]
        outcomes.append(STRENGTH.index(decision.lines[0].outcome))
    assert outcomes[1] <= outcomes[0]


@given(histories.stories(), histories.lines())
def test_a_line_that_fails_changes_nothing_later(story: Story, line: Row) -> None:
    """An invoice of which nothing is approved uses nothing: what follows is decided as without."""
    spoilt = {
        "clinic": "A", "number": "spoilt", "patient": histories.ANNA, "support": "F",
        "received_on": "2027-12-31", "lines": [{**line, "line": 1}],
    }  # fmt: skip
    having = decisions((story[0], [spoilt, *story[1]]))
    assert having[0].allowed_ore == 0
    assert encoded(having[1:]) == encoded(decisions(story))


@given(histories.stories(), st.sampled_from(["protected", "number", "empty", "repeated"]))
def test_a_refused_invoice_changes_nothing_later(story: Story, how: str) -> None:
    refused = json.loads(json.dumps(story[1][0]))
    if how == "protected":
        refused["protected_identity"] = True
    elif how == "number":
        refused["patient"] = "194102150000"
    elif how == "empty":
        refused["lines"] = []
    else:
        refused["lines"] = [*refused["lines"], refused["lines"][0]]
    having = decisions((story[0], [refused, *story[1]]))
    assert having[0].status == "invalid"
    assert having[0].claimed_ore == sum(line["price_ore"] for line in refused["lines"])
    assert encoded(having[1:]) == encoded(decisions(story))


def test_a_protected_identity_is_not_remembered() -> None:
    """The person number is not stored, not even while the desk is open."""
    desk = desk_of()
    invoice = {
        "clinic": "A", "number": "1", "patient": histories.BENGT, "support": "F",
        "received_on": "2026-01-01", "protected_identity": True, "lines": [],
    }  # fmt: skip
    assert decide(desk, invoice).status == "invalid"
    assert histories.BENGT not in desk._patients


def test_no_answer_holds_a_fraction() -> None:
    """Money is whole öre: no number in any answer has a decimal point."""
    made = test_reference.world(12, ("blekinge",), test_reference.FOUR_REGIONS, 200)
    mailroom = desks.Mailroom(desks.library("blekinge"), made.cards, made.preassessments)

    def refuse(text: str) -> float:
        pytest.fail(f"{text} is a fraction")

    for invoice in made.invoices:
        decision = mailroom.answer(invoice, made.today)
        json.loads(msgspec.json.encode(decision), parse_float=refuse)
