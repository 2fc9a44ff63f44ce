"""Whatever is applied for, sent, settled, credited, voided, found and decided again, in any order
and by several keepers: limits, ceilings, fees and applications stay exact, each version adds up
from the one before, first answers stay, and nothing is proposed twice.

What is answered to an invoice, and what an assessor's decision makes of a line, is held against the
plain second reading of the rules (tests/reference.py), by what the rows say is used; how
applications stand, against a plain model of them (applicationmodel.py).
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from adjudication.invoice import Invoice
from invoices.correction import Credit
from invoices.current import Current
from invoices.submission import Submitted
from invoices.supplement import LineDocument, SupplementFault
from preassessments.application import Content
from preassessments.decision import Preassessment
from preassessments.difference import differences
from registry.cards import Card
from storage import redeciding, tables
from storage.applications import KeptApplication
from storage.applying import NotMoved
from storage.approving import RedecisionFault, approve
from storage.assessing import AssessFault, Verdict, assess
from storage.audit import Break, verify
from storage.causes import (
    CardChanged,
    Cause,
    FreeCardFound,
    PreassessmentChanged,
    RulesChanged,
)
from storage.checking import faults
from storage.crediting import credit_invoice
from storage.current import read_currents
from storage.database import Database
from storage.documents import supplement
from storage.freecards import put_free_card
from storage.keeper import Keeper, Sent
from storage.patients import Patients
from storage.proposals import Proposal
from storage.proposing import propose
from storage.reference import put_cards, put_preassessments, void_card
from storage.versions import Revised
from storage.written import read_version
from tests import desks, histories
from tests.applications import assessed, assessment
from tests.desks import Row
from tests.reference import Approved, Reference, content_of
from tests.storage.applicationmodel import ASKED, CONTENTS, Kept
from tests.storage.applying import Office
from tests.storage.attaching import attached
from tests.storage.test_machine import empty, new_reference

KEEPERS = 2
MOST_BEGUN = 3
FEE_ORE = 20_000
TODAY = histories.DAYS[-1]
PLACES = st.integers(0, 2**16)
EVERYTHING = RulesChanged("jonkoping", "F", histories.DAYS[0], TODAY)
HELD_CODES = ("303", "304", "342", "343", "101", "108", "405", "407", "A941", "435", "311", "824")

IS_SOAK = settings.get_current_profile_name() == "soak"
MUCH = settings(
    max_examples=150 if IS_SOAK else 15,
    stateful_step_count=60 if IS_SOAK else 24,
    suppress_health_check=list(HealthCheck),
)


class Machine(RuleBasedStateMachine):
    """Does something to the database, and holds what is kept against itself and the rules."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.library = desks.library()
        self.keepers = [Keeper(database, self.library, "jonkoping") for _ in range(KEEPERS)]
        self.acts = self.keepers[0].acts
        self.office = Office(database)
        self.begun: list[Kept] = []
        self.first: dict[int, tuple[Row, bytes]] = {}
        self.cards = [dict(card) for card in histories.CARDS]
        self.applications: list[Row] = []
        self.free_cards = 0
        self.numbered = self.billed = 0
        given = msgspec.convert(self.cards, list[Card])
        self.acts.do(lambda connection: (None, put_cards(connection, self.library, given)))

    # What is done

    @rule(
        rows=st.lists(
            st.one_of(
                histories.invoices(applications=("B-1", "B-2")),
                histories.invoices(codes=HELD_CODES, applications=("B-1",)),
            ),
            min_size=1,
            max_size=3,
        ),
        keeper=st.integers(0, KEEPERS - 1),
    )
    def submit(self, rows: list[Row], keeper: int) -> None:
        for row in rows:
            self.numbered += 1
            row["number"] = str(self.numbered)
        reading = self.reading()
        expected = [reading.decide(row) for row in rows]
        answers = self.submitted(rows, keeper)
        for row, answer, right in zip(rows, answers, expected, strict=True):
            lines = msgspec.json.decode(answer.answer)["lines"]
            assert list(desks.differences({"lines": lines}, {"lines": right["lines"]})) == []
            if not answer.is_refused:
                assert answer.key is not None
                self.first[answer.key] = row, answer.answer

    @rule(
        code=st.sampled_from(("311", "343", "503", "824", "107")),
        patient=st.sampled_from(histories.PATIENTS[:2]),
        many=st.integers(3, 9),
        keeper=st.integers(0, KEEPERS - 1),
    )
    def submit_much(self, code: str, patient: str, many: int, keeper: int) -> None:
        """Of one thing, so that limits and the ceiling are met."""
        lines = [
            {
                "line": place, "treated_on": (histories.DAYS[3] + timedelta(place)).isoformat(),
                "code": code, "tooth": f"1{place % 8 + 1}", "price_ore": histories.tariff_ore(code),
                "performer": "dentist",
            }
            for place in range(1, many + 1)
        ]  # fmt: skip
        row = {
            "clinic": "A", "patient": patient, "support": "F", "care_level": "specialist",
            "received_on": "2026-02-01", "lines": lines,
        }  # fmt: skip
        self.submit([row], keeper)

    @precondition(lambda self: self.first)
    @rule(place=PLACES, keeper=st.integers(0, KEEPERS - 1))
    def resend(self, place: int, keeper: int) -> None:
        """The first answer for ever, and the number of the current version."""
        key = self.picked(sorted(self.first), place)
        row, answer = self.first[key]
        (found,) = self.submitted([row], keeper)
        assert found == Submitted(answer, None, key, self.current(key).version)

    @precondition(lambda self: self.held())
    @rule(
        place=PLACES,
        is_approved=st.integers(0, 3).map(bool),
        amount_ore=st.sampled_from((None, None, 0, 10_000, 900_000)),
        keeper=st.integers(0, KEEPERS - 1),
    )
    def settle(self, place: int, is_approved: bool, amount_ore: int | None, keeper: int) -> None:
        key, number = self.picked(self.held(), place)
        current = self.current(key)
        expected = self.expected(current, number, is_approved, amount_ore)
        verdict = Verdict(number, current.version, is_approved, amount_ore, "Bedömd")
        found = assess(self.keepers[keeper], key, verdict, TODAY)
        assert isinstance(found, Revised)
        assert found.number == current.version + 1
        (line,) = found.version.lines
        settled = {**expected, "findings": [one["code"] for one in expected["findings"]]}
        decided = msgspec.to_builtins(line)
        decided["findings"] = [one["code"] for one in decided["findings"]]
        assert {name: decided[name] for name in settled} == settled
        stale = assess(self.keepers[keeper], key, verdict, TODAY)
        assert isinstance(stale, AssessFault)
        assert stale.version == found.number

    @precondition(lambda self: self.held())
    @rule(place=PLACES, keeper=st.integers(0, KEEPERS - 1))
    def document(self, place: int, keeper: int) -> None:
        """Documents come to a waiting line, which is decided again at once; the same ones again
        change nothing. An invoice has so many and no more."""
        key, number = self.picked(self.held(), place)
        keys = attached(self.database, key, ("day_note", "record_copy"), TODAY)
        asked = [LineDocument(number, one) for one in keys]
        before = self.current(key)
        found = supplement(self.keepers[keeper], key, asked, TODAY)
        after = self.current(key)
        if isinstance(found, list):
            assert found == [SupplementFault("too_many")]
            assert after == before
            return
        assert found is not None
        assert after.version == before.version + (found.revised is not None)
        if number in after.held():
            again = supplement(self.keepers[keeper], key, asked, TODAY)
            assert again == found._replace(revised=None)

    @precondition(lambda self: self.first)
    @rule(place=PLACES, which=st.one_of(st.none(), PLACES))
    def credit(self, place: int, which: int | None) -> None:
        key = self.picked(sorted(self.first), place)
        current = self.current(key)
        standing = [number for number, line in current.lines.items() if line.is_standing]
        lines = None if which is None or not standing else [self.picked(standing, which)]
        answer = self.acts.do(lambda connection: credit_invoice(connection, key, lines, TODAY))
        assert isinstance(answer, Credit) == bool(standing)

    @rule(
        patient=st.sampled_from(histories.PATIENTS),
        first=st.sampled_from(histories.DAYS),
        is_redecided=st.booleans(),
    )
    def card(self, patient: str, first: date, is_redecided: bool) -> None:
        """One that was issued late, for care that is billed already."""
        card = histories.card(patient, f"D-{len(self.cards)}", valid_from=first.isoformat())
        self.cards.append(card)
        given = [msgspec.convert(card, Card)]
        self.acts.do(lambda connection: (None, put_cards(connection, self.library, given)))
        if is_redecided:
            self.redecide(CardChanged(card["number"]), 0)

    @rule(place=PLACES, on=st.sampled_from(histories.DAYS), is_redecided=st.booleans())
    def void(self, place: int, on: date, is_redecided: bool) -> None:
        held = [card for card in self.cards if not card.get("voided_on")]
        if not held:
            return
        card = self.picked(held, place)
        card["voided_on"] = on.isoformat()
        self.acts.do(lambda connection: (None, void_card(connection, card["number"], on) or []))
        if is_redecided:
            self.redecide(CardChanged(card["number"]), 1)

    @rule(drawn=histories.applications(), is_redecided=st.booleans())
    def application(self, drawn: list[Row], is_redecided: bool) -> None:
        """Approved after the invoices came: what waited for it is freed."""
        names: Row = {}
        for row in drawn:
            names[row["id"]] = row["id"] = f"B-{len(self.applications) + 1}"
            if row.get("replaces"):
                row["replaces"] = names[row["replaces"]]
            self.applications.append(row)
            self.put_application(msgspec.convert(row, Preassessment))
            if is_redecided:
                self.redecide(PreassessmentChanged(row["id"]), 0)

    @initialize(drawn=CONTENTS)
    def apply_first(self, drawn: Row) -> None:
        self.apply(histories.PATIENTS[0], drawn)

    @precondition(lambda self: len(self.begun) < MOST_BEGUN)
    @rule(patient=st.sampled_from(histories.PATIENTS[:2]), drawn=CONTENTS)
    def apply(self, patient: str, drawn: Row) -> None:
        """A clinic begins an application."""
        key = self.office.begun(str(len(self.begun)), patient=patient, content=drawn)
        self.begun.append(Kept(key, patient, "draft", [drawn]))

    @precondition(lambda self: self.begun)
    @rule(place=PLACES, asked=st.lists(ASKED, min_size=2, max_size=8))
    def move(self, place: int, asked: list[Row]) -> None:
        """An application is moved, or not, by anybody, several times."""
        one = self.picked(self.begun, place)
        for row in asked:
            move, said = row["move"], {"said": row["said"]}
            if move in {"save", "supplement"} or (row["brings"] and move in {"submit", "appeal"}):
                said["content"] = row["content"]
            if move in {"hand_over", "ask_consultant"}:
                said["to"] = row["to"]
            self.tried(one, move, row["who"], row["is_stale"], said)

    @precondition(lambda self: any(one.is_alive for one in self.begun))
    @rule(
        place=PLACES,
        who=st.sampled_from(("assessor", "second")),
        drawn=CONTENTS,
        days=st.integers(0, 9),
        counts=st.lists(st.integers(0, 3), min_size=3, max_size=3),
        condition=st.sampled_from((None, "Ny bild.")),
        is_redecided=st.booleans(),
        bills=st.integers(0, 4),
    )
    def decide(
        self, place: int, who: str, drawn: Row, days: int, counts: list[int],
        condition: str | None, is_redecided: bool, bills: int,
    ) -> None:  # fmt: skip
        """An application is decided from wherever it is, also anew: each line approved, cut or
        refused; what came before is decided again, and more is billed."""
        one = self.picked([one for one in self.begun if one.is_alive], place)
        whole = {**drawn, "status": "Karies 36."}
        while one.state != "under_assessment" or one.holder != who:
            move, by, asked = one.way_on(who, whole)
            self.tried(one, move, by, False, asked)
        lines = []
        for line, count in zip(one.versions[-1]["lines"], counts, strict=False):
            many = min(count, line["count"])
            fields = {"count": many} if many else {}
            outcome = "approved" if many else "refused"
            lines.append(assessed(line["line"], outcome, motive="Så.", **fields))
        made = assessment(covers_from="2026-01-01", condition=condition, lines=lines)
        self.tried(one, "decide", who, False, {"assessment": made}, days)
        if is_redecided:
            self.redecide(PreassessmentChanged(one.decisions[-1]["id"]), 0)
        if bills:
            self.bill(one.versions[-1]["lines"][0]["code"], one.patient, bills)

    def bill(self, code: str, patient: str, many: int) -> None:
        """What needs an application, each time of other days, so that it is drawn down."""
        days = [histories.BASE + timedelta(self.billed + place) for place in range(many)]
        self.billed += many
        lines = [
            {
                "line": place, "treated_on": day.isoformat(), "code": code, "price_ore": 1_000,
                "performer": "dentist",
            }
            for place, day in enumerate(days, 1)
        ]  # fmt: skip
        row = {
            "clinic": "A", "patient": patient, "support": "F", "lines": lines,
            "received_on": days[-1].isoformat(),
        }  # fmt: skip
        self.submit([row], 0)

    def tried(
        self, one: Kept, move: str, who: str, is_stale: bool, asked: Row, days: int = 0
    ) -> None:
        """A move, whether or not it can be made."""
        after = len(one.moves) - is_stale
        on = date(2026, 2, 20) + timedelta(days)
        answer = self.office.move(one.key, who, move, after=after, on=on, **asked)
        if not one.is_seen_by(who):
            assert answer is None
            return
        why = one.refusal(move, who, is_stale, asked)
        if why is not None:
            assert isinstance(answer, NotMoved), (move, who, one)
            assert answer.reason == why
            assert (answer.stands.state, answer.stands.place) == (one.state, len(one.moves))
            return
        assert isinstance(answer, KeptApplication), (answer, move, who, one)
        one.moved(move, who, asked, on)
        if move == "decide":
            self.applications.append(one.decisions[-1])

    @rule(patient=st.sampled_from(histories.PATIENTS), first=st.sampled_from(histories.DAYS))
    def free_card(self, patient: str, first: date) -> None:
        self.free_cards += 1
        number, last = f"E-{self.free_cards}", first + timedelta(90)
        self.acts.do(
            lambda connection: (
                None, put_free_card(connection, patient, number, first, last) or [],
            )
        )  # fmt: skip
        self.redecide(FreeCardFound(number), 0)

    @rule(keeper=st.integers(0, KEEPERS - 1))
    def redecide_everything(self, keeper: int) -> None:
        self.redecide(EVERYTHING, keeper)

    @rule(keeper=st.integers(0, KEEPERS - 1))
    def restart(self, keeper: int) -> None:
        """What it remembers is gone."""
        self.keepers[keeper] = Keeper(self.database, self.library, "jonkoping")

    def redecide(self, cause: Cause, keeper: int) -> None:
        """Previewed, which changes nothing; carried out, which changes what was shown; and then
        there is nothing left to change."""
        before = self.currents()
        self.need_quick_as_full(keeper)
        proposal = propose(self.keepers[keeper], cause, TODAY)
        assert proposal is not None
        assert self.currents() == before
        answer = approve(
            self.keepers[keeper], proposal.id, proposal.digest, TODAY,
        )  # fmt: skip
        if not proposal.summary.invoices:
            assert answer == RedecisionFault("nothing_changes")
            return
        assert isinstance(answer, Proposal)
        after = self.currents()
        changed = [key for key in before if after[key].version != before[key].version]
        assert len(changed) == proposal.summary.invoices
        again = propose(self.keepers[keeper], cause, TODAY)
        assert again is not None
        assert again.summary.invoices == 0

    def need_quick_as_full(self, keeper: int) -> None:
        """Who is seen quickly to stay as they are does."""
        with self.database.reading() as connection:
            patients = list(connection.scalars(select(tables.patient.c.id)))
            found = [
                way(connection, self.keepers[keeper], patients, TODAY)
                for way in (redeciding.decide, redeciding.decide_fully)
            ]
        assert found[0].changes == found[1].changes

    # What always holds

    @invariant()
    def what_stands_is_within_what_the_rules_allow(self) -> None:
        currents, reading = self.currents().values(), new_reference()
        reading.preassessments = self.applications
        for patient in histories.PATIENTS:
            lines = [
                (one, line)
                for one in currents
                if one.invoice.patient == patient
                for line in one.lines.values()
                if line.is_standing and line.carrier is None and not self.is_carried(one, line)
            ]
            for codes, count in histories.LIMITS.values():
                assert sum(line.sent.code in codes for _, line in lines) <= count
            cuts = [
                date.fromisoformat(one["decided_on"])
                for one in self.applications
                if one["patient"] == patient and one["lines"] and one["support"] == "F"
                and not any(before["lines"] for before in reading.replaced_by(one))
            ]  # fmt: skip
            sums: Counter[date] = Counter()
            for _, line in lines:
                if line.sent.code not in histories.OUTSIDE_CEILING:
                    on = line.sent.treated_on
                    sums[max((cut for cut in cuts if cut <= on), default=date.min)] += (
                        line.allowed_ore
                    )
            assert max(sums.values(), default=0) <= histories.CEILING_ORE
        drawn = Counter(
            line.carrier
            for one in currents
            for line in one.lines.values()
            if line.is_standing and line.carrier is not None
        )
        approved = {
            (one["id"], line["line"]): line["count"]
            for one in self.applications
            for line in one["lines"]
        }
        assert all(many <= approved[key] for key, many in drawn.items())

    @invariant()
    def a_visit_costs_no_more_than_its_fee(self) -> None:
        paid: Counter[tuple[str, str, date]] = Counter()
        for one in self.currents().values():
            for day, fee in one.fees_left().items():
                allowed = sum(
                    line.allowed_ore
                    for line in one.lines.values()
                    if line.is_standing and line.sent.treated_on == day
                )
                assert 0 <= fee <= allowed
                paid[one.invoice.patient, one.invoice.clinic, day] += fee
        assert max(paid.values(), default=0) <= FEE_ORE

    @invariant()
    def decisions_say_what_stands(self) -> None:
        """The whole decision as it stands, line by line and sum by sum."""
        for one in self.currents().values():
            decision = self.decision(one.row)
            assert decision["payable_ore"] + decision["patient_fee_ore"] == decision["allowed_ore"]
            assert decision["allowed_ore"] == sum(x["allowed_ore"] for x in decision["lines"])
            assert decision["patient_fee_ore"] == sum(x["fee_ore"] for x in decision["visits"])
            for line in decision["lines"]:
                now = one.lines[line["line"]]
                assert (line["outcome"], line["allowed_ore"]) == (now.outcome, now.allowed_ore)
                assert 0 <= line["allowed_ore"] <= line["claimed_ore"]
                by_application = now.carrier[0] if now.carrier else None
                assert line["outcome"] != "approved" or line["preassessment"] == by_application

    @invariant()
    def applications_stand_as_the_model_has_them(self) -> None:
        """With what is drawn of each decision, and what is left of the last one."""
        drawn = Counter(
            line.carrier
            for current in self.currents().values()
            for line in current.lines.values()
            if line.is_standing
        )
        for one in self.begun:
            kept = self.office.read(one.key)
            stands = kept.stands
            assert (stands.state, stands.place, stands.version, stands.holder) == (
                one.state, len(one.moves), len(one.versions), one.holder,
            )  # fmt: skip
            assert [move.move for move in kept.moves] == one.moves
            assert [made.status for made in kept.decisions] == one.statuses
            for made, known in zip(kept.decisions, one.decisions, strict=True):
                assert (made.preassessment, made.replaces) == (known["id"], known.get("replaces"))
                assert [(line.line, line.code, line.count) for line in made.lines] == [
                    (line["line"], line["code"], line["count"]) for line in known["lines"]
                ]
                for line in made.lines:
                    used = sum(
                        drawn[each["id"], line.line]
                        for each in one.decisions
                        if any((x["line"], x["code"]) == (line.line, line.code)
                               for x in each["lines"])
                    )  # fmt: skip
                    assert line.drawn == drawn[known["id"], line.line] <= line.count
                    is_last = known is one.decisions[-1]
                    assert line.left == (max(line.count - used, 0) if is_last else 0)

    @invariant()
    def what_is_remembered_is_what_the_rows_say(self) -> None:
        for keeper in self.keepers:
            with self.database.writing() as connection:
                clinics = keeper.adjudicator._clinics
                anew = Patients(self.library, clinics).read(connection, histories.PATIENTS)
                known = keeper.patients.read(connection, histories.PATIENTS)
            for number, (_, version, patient) in anew.items():
                assert known[number][1] == version
                assert sorted(_lines(known[number][2].record)) == sorted(_lines(patient.record))
                one, other = known[number][2].balance, patient.balance
                drawn = [None if x is None else +Counter(x.drawn) for x in (one, other)]
                assert drawn[0] == drawn[1]

    def teardown(self) -> None:
        clinic = self.office.who["clinic"]
        for one in self.begun:
            for number, row in enumerate(one.versions, 1):
                with self.database.reading() as connection:
                    found, _ = read_version(connection, one.key, number, clinic)
                assert found is not None
                assert differences(found.content, msgspec.convert(row, Content)) == []
        with self.database.reading() as connection:
            assert list(faults(connection)) == []
            assert not any(isinstance(one, Break) for one in verify(connection))
            invoice = tables.invoice.c
            rows = connection.execute(
                select(invoice.id, invoice.answer).where(invoice.version == 1)
            )
            assert {row.id: row.answer for row in rows} == {
                key: answer for key, (_, answer) in self.first.items()
            }

    # How

    def picked(self, some: list[Any], place: int) -> Any:
        return some[place % len(some)]

    def put_application(self, given: Preassessment) -> None:
        self.acts.do(lambda connection: (None, put_preassessments(connection, [given])))

    def submitted(self, rows: list[Row], keeper: int) -> list[Submitted]:
        sent = [
            Sent(msgspec.convert(row, Invoice), date.fromisoformat(row["received_on"]))
            for row in rows
        ]
        return [one for one in self.keepers[keeper].submit(sent) if one is not None]

    def currents(self) -> dict[int, Current]:
        with self.database.reading() as connection:
            patients = connection.scalars(select(tables.patient.c.id)).all()
            found = read_currents(connection, patients)
        return {one.key: one for of in found.values() for one in of}

    def current(self, key: int) -> Current:
        return self.currents()[key]

    def held(self) -> list[tuple[int, int]]:
        return [
            (key, number) for key, one in sorted(self.currents().items()) for number in one.held()
        ]

    def decision(self, row: int) -> Row:
        invoice = tables.invoice.c
        with self.database.reading() as connection:
            answer = connection.scalar(select(invoice.answer).where(invoice.id == row))
        found: Row = msgspec.json.decode(answer or b"")
        return found

    def is_carried(self, one: Current, line: Any) -> bool:
        """By an assessor, in the version that decided the line."""
        column = tables.line.c
        with self.database.reading() as connection:
            return (
                connection.scalar(
                    select(column.assessment_id).where(
                        column.invoice_id == line.row, column.line == line.sent.line
                    )
                )
                is not None
            )

    def expected(
        self, current: Current, number: int, is_approved: bool, amount_ore: int | None
    ) -> Row:
        """What the plain reading makes of a line when an assessor has decided it."""
        reading = self.reading()
        held = next(one for one in self.decision(current.row)["lines"] if one["line"] == number)
        holding = [one["code"] for one in held["findings"] if one["code"] in HOLDING]
        verdict: Row = {
            "id": "", "is_approved": is_approved, "settles": holding,
            "by_application": held["preassessment"] is not None,
        }  # fmt: skip
        if amount_ore is not None:
            verdict["amount_ore"] = amount_ore
        sent = msgspec.to_builtins(current.invoice)
        sent["lines"] = [line for line in sent["lines"] if line["line"] == number]
        decided = reading.decide_lines(content_of(sent), current.received_on, {number: verdict})
        (line,) = decided["lines"]
        assert isinstance(line, dict)
        return line

    def reading(self) -> Reference:
        """A plain reading that knows what stands."""
        reading = new_reference()
        reading.cards = [dict(card) for card in self.cards]
        reading.preassessments = [dict(one) for one in self.applications]
        for one in self.currents().values():
            sent = {
                line["line"]: line for line in content_of(msgspec.to_builtins(one.invoice))["lines"]
            }
            for number, line in one.lines.items():
                if line.is_standing:
                    carrier = line.carrier or (("", 0) if self.is_carried(one, line) else None)
                    reading.approved.append(
                        Approved(
                            one.invoice.patient, one.invoice.support, line.sent.treated_on,
                            sent[number], line.allowed_ore, carrier,
                        )
                    )  # fmt: skip
            reading.fees_taken += [
                (one.invoice.patient, one.invoice.clinic, day)
                for day, fee in one.fees_left().items()
                if fee
            ]
        return reading


HOLDING = {
    "preassessment_required", "limit_reached", "ceiling_reached", "motivation_missing",
    "document_missing", "rules_missing", "motivation_to_assess", "tariff_price_missing",
}  # fmt: skip


def _lines(record: bytes) -> list[bytes]:
    """The lines of a record, without the clinic that took a fee: in memory the last of a visit says
    so, in rows all do."""
    return [record[place : place + 12] for place in range(0, len(record), 16)]


def test_all_stays_exact_whatever_happens(database: Database) -> None:
    class OnEmptyDatabase(Machine):
        def __init__(self) -> None:
            empty(database)
            super().__init__(database)

    run_state_machine_as_test(OnEmptyDatabase, settings=MUCH)
