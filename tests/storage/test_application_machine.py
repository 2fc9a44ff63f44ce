"""Whatever is done with applications, in any order and by anybody, is as a plain model has it: who
may move what, what is kept of it, and what of it invoices draw down and credits give back.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
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
from sqlalchemy import Connection

from adjudication.invoice import Invoice
from preassessments.application import Content
from preassessments.difference import differences
from registry.cards import Card
from storage.applications import KeptApplication
from storage.applying import NotMoved
from storage.audit import Break, verify
from storage.checking import faults
from storage.crediting import credit_invoice
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards
from storage.written import read_version
from tests import commands
from tests.applications import assessed, assessment, content, planned
from tests.desks import Row
from tests.preassessments.test_lifecycle import TABLE
from tests.storage.applying import Office
from tests.storage.test_machine import empty

IS_SOAK = settings.get_current_profile_name() == "soak"
MUCH = settings(
    max_examples=150 if IS_SOAK else 15,
    stateful_step_count=50 if IS_SOAK else 25,
    suppress_health_check=list(HealthCheck),
)
DECIDED = ("approved", "approved_with_limits", "refused")
PEOPLE = ("clinic", "other", "assessor", "second", "consultant", "aside")
ROLE = {"other": "clinic", "second": "assessor", "aside": "consultant"}
MOVES = tuple(sorted({move for _, _, move in TABLE} - {"create", "decide"}))
CODES = ("108", "407")
FIRST_BILLED = date(2026, 3, 2)
NEEDS_WORDS = {"ask_supplement", "ask_consultant", "answer", "dismiss", "appeal", "change"}
OF_HOLDER = {"put_back", "ask_supplement", "ask_consultant", "recall", "decide", "dismiss"}
RECIPIENTS = {"hand_over": "assessor", "ask_consultant": "consultant"}


@dataclass
class Decision:
    """What a decision approved, by line: code and count; and what is drawn of it."""

    name: str
    decided_on: date
    approved: dict[int, tuple[str, int]]
    drawn: Counter[int] = field(default_factory=Counter)


@dataclass
class Kept:
    """An application as it should be."""

    key: int
    state: str
    versions: list[Row]
    moves: list[str] = field(default_factory=lambda: ["create"])
    holder: str | None = None
    consultant: str | None = None
    decisions: list[Decision] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)

    @property
    def is_alive(self) -> bool:
        return self.state not in {"withdrawn", "dismissed"}

    def is_seen_by(self, who: str) -> bool:
        if who in {"clinic", "other"}:
            return who == "clinic"
        if who in {"consultant", "aside"}:
            return self.state == "waiting_for_consultant" and self.consultant == who
        return "submit" in self.moves

    def left(self, line: int) -> int:
        """Of the newest decision; what earlier ones had drawn under the number and code counts."""
        code, count = self.decisions[-1].approved[line]
        return count - sum(
            one.drawn[line] for one in self.decisions
            if one.approved.get(line, ("", 0))[0] == code
        )  # fmt: skip


PLANS = st.lists(
    st.builds(
        planned,
        st.sampled_from((1, 2, 3)),
        code=st.sampled_from(CODES),
        tooth=st.none(),
        count=st.integers(1, 3),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one["line"],
)
CONTENTS = st.builds(
    content,
    status=st.sampled_from(("Karies 36.", "Karies 37.", None, " ")),
    lines=PLANS,
)


class Machine(RuleBasedStateMachine):
    """Moves applications in the database and in the model, and holds them together."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.office = Office(database)
        self.keeper = Keeper(database, self.office.library, "jonkoping")
        self.kept: list[Kept] = []
        self.invoices: list[tuple[int, Decision | None, int]] = []
        self.day = FIRST_BILLED

        def put(connection: Connection) -> tuple[None, Any]:
            card = msgspec.convert(commands.card(), Card)
            return None, put_cards(connection, self.office.library, [card])

        self.office.acts.do(put)

    @rule(drawn=CONTENTS)
    def begin(self, drawn: Row) -> None:
        if len(self.kept) < 3:
            key = self.office.begun(str(len(self.kept)), content=drawn)
            self.kept.append(Kept(key, "draft", [drawn]))

    @precondition(lambda self: self.kept)
    @rule(
        place=st.integers(0, 2),
        move=st.sampled_from(MOVES),
        who=st.sampled_from(PEOPLE),
        drawn=CONTENTS,
        brings=st.booleans(),
        is_stale=st.sampled_from((False, False, False, True)),
        to=st.sampled_from(PEOPLE),
        said=st.sampled_from(("Därför.", "Därför.", " ", None)),
    )
    def move(
        self, place: int, move: str, who: str, drawn: Row, brings: bool, is_stale: bool, to: str,
        said: str | None,
    ) -> None:  # fmt: skip
        """Anything by anybody."""
        one = self.kept[place % len(self.kept)]
        asked: Row = {"said": said}
        if move in {"save", "supplement"} or (brings and move in {"submit", "appeal"}):
            asked["content"] = drawn
        if move in {"hand_over", "ask_consultant"}:
            asked["to"] = to
        self.tried(one, move, who, is_stale, asked)

    @precondition(lambda self: any(one.is_alive for one in self.kept))
    @rule(
        place=st.integers(0, 2),
        who=st.sampled_from(("assessor", "second")),
        drawn=CONTENTS,
        days=st.integers(0, 9),
        counts=st.lists(st.integers(0, 3), min_size=3, max_size=3),
        condition=st.sampled_from((None, "Ny bild.")),
        bills=st.integers(0, 3),
    )
    def decide(
        self, place: int, who: str, drawn: Row, days: int, counts: list[int],
        condition: str | None, bills: int,
    ) -> None:  # fmt: skip
        """From wherever it is, also anew: each line approved, cut or refused; and then billed."""
        some = [one for one in self.kept if one.is_alive]
        one = some[place % len(some)]
        whole = {**drawn, "status": "Karies 36."}
        while one.state != "under_assessment" or one.holder != who:
            move, by, asked = self.way_on(one, who, whole)
            self.tried(one, move, by, False, asked)
        lines = []
        for line, count in zip(one.versions[-1]["lines"], counts, strict=False):
            many = min(count, line["count"])
            fields = {"count": many} if many else {}
            outcome = "approved" if many else "refused"
            lines.append(assessed(line["line"], outcome, motive="Så.", **fields))
        made = assessment(covers_from="2026-01-01", condition=condition, lines=lines)
        self.tried(one, "decide", who, False, {"assessment": made}, days)
        for _ in range(bills):
            self.bill(one.versions[-1]["lines"][0]["code"], 1)

    def way_on(self, one: Kept, who: str, whole: Row) -> tuple[str, str, Row]:
        """The next move towards a decision."""
        ways: dict[str, tuple[str, str, Row]] = {
            "draft": ("submit", "clinic", {"content": whole}),
            "submitted": ("take", who, {}),
            "under_assessment": ("hand_over", who, {"to": who}),
            "waiting_for_supplement": ("supplement", "clinic", {"content": whole}),
            "waiting_for_consultant": ("answer", one.consultant or "", {"said": "Ja."}),
        }
        otherwise: tuple[str, str, Row] = ("change", who, {"said": "Nytt underlag."})
        return ways.get(one.state, otherwise)

    @rule(code=st.sampled_from(CODES), apart=st.integers(1, 4))
    def bill(self, code: str, apart: int) -> None:
        """An action that needs an application: carried by the oldest decision that has any left."""
        self.day += timedelta(apart)
        row = commands.invoice(
            str(len(self.invoices)),
            received_on=self.day.isoformat(),
            lines=[commands.line(code=code, treated_on=self.day.isoformat(), price_ore=1_000)],
        )
        (answer,) = self.keeper.submit([Sent(msgspec.convert(row, Invoice), self.day)])
        assert answer is not None
        assert answer.decision is not None
        assert answer.key is not None
        carrying = [
            (one.decisions[-1].decided_on, one.decisions[-1].name, line, one)
            for one in self.kept
            if one.decisions
            for line, (each, _) in one.decisions[-1].approved.items()
            if each == code and one.left(line) > 0
        ]
        (found,) = answer.decision.lines
        if not carrying:
            assert found.preassessment is None
            assert found.outcome == "needs_preassessment"
            self.invoices.append((answer.key, None, 0))
            return
        _, name, line, one = min(carrying, key=lambda each: each[:3])
        assert (found.outcome, found.preassessment) == ("approved", name)
        one.decisions[-1].drawn[line] += 1
        self.invoices.append((answer.key, one.decisions[-1], line))

    @precondition(lambda self: any(decision for _, decision, _ in self.invoices))
    @rule(place=st.integers(0, 99))
    def credit(self, place: int) -> None:
        """An invoice that drew something gives it back."""
        drawing = [each for each in self.invoices if each[1] is not None]
        key, decision, line = each = drawing[place % len(drawing)]
        self.office.acts.do(
            lambda connection: credit_invoice(connection, key, None, date(2026, 12, 31))
        )
        assert decision is not None
        decision.drawn[line] -= 1
        self.invoices.remove(each)
        self.invoices.append((key, None, 0))

    # What should come of it

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
        leads = TABLE.get((one.state, ROLE.get(who, who), move), ())
        brought = asked.get("content")
        expected = None
        if is_stale:
            expected = "moved_on"
        elif not leads:
            expected = "not_possible"
        elif move in OF_HOLDER and one.holder != who:
            expected = "held_by_other"
        elif (move in NEEDS_WORDS and not (asked.get("said") or "").strip()) or (
            move in RECIPIENTS and ROLE.get(asked["to"], asked["to"]) != RECIPIENTS[move]
        ):
            expected = "faulty"
        elif move in {"submit", "supplement", "appeal"}:
            held = brought or one.versions[-1]
            if not (held.get("status") or "").strip():
                expected = "incomplete"
        if expected is not None:
            assert isinstance(answer, NotMoved), (move, who, one)
            assert answer.reason == expected
            assert (answer.stands.state, answer.stands.place) == (one.state, len(one.moves))
            return
        assert isinstance(answer, KeptApplication), (answer, move, who, one)
        self.take_note(one, move, who, leads, asked, on)

    def take_note(
        self, one: Kept, move: str, who: str, leads: tuple[str, ...], asked: Row, on: date
    ) -> None:
        one.moves.append(move)
        one.state = leads[0]
        if asked.get("content"):
            one.versions.append(asked["content"])
        if move in {"withdraw", "dismiss"} and one.statuses:
            one.state = one.statuses[-1]
        if move == "decide":
            one.state = self.noted_decision(one, asked["assessment"], on)
        one.consultant = asked["to"] if move == "ask_consultant" else one.consultant
        if one.state != "waiting_for_consultant":
            one.consultant = None
        if move in {"take", "change"}:
            one.holder = who
        elif move == "hand_over":
            one.holder = asked["to"]
        elif one.state in {"draft", "submitted", "withdrawn"}:
            one.holder = None

    def noted_decision(self, one: Kept, made: Row, on: date) -> str:
        plan = {line["line"]: line for line in one.versions[-1]["lines"]}
        approved = {
            line["line"]: (plan[line["line"]]["code"], line["count"])
            for line in made["lines"] if line["outcome"] == "approved"
        }  # fmt: skip
        name = f"A{one.key}" + (f"-{len(one.decisions) + 1}" if one.decisions else "")
        one.decisions.append(Decision(name, on, approved))
        is_whole = all(plan[line]["count"] == count for line, (_, count) in approved.items())
        status = "refused"
        if approved:
            is_limited = made["condition"] or not is_whole or len(approved) < len(plan)
            status = "approved_with_limits" if is_limited else "approved"
        one.statuses.append(status)
        return status

    # What always holds

    @invariant()
    def each_stands_as_the_model_has_it(self) -> None:
        for one in self.kept:
            kept = self.office.read(one.key)
            stands = kept.stands
            assert (stands.state, stands.place, stands.version, stands.holder) == (
                one.state, len(one.moves), len(one.versions), one.holder,
            )  # fmt: skip
            assert [move.move for move in kept.moves] == one.moves
            assert [made.status for made in kept.decisions] == one.statuses
            for place, (made, known) in enumerate(
                zip(kept.decisions, one.decisions, strict=True), 1
            ):
                is_last = place == len(one.decisions)
                assert {line.line: (line.code, line.count) for line in made.lines} == known.approved
                assert made.preassessment == known.name
                for line in made.lines:
                    assert line.drawn == known.drawn[line.line] <= line.count
                    assert line.left == (max(one.left(line.line), 0) if is_last else 0)

    def teardown(self) -> None:
        for one in self.kept:
            for number, row in enumerate(one.versions, 1):
                found, _ = self.read_version(one.key, number)
                assert differences(found, msgspec.convert(row, Content)) == []
        with self.office.database.reading() as connection:
            assert list(faults(connection)) == []
            assert not any(isinstance(one, Break) for one in list(verify(connection)))

    def read_version(self, key: int, number: int) -> tuple[Content, Any]:
        with self.office.database.reading() as connection:
            found, entries = read_version(connection, key, number, self.office.who["clinic"])
        assert found is not None
        return found.content, entries


def test_applications_are_as_a_plain_model_has_them(database: Database) -> None:
    class OnEmptyDatabase(Machine):
        def __init__(self) -> None:
            empty(database)
            super().__init__(database)

    run_state_machine_as_test(OnEmptyDatabase, settings=MUCH)
