"""Which states has an application, and who may move it from which to which?

One table says it all; what it does not name is not possible. The names are those of Symfoni:
Inskickad, Under bedömning, Avvaktar komplettering, Avvaktar konsultsvar, Bedömd – Godkänd,
Godkänd med begränsningar, Avslagen, Avskriven.
"""

from typing import Final, Literal, NamedTuple

from registry.roles import Role

Decided = Literal["approved", "approved_with_limits", "refused"]
State = Literal[
    "draft",
    "submitted",
    "under_assessment",
    "waiting_for_supplement",
    "waiting_for_consultant",
    "approved",
    "approved_with_limits",
    "refused",
    "withdrawn",
    "dismissed",
]
Move = Literal[
    "create",
    "save",
    "submit",
    "supplement",
    "withdraw",
    "appeal",
    "take",
    "put_back",
    "hand_over",
    "ask_supplement",
    "ask_consultant",
    "answer",
    "recall",
    "decide",
    "dismiss",
    "change",
]


class Step(NamedTuple):
    """A move that a role may make from these states, and the states that it may lead to. None
    leads back to where it began."""

    move: Move
    role: Role
    begins: tuple[State | None, ...]
    leads: tuple[State, ...] | None


DECIDED: Final[tuple[Decided, ...]] = ("approved", "approved_with_limits", "refused")
_WAITING: Final[tuple[State, ...]] = ("waiting_for_supplement", "waiting_for_consultant")
_WITH_ASSESSOR: Final[tuple[State, ...]] = ("under_assessment", *_WAITING)
_OPEN: Final[tuple[State, ...]] = ("submitted", *_WITH_ASSESSOR)

WaitsFor = Literal["clinic", "assessor", "consultant"]
WAITING_FOR: Final[dict[WaitsFor, tuple[State, ...]]] = {
    "clinic": ("draft", "waiting_for_supplement"),
    "assessor": ("submitted", "under_assessment"),
    "consultant": ("waiting_for_consultant",),
}
"""Who has to do something, by the states that wait for them; no other state waits."""

STEPS: Final = (
    Step("create", "clinic", (None,), ("draft",)),
    Step("save", "clinic", ("draft",), None),
    Step("submit", "clinic", ("draft",), ("submitted",)),
    Step("supplement", "clinic", ("submitted",), None),
    Step("supplement", "clinic", ("waiting_for_supplement",), ("under_assessment",)),
    Step("withdraw", "clinic", ("draft", *_OPEN), ("withdrawn",)),
    Step("appeal", "clinic", DECIDED, ("submitted",)),
    Step("take", "assessor", ("submitted",), ("under_assessment",)),
    Step("put_back", "assessor", ("under_assessment",), ("submitted",)),
    Step("hand_over", "assessor", _WITH_ASSESSOR, None),
    Step("ask_supplement", "assessor", ("under_assessment",), ("waiting_for_supplement",)),
    Step("ask_consultant", "assessor", ("under_assessment",), ("waiting_for_consultant",)),
    Step("answer", "consultant", ("waiting_for_consultant",), ("under_assessment",)),
    Step("recall", "assessor", _WAITING, ("under_assessment",)),
    Step("decide", "assessor", ("under_assessment",), DECIDED),
    Step("dismiss", "assessor", ("under_assessment", "waiting_for_supplement"), ("dismissed",)),
    Step("change", "assessor", DECIDED, ("under_assessment",)),
)

NEED_WORDS: Final[frozenset[Move]] = frozenset(
    ("ask_supplement", "ask_consultant", "answer", "dismiss", "appeal", "change")
)
"""Moves that need something said: what is asked, what is answered, why. A decision has motives of
its own."""

NEED_HOLDER: Final[frozenset[Move]] = frozenset(
    ("put_back", "ask_supplement", "ask_consultant", "recall", "decide", "dismiss")
)
"""Moves of the assessor who has the application; any other takes it over first (hand_over)."""

_ENDINGS: Final[tuple[Move, ...]] = ("withdraw", "dismiss")


def leads_to(
    state: State | None, move: Move, role: Role, decided: Decided | None = None
) -> tuple[State, ...]:
    """The states that a move by a role may lead to; none where it is not possible.

    `decided` is what was decided before, where an appeal or a change has opened it again: to
    withdraw or dismiss that leaves the earlier decision as it was.
    """
    for step in STEPS:
        if step.move == move and step.role == role and state in step.begins:
            if decided is not None and move in _ENDINGS:
                return (decided,)
            if step.leads is not None:
                return step.leads
            assert state is not None
            return (state,)
    return ()


def possible(state: State | None, role: Role) -> list[Move]:
    """The moves that a role may make from a state, in the order of the table."""
    return [step.move for step in STEPS if step.role == role and state in step.begins]
