"""Whatever is done with invoices, cards and applications, in any order and by several keepers, is
as a plain model has it: the second reading of the rules (tests/reference.py) over lists of what is
approved and not credited.
"""

import copy
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text

from adjudication.invoice import Invoice
from invoices.correction import Credit, CreditFault
from invoices.submission import Submitted
from preassessments.decision import Preassessment
from registry.cards import Card
from storage import tables
from storage.acts import Acts
from storage.audit import Break, verify
from storage.checking import faults
from storage.crediting import credit_invoice
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards, put_preassessments, void_card
from tests import desks, histories
from tests.desks import Row
from tests.reference import Reference
from tests.storage.test_checking import unguard

KEEPERS = 3
FEE_ORE = 20_000
PLACES = st.one_of(st.integers(0, 2), st.integers(0, 2**16))
"""Which of several, counted round, from the latest."""

MUCH_OF = ("311", "343", "107", "114", "101", "503", "824", "121", "A941")

IS_SOAK = settings.get_current_profile_name() == "soak"
MUCH = settings(
    max_examples=150 if IS_SOAK else 15,
    stateful_step_count=50 if IS_SOAK else 20,
    suppress_health_check=list(HealthCheck),
)


class Kept:
    """An invoice that was kept: what was sent, the answer, and in öre what is left of each approved
    line and of each visit's fee."""

    def __init__(self, row: Row, answer: bytes, key: int) -> None:
        self.row, self.answer, self.key = row, answer, key
        decision = msgspec.json.decode(answer)
        self.lines = {line["line"]: line for line in decision["lines"]}
        self.left = {
            number: line["allowed_ore"]
            for number, line in self.lines.items()
            if line["outcome"] == "approved"
        }
        self.fees = {one["treated_on"]: one["fee_ore"] for one in decision["visits"]}

    def credit(self, asked: list[int] | None) -> dict[str, int] | list[CreditFault]:
        """What crediting these lines gives back, or why nothing does."""
        if not self.left or asked == []:
            return [CreditFault("nothing_left")]
        wrong = [
            CreditFault(
                "line_unknown" if line not in self.lines
                else "line_not_approved" if self.lines[line]["outcome"] != "approved"
                else "line_credited",
                line,
            )
            for line in asked or () if line not in self.left
        ]  # fmt: skip
        if wrong:
            return wrong
        back = {line: self.left.pop(line) for line in set(self.left if asked is None else asked)}
        fee = 0
        for day in {self.lines[line]["treated_on"] for line in back}:
            still = sum(
                ore for line, ore in self.left.items() if self.lines[line]["treated_on"] == day
            )
            fee += max(0, self.fees[day] - still)
            self.fees[day] = min(self.fees[day], still)
        allowed = sum(back.values())
        return {"allowed_ore": allowed, "patient_fee_ore": fee, "payable_ore": allowed - fee}


@cache
def _reference() -> Reference:
    return Reference(desks.rule_dirs(), [], [], today=histories.DAYS[-1])


def new_reference() -> Reference:
    """One that has read the rules, and nothing else."""
    found = copy.copy(_reference())
    found.cards, found.preassessments = [], []
    found.approved, found.fees_taken, found.decided = [], [], []
    return found


class Machine(RuleBasedStateMachine):
    """Does something to the database and to the model, and holds them together."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.library = desks.library()
        self.acts = Acts(self.database)
        self.model = new_reference()
        self.keepers = [self.keeper() for _ in range(KEEPERS)]
        self.kept: list[Kept] = []
        self.credited: list[Kept] = []
        self.sent = 0
        for card in histories.CARDS:
            self.put_card(card)

    def keeper(self) -> Keeper:
        return Keeper(self.database, self.library, "jonkoping")

    # What is done

    @rule(
        rows=st.lists(
            histories.invoices(applications=("B-1", "B-2", "B-3")), min_size=1, max_size=3
        ),
        keeper=st.integers(0, KEEPERS - 1),
    )
    def submit(self, rows: list[Row], keeper: int) -> None:
        """Some invoices in one transaction."""
        self.submit_all([self.numbered(row) for row in rows], keeper)

    @rule(
        code=st.sampled_from(MUCH_OF),
        patient=st.sampled_from(histories.PATIENTS[:2]),
        clinic=st.sampled_from("AB"),
        first=st.sampled_from(histories.DAYS[:-4]),
        apart=st.integers(0, 2),
        many=st.integers(1, 9),
        asks_nothing=st.integers(0, 3),
        keeper=st.integers(0, KEEPERS - 1),
    )
    def submit_much(
        self,
        code: str,
        patient: str,
        clinic: str,
        first: date,
        apart: int,
        many: int,
        asks_nothing: int,
        keeper: int,
    ) -> None:
        """Of one thing, so that limits, the ceiling and the interval are met; for one of the lines
        nothing may be asked."""
        days = [first + timedelta(days=apart * place) for place in range(many)]
        lines = [
            {
                "line": place, "treated_on": day.isoformat(), "code": code, "tooth": f"1{place}",
                "price_ore": 0 if place == asks_nothing else histories.tariff_ore(code),
                "performer": "hygienist" if code == "114" else "dentist",
            }
            for place, day in enumerate(days, 1)
            if place < 9
        ]  # fmt: skip
        row = {
            "clinic": clinic, "patient": patient, "support": "F", "care_level": "specialist",
            "received_on": days[-1].isoformat(), "lines": lines,
        }  # fmt: skip
        self.submit_all([self.numbered(row)], keeper)

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, keeper=st.integers(0, KEEPERS - 1), is_check=st.booleans())
    def resend(self, place: int, keeper: int, is_check: bool) -> None:
        """The first answer, whatever has happened since."""
        one = self.kept[-1 - place % len(self.kept)]
        later = {**one.row, "received_on": "2026-12-31"}
        answer = self.answered([later], keeper, is_check=is_check)[0]
        assert answer == Submitted(one.answer, None, one.key)

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, keeper=st.integers(0, KEEPERS - 1))
    def resend_altered(self, place: int, keeper: int) -> None:
        """Refused, and nothing is kept."""
        one = self.kept[-1 - place % len(self.kept)]
        altered = copy.deepcopy(one.row)
        altered["lines"][0]["price_ore"] += 1
        answer = self.answered([altered], keeper)[0]
        assert answer.is_refused
        found = msgspec.json.decode(answer.answer)["findings"]
        assert [finding["code"] for finding in found] == ["number_reused"]

    @rule(row=histories.invoices(), keeper=st.integers(0, KEEPERS - 1))
    def check(self, row: Row, keeper: int) -> None:
        """The answer of submitting, of which nothing stays."""
        row = self.numbered(row)
        known = [*self.model.approved], [*self.model.fees_taken], [*self.model.decided]
        expected = self.model.decide(row)
        self.model.approved, self.model.fees_taken, self.model.decided = known
        answer = self.answered([row], keeper, is_check=True)[0]
        assert answer.key is None
        self.need_alike(answer, expected)

    @precondition(lambda self: self.kept)
    @rule(
        place=PLACES,
        lines=st.one_of(
            st.none(),
            st.lists(st.integers(1, 9), max_size=3),
            st.lists(st.integers(10, 99), min_size=1, max_size=3),
        ),
    )
    def credit(self, place: int, lines: list[int] | None) -> None:
        """Some lines of an invoice, or all; half of the drawn ones are among those approved."""
        one = self.kept[-1 - place % len(self.kept)]
        if lines and max(lines) > 9 and one.left:
            lines = list({sorted(one.left)[line % len(one.left)] for line in lines})
        given, left = one.credit(lines), one.left
        answer = self.acts.do(
            lambda connection: credit_invoice(connection, one.key, lines, histories.DAYS[-1])
        )
        if isinstance(given, list):
            assert answer == given
            return
        assert isinstance(answer, Credit)
        assert {name: getattr(answer, name) for name in given} == given
        self.credited.append(one)
        bill = next(
            bill for bill, _ in self.model.decided
            if (bill["clinic"], bill["number"]) == (one.row["clinic"], one.row["number"])
        )  # fmt: skip
        gone = [id(line) for line in bill["lines"] if line["line"] not in left]
        self.model.approved = [each for each in self.model.approved if id(each.line) not in gone]
        for day, fee in one.fees.items():
            visit = (bill["patient"], bill["clinic"], date.fromisoformat(day))
            decided = msgspec.json.decode(one.answer)["visits"]
            took = next(each["fee_ore"] for each in decided if each["treated_on"] == day)
            if took and not fee and visit in self.model.fees_taken and self.is_last(one, visit):
                self.model.fees_taken.remove(visit)

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, many=st.integers(1, 8), is_billed_anew=st.booleans())
    def credit_in_turn(self, place: int, many: int, is_billed_anew: bool) -> None:
        """Line after line of an invoice, the dearest first."""
        one = self.kept[-1 - place % len(self.kept)]
        place %= len(self.kept)
        for line in sorted(one.left, key=lambda line: -one.left[line])[:many]:
            self.credit(place, [line])
        if is_billed_anew:
            self.submit_all([self.numbered(one.row)], keeper=0)

    @precondition(lambda self: self.credited)
    @rule(place=PLACES, keeper=st.integers(0, KEEPERS - 1))
    def bill_anew(self, place: int, keeper: int) -> None:
        """An invoice of which something was credited, under another number."""
        row = self.credited[-1 - place % len(self.credited)].row
        self.submit_all([self.numbered(row)], keeper)

    @rule(
        patient=st.sampled_from(histories.PATIENTS),
        first=st.sampled_from(histories.DAYS),
        days=st.one_of(st.none(), st.integers(0, 200)),
    )
    def card(self, patient: str, first: date, days: int | None) -> None:
        """A new card."""
        last = {} if days is None else {"valid_to": (first + timedelta(days)).isoformat()}
        number = f"D-{len(self.model.cards)}"
        self.put_card(histories.card(patient, number, valid_from=first.isoformat(), **last))

    @rule(place=PLACES, on=st.sampled_from(histories.DAYS))
    def void(self, place: int, on: date) -> None:
        """A card that is not voided yet."""
        held = [card for card in self.model.cards if not card.get("voided_on")]
        if held:
            card = held[place % len(held)]
            card["voided_on"] = on.isoformat()
            assert self.acts.do(self._voiding(card["number"], on))

    @rule(
        code=st.sampled_from(MUCH_OF),
        patient=st.sampled_from(histories.PATIENTS[:2]),
        count=st.integers(1, 3),
    )
    def application_for_much(self, code: str, patient: str, count: int) -> None:
        """Of what is billed often, for the whole year."""
        approved = {"line": 1, "code": code, "tooth": None, "count": count, "amount_ore": 30_000}
        first, last = histories.DAYS[0].isoformat(), histories.DAYS[-1].isoformat()
        self.application([
            {
                "patient": patient, "region": "jonkoping", "support": "F", "decided_on": first,
                "covers_from": first, "covers_to": last, "lines": [approved],
            }
        ])  # fmt: skip

    @precondition(lambda self: self.model.preassessments)
    @rule(place=PLACES, days=st.integers(0, 60), count=st.integers(0, 3))
    def replace(self, place: int, days: int, count: int) -> None:
        """A changed decision on an application, of as many of each line, or of none at all."""
        replaced = {one.get("replaces") for one in self.model.preassessments}
        held = [one for one in self.model.preassessments if one["id"] not in replaced]
        before = held[-1 - place % len(held)]
        decided = date.fromisoformat(before["decided_on"]) + timedelta(days)
        row = {
            **before,
            "id": f"B-{len(self.model.preassessments) + 1}",
            "decided_on": decided.isoformat(),
            "replaces": before["id"],
            "lines": [{**line, "count": count} for line in before["lines"] if count],
        }
        self.model.preassessments.append(row)
        self.acts.do(self._putting(msgspec.convert(row, Preassessment)))

    @rule(drawn=histories.applications())
    def application(self, drawn: list[Row]) -> None:
        """Decided applications, and decisions that replace others."""
        names: dict[str, str] = {}
        for row in drawn:
            number = len(self.model.preassessments) + 1
            names[row.get("id", "")] = f"B-{number}"
            row["id"] = f"B-{number}"
            if row.get("replaces"):
                row["replaces"] = names[row["replaces"]]
            self.model.preassessments.append(row)
            given = msgspec.convert(row, Preassessment)
            self.acts.do(self._putting(given))

    @rule(keeper=st.integers(0, KEEPERS - 1))
    def restart(self, keeper: int) -> None:
        """What it remembers is gone."""
        self.keepers[keeper] = self.keeper()

    # What always holds

    @invariant()
    def what_stands_is_within_what_the_rules_allow(self) -> None:
        standing = self.standing()
        of_model = Counter(
            (each.patient, each.day, each.line["code"], each.allowed)
            for each in self.model.approved
        )
        assert Counter(row[1:5] for row in standing) == of_model
        for patient in histories.PATIENTS:
            lines = [row for row in standing if row.number == patient and row.name is None]
            for codes, count in histories.LIMITS.values():
                assert sum(row.code in codes for row in lines) <= count
            cuts = [
                date.fromisoformat(one["decided_on"])
                for one in self.model.preassessments
                if one["patient"] == patient and one["lines"] and one["support"] == "F"
                and not any(before["lines"] for before in self.model.replaced_by(one))
            ]  # fmt: skip
            sums: Counter[date] = Counter()
            for row in lines:
                if row.code not in histories.OUTSIDE_CEILING:
                    sums[max((cut for cut in cuts if cut <= row.treated_on), default=date.min)] += (
                        row.allowed_ore
                    )
            assert max(sums.values(), default=0) <= histories.CEILING_ORE
        drawn = Counter((row.name, row.preassessment_line) for row in standing if row.name)
        approved = {
            (one["id"], line["line"]): line["count"]
            for one in self.model.preassessments
            for line in one["lines"]
        }
        assert all(many <= approved[key] for key, many in drawn.items())

    @invariant()
    def a_visit_costs_no_more_than_its_fee(self) -> None:
        paid: Counter[tuple[str, str, str]] = Counter()
        for one in self.kept:
            for day, fee in one.fees.items():
                paid[one.row["patient"], one.row["clinic"], day] += fee
        assert max(paid.values(), default=0) <= FEE_ORE
        visit, back = tables.visit.c, tables.credited_visit.c
        with self.database.reading() as connection:
            charged = connection.scalar(select(func.coalesce(func.sum(visit.fee_ore), 0)))
            given = connection.scalar(select(func.coalesce(func.sum(back.fee_ore), 0)))
        assert charged is not None
        assert given is not None
        assert charged - given == sum(paid.values())

    def teardown(self) -> None:
        with self.database.reading() as connection:
            assert list(faults(connection)) == []
            assert not any(isinstance(one, Break) for one in verify(connection))
            answers = dict(
                connection.execute(select(tables.invoice.c.id, tables.invoice.c.answer)).all()
            )
        assert answers == {one.key: one.answer for one in self.kept}

    # How

    def numbered(self, row: Row) -> Row:
        self.sent += 1
        return {**row, "number": str(self.sent)}

    def answered(self, rows: list[Row], keeper: int, *, is_check: bool = False) -> list[Submitted]:
        sent = [
            Sent(msgspec.convert(row, Invoice), date.fromisoformat(row["received_on"]), None,
                 is_check)
            for row in rows
        ]  # fmt: skip
        answers = self.keepers[keeper].submit(sent)
        return [answer for answer in answers if answer is not None]

    def submit_all(self, rows: list[Row], keeper: int) -> None:
        expected = [self.model.decide(row) for row in rows]
        for row, answer, right in zip(rows, self.answered(rows, keeper), expected, strict=True):
            self.need_alike(answer, right)
            if not answer.is_refused:
                assert answer.key is not None
                self.kept.append(Kept(row, answer.answer, answer.key))

    def need_alike(self, answer: Submitted, expected: Row) -> None:
        assert answer.is_new
        assert list(desks.differences(msgspec.json.decode(answer.answer), expected)) == []

    def put_card(self, card: Row) -> None:
        self.model.cards.append(dict(card))
        given = msgspec.convert(card, Card)
        self.acts.do(lambda connection: (None, put_cards(connection, self.library, [given])))

    def _putting(self, given: Preassessment) -> Callable[[Any], tuple[None, list[Any]]]:
        return lambda connection: (None, put_preassessments(connection, [given]))

    def _voiding(self, number: str, on: date) -> Callable[[Any], tuple[bool, list[Any]]]:
        def work(connection: Any) -> tuple[bool, list[Any]]:
            entries = void_card(connection, number, on)
            return bool(entries), entries or []

        return work

    def is_last(self, one: Kept, visit: tuple[str, str, date]) -> bool:
        """Whether no other invoice has taken the visit's fee since."""
        return not any(
            other.fees.get(visit[2].isoformat())
            for other in self.kept
            if other is not one and (other.row["patient"], other.row["clinic"]) == visit[:2]
        )

    def standing(self) -> Any:
        """The approved lines that are not credited, as the rows have them."""
        line, credited, patient = tables.line, tables.credited_line, tables.patient
        with self.database.reading() as connection:
            return connection.execute(
                select(
                    line.c.invoice_id, patient.c.number, line.c.treated_on, line.c.code,
                    line.c.allowed_ore, tables.preassessment.c.name, line.c.preassessment_line,
                )
                .join(tables.invoice, tables.invoice.c.id == line.c.invoice_id)
                .join(patient, patient.c.id == tables.invoice.c.patient_id)
                .outerjoin(
                    tables.preassessment, tables.preassessment.c.id == line.c.preassessment_id
                )
                .outerjoin(
                    credited,
                    (credited.c.invoice_id == line.c.invoice_id) & (credited.c.line == line.c.line),
                )
                .where(line.c.outcome == "approved", credited.c.line.is_(None))
            ).all()  # fmt: skip


def empty(database: Database) -> None:
    """Back to a new database: no way of the program's."""
    names = [table.name for table in tables.metadata.sorted_tables]
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
            return
        unguard(connection)
        for name in reversed(names):
            connection.execute(text(f"DELETE FROM {name}"))


def test_what_is_kept_is_as_a_plain_model_has_it(database: Database) -> None:
    class OnEmptyDatabase(Machine):
        def __init__(self) -> None:
            empty(database)
            super().__init__(database)

    run_state_machine_as_test(OnEmptyDatabase, settings=MUCH)
