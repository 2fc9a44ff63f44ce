"""A plain model of applications: who may move what, what is kept of it, what it comes to; and what
is drawn to do with them."""

from dataclasses import dataclass, field
from datetime import date

from hypothesis import strategies as st

from tests.applications import content, planned
from tests.desks import Row
from tests.preassessments.test_lifecycle import TABLE

PEOPLE = ("clinic", "other", "assessor", "second", "consultant", "aside")
ROLE = {"other": "clinic", "second": "assessor", "aside": "consultant"}
MOVES = tuple(sorted({move for _, _, move in TABLE} - {"create", "decide"}))
CODES = ("108", "407")
NEEDS_WORDS = {"ask_supplement", "ask_consultant", "answer", "dismiss", "appeal", "change"}
OF_HOLDER = {"put_back", "ask_supplement", "ask_consultant", "recall", "decide", "dismiss"}
RECIPIENTS = {"hand_over": "assessor", "ask_consultant": "consultant"}


@dataclass
class Kept:
    """An application as it should be; `decisions` are in the shape of decided applications."""

    key: int
    patient: str
    state: str
    versions: list[Row]
    moves: list[str] = field(default_factory=lambda: ["create"])
    holder: str | None = None
    consultant: str | None = None
    decisions: list[Row] = field(default_factory=list)
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

    def leads(self, move: str, who: str) -> tuple[str, ...]:
        """Where a move leads; nowhere where it cannot be made."""
        return TABLE.get((self.state, ROLE.get(who, who), move), ())

    def refusal(self, move: str, who: str, is_stale: bool, asked: Row) -> str | None:
        """Why a move by one who sees it is not made."""
        if is_stale:
            return "moved_on"
        if not self.leads(move, who):
            return "not_possible"
        if move in OF_HOLDER and self.holder != who:
            return "held_by_other"
        if (move in NEEDS_WORDS and not (asked.get("said") or "").strip()) or (
            move in RECIPIENTS and ROLE.get(asked["to"], asked["to"]) != RECIPIENTS[move]
        ):
            return "faulty"
        if move in {"submit", "supplement", "appeal"}:
            held = asked.get("content") or self.versions[-1]
            if not (held.get("status") or "").strip():
                return "incomplete"
        return None

    def moved(self, move: str, who: str, asked: Row, on: date) -> None:
        """Take note of a move that was made."""
        self.state = self.leads(move, who)[0]
        self.moves.append(move)
        if asked.get("content"):
            self.versions.append(asked["content"])
        if move in {"withdraw", "dismiss"} and self.statuses:
            self.state = self.statuses[-1]
        if move == "decide":
            self.state = self.noted_decision(asked["assessment"], on)
        self.consultant = asked["to"] if move == "ask_consultant" else self.consultant
        if self.state != "waiting_for_consultant":
            self.consultant = None
        if move in {"take", "change"}:
            self.holder = who
        elif move == "hand_over":
            self.holder = asked["to"]
        elif self.state in {"draft", "submitted", "withdrawn"}:
            self.holder = None

    def noted_decision(self, made: Row, on: date) -> str:
        plan = {line["line"]: line for line in self.versions[-1]["lines"]}
        approved = [
            {
                "line": line["line"], "code": plan[line["line"]]["code"], "tooth": None,
                "count": line["count"], "amount_ore": None,
            }
            for line in sorted(made["lines"], key=lambda one: int(one["line"]))
            if line["outcome"] == "approved"
        ]  # fmt: skip
        before = self.decisions[-1]["id"] if self.decisions else None
        self.decisions.append(
            {
                "id": f"A{self.key}" + (f"-{len(self.decisions) + 1}" if before else ""),
                "patient": self.patient, "region": "jonkoping", "support": "F",
                "decided_on": on.isoformat(), "covers_from": made["covers_from"],
                "covers_to": made["covers_to"], "lines": approved,
                **({"replaces": before} if before else {}),
            }
        )  # fmt: skip
        is_whole = all(plan[line["line"]]["count"] == line["count"] for line in approved)
        status = "refused"
        if approved:
            is_limited = made["condition"] or not is_whole or len(approved) < len(plan)
            status = "approved_with_limits" if is_limited else "approved"
        self.statuses.append(status)
        return status

    def way_on(self, who: str, whole: Row) -> tuple[str, str, Row]:
        """The next move towards a decision by somebody."""
        ways: dict[str, tuple[str, str, Row]] = {
            "draft": ("submit", "clinic", {"content": whole}),
            "submitted": ("take", who, {}),
            "under_assessment": ("hand_over", who, {"to": who}),
            "waiting_for_supplement": ("supplement", "clinic", {"content": whole}),
            "waiting_for_consultant": ("answer", self.consultant or "", {"said": "Ja."}),
        }
        return ways.get(self.state, ("change", who, {"said": "Nytt underlag."}))


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
ASKED = st.fixed_dictionaries(
    {
        "move": st.sampled_from(MOVES),
        "who": st.sampled_from(PEOPLE),
        "content": CONTENTS,
        "brings": st.booleans(),
        "is_stale": st.sampled_from((False, False, False, True)),
        "to": st.sampled_from(PEOPLE),
        "said": st.sampled_from(("Därför.", "Därför.", " ", None)),
    }
)
"""A move, and all that one may say with it."""
