"""Made-up applications in every state: a Monday morning's queue, and what was decided before it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from adjudication.library import Library
from cli.demodocuments import Drawn, documents
from population.region import Year
from preassessments.application import Application, Content, Kind, PlanLine, Xray
from preassessments.assessment import AssessedLine, Assessment
from preassessments.lifecycle import Move
from registry.cards import Card
from storage.access import Token, find, issue
from storage.acts import Acts, Done
from storage.applications import KeptApplication
from storage.applying import move_application, put_application
from storage.attachments import Announced, KeptAttachment, announce
from storage.audit import Entry
from storage.files import Incoming
from storage.moves import Asked
from storage.receiving import Sender, keep_file
from terms.person import without_dash

_OLDEST: Final = 43
"""Days that the one has waited which has waited longest."""

_LATE_XRAY: Final = 20
_RETROSPECTIVE: Final = 9
"""One in so many asks in retrospect."""

_PlannedAction = tuple[str, str | None, int, int]

_PLANS: Final[Mapping[str, Sequence[Sequence[_PlannedAction]]]] = {
    "jonkoping": (
        (("405", None, 1, 433_000), ("407", "36", 2, 247_000)),
        (("108", None, 1, 189_500),),
        (("407", "46", 1, 247_000), ("704", "45", 1, 149_500), ("705", "47", 1, 176_000)),
        (("A941", None, 4, 120_000),),
        (("405", None, 1, 460_000), ("401", "28", 1, 126_500), ("823", None, 1, 678_500)),
        (("341", None, 2, 92_000), ("342", None, 2, 143_000), ("206", None, 3, 48_500)),
        (("831", None, 1, 61_500), ("101", None, 1, 110_000)),
        (("827", None, 1, 1_251_000), ("501", "14", 1, 410_500)),
    ),
    "dalarna": (
        (("824", None, 1, 900_000),),
        (("502", "27", 1, 500_000), ("704", "27", 1, 149_500)),
    ),
    "vasterbotten": (
        (("824", None, 1, 880_000), ("845", None, 1, 95_000)),
        (("800", "15", 1, 700_000), ("831", None, 1, 61_500)),
    ),
}
"""Code, tooth, count and price of each line, as clinics of a region apply for them."""

_MOTIVATIONS: Final = (
    "Tanden har stora karieskavitet och kan inte lagas på annat sätt.",
    "Patienten kan inte tugga på den sidan och går ned i vikt.",
    None,
    "Behandlingen behöver delas upp på flera besök.",
)
_MOTIVES: Final = (
    "Behovet är visat med status och röntgen, och åtgärderna ryms inom regelverket.",
    "Åtgärderna hör till den nödvändiga vården för patientens grupp.",
    "En enklare åtgärd ger samma nytta för patienten.",
)
_DECIDED_BEFORE: Final = 46
"""Days before today on which the oldest that is decided came in."""


class Crew(NamedTuple):
    """Who moves applications: two assessors and a consultant, and each clinic's journal system."""

    assessor: Token
    colleague: Token
    consultant: Token
    clinics: Mapping[str, Token]


Fate = Literal[
    "approved", "cut", "refused", "dismissed", "withdrawn", "draft", "supplement", "consultant",
    "colleague", "mine", "appealed", "submitted",
]  # fmt: skip

FATES: Final[Mapping[Fate, int]] = {
    "approved": 6, "cut": 4, "refused": 3, "dismissed": 1, "withdrawn": 1, "draft": 2,
    "supplement": 3, "consultant": 2, "colleague": 2, "mine": 3, "appealed": 2, "submitted": 38,
}  # fmt: skip
"""How many are made of each, in this order: what is decided is there for those who decide next."""


_FRESH: Final[Mapping[Fate, int]] = {
    **dict.fromkeys(FATES, 6), "draft": 0, "submitted": 0, "mine": 2,
    "colleague": 3, "consultant": 4, "supplement": 16,
}  # fmt: skip
"""Days before today on which the newest of each came in: there is to be time for the rest."""


class _Case(NamedTuple):
    """An application to make: whose, by which clinic, how long ago it came in, what becomes of it,
    and the documents that go with it."""

    number: int
    card: Card
    clinic: str
    came_on: date
    fate: Fate
    documents: list[Drawn]

    @property
    def plan(self) -> Sequence[_PlannedAction]:
        plans = _PLANS[self.card.region]
        return plans[self.number % len(plans)]

    @property
    def kind(self) -> Kind:
        return "retrospective" if self.number % _RETROSPECTIVE == 0 else "advance"


def fill_queue(
    acts: Acts, library: Library, made: Year, crew: Crew, folder: Path, today: date
) -> None:
    """Put in the documents, and then all applications with a note that it is done: all of them, or
    none."""
    cases = list(_cases(made, crew, today))
    enclosed = _enclose(acts, cases, folder)
    acts.do(lambda connection: (None, _entries(connection, library, cases, enclosed, crew, today)))


def journal_systems(
    connection: Connection, clinics: Sequence[str], number: int
) -> Done[dict[str, Token]]:
    """A token for each clinic's journal system, by which applications come; named by a number that
    no others have."""
    tokens, entries = {}, []
    for clinic in clinics:
        secret, entry = issue(connection, f"journalsystem {number} {clinic}", "clinic", clinic)
        token = find(connection, secret)
        assert token is not None
        tokens[clinic] = token
        entries.append(entry)
    return tokens, entries


def _cases(made: Year, crew: Crew, today: date) -> Iterator[_Case]:
    """By the patients who have a card and a clinic, in turn."""
    clinics = {without_dash(one.patient): one.clinic for one, _ in made.invoices}
    cards = [
        one
        for one in made.cards
        if clinics.get(one.patient) in crew.clinics and one.valid_from <= today
    ]
    fates = [fate for fate, many in FATES.items() for _ in range(many)]
    drawn = documents()
    for number, (fate, card) in enumerate(zip(fates, cycle(cards), strict=False), 1):
        xray = drawn[number % 3]
        papers = [drawn[3 + number % 3]] if number % 2 else []
        days = number * 17 % (_OLDEST + 1) if fate == "submitted" else _DECIDED_BEFORE - number
        yield _Case(
            number,
            card,
            clinics[card.patient],
            today - timedelta(days=max(days, _FRESH[fate])),
            fate,
            [xray, *papers],
        )


def _enclose(acts: Acts, cases: Sequence[_Case], folder: Path) -> dict[int, list[int]]:
    """Announce and keep every document: by the number of its application, the attachments' keys."""
    folder.mkdir(mode=0o700, exist_ok=True)

    def announced(connection: Connection) -> Done[list[tuple[_Case, Drawn, int]]]:
        found: list[tuple[_Case, Drawn, int]] = []
        entries: list[Entry] = []
        for one in cases:
            for drawn in one.documents:
                said = Announced(one.clinic, one.card.patient, drawn.kind, drawn.title)
                kept, more = announce(connection, said, one.came_on, None)
                assert isinstance(kept, KeptAttachment), kept
                found.append((one, drawn, kept.id))
                entries += more
        return found, entries

    enclosed: dict[int, list[int]] = {}
    for one, drawn, key in acts.do(announced):
        incoming = Incoming(folder)
        incoming.write(drawn.content)
        keep_file(acts, incoming, key, drawn.sound, Sender(one.clinic), one.came_on)
        enclosed.setdefault(one.number, []).append(key)
    return enclosed


def _entries(
    connection: Connection,
    library: Library,
    cases: Sequence[_Case],
    enclosed: Mapping[int, list[int]],
    crew: Crew,
    today: date,
) -> list[Entry]:
    """Make every application, and what the log says of it."""
    office = _Office(connection, library, crew, today)
    for one in cases:
        office.live(one, enclosed[one.number])
    return [*office.entries, Entry("fill_demo", subject="queue")]


class _Office:
    """Lets applications live, in one transaction."""

    def __init__(self, connection: Connection, library: Library, crew: Crew, today: date) -> None:
        self._connection = connection
        self._library = library
        self._crew = crew
        self._today = today
        self.entries: list[Entry] = []

    def live(self, case: _Case, enclosed: list[int]) -> None:
        """From draft to what becomes of it."""
        clinic, assessor = self._crew.clinics[case.clinic], self._crew.assessor
        kept = self._begun(case, enclosed, clinic)
        if case.fate == "draft":
            return
        content = _with_all_done(kept)
        kept = self._move(kept, clinic, case.came_on, "submit", content=content)
        if case.fate == "submitted":
            return
        later = min(case.came_on + timedelta(days=5), self._today)
        match case.fate:
            case "withdrawn":
                self._move(kept, clinic, later, "withdraw", said="Patienten har flyttat.")
            case "colleague":
                self._move(kept, self._crew.colleague, later, "take")
            case "mine":
                self._move(kept, assessor, later, "take")
            case "dismissed":
                kept = self._move(kept, assessor, later, "take")
                self._move(kept, assessor, later, "dismiss", said="Ansökan kom in två gånger.")
            case "supplement":
                kept = self._move(kept, assessor, later, "take")
                asked = "Skicka en röntgenbild där hela roten på 36 syns."
                by = later + timedelta(days=14)
                self._move(kept, assessor, later, "ask_supplement", said=asked, answer_by=by)
            case "consultant":
                kept = self._move(kept, assessor, later, "take")
                asked, to = "Är tanden värd att behandla?", self._crew.consultant.name
                self._move(kept, assessor, later, "ask_consultant", said=asked, to=to)
            case "approved" | "cut" | "refused" | "appealed":
                decider = (assessor, self._crew.colleague)[case.number % 2]
                kept = self._move(kept, decider, later, "take")
                decided = _decision(case, kept, later)
                kept = self._move(kept, decider, later, "decide", assessment=decided)
                if case.fate == "appealed":
                    said = "Patienten har fått nya besvär sedan beslutet; se journalkopian."
                    self._move(kept, clinic, self._today, "appeal", said=said)

    def _begun(self, case: _Case, enclosed: list[int], clinic: Token) -> KeptApplication:
        sent = Application(
            clinic=case.clinic,
            number=f"BA-{case.number:03}",
            patient=case.card.patient,
            region=case.card.region,
            support="N" if case.card.category.startswith("N") else "F",
            content=_content(case, enclosed),
        )
        answer, entries = put_application(
            self._connection, self._library, sent, clinic, case.came_on
        )
        assert isinstance(answer, tuple), answer
        self.entries += entries
        return answer[0]

    def _move(
        self, kept: KeptApplication, token: Token, on: date, move: Move, **asked: Any
    ) -> KeptApplication:
        one = Asked(move, kept.stands.place, **asked)
        answer, entries = move_application(self._connection, self._library, kept.id, one, token, on)
        assert isinstance(answer, KeptApplication), answer
        self.entries += entries
        return answer


def _content(case: _Case, enclosed: list[int]) -> Content:
    exposed_on = case.came_on - timedelta(days=_LATE_XRAY)
    is_done = case.kind == "retrospective"
    lines = [
        PlanLine(
            line=number,
            code=code,
            tooth=tooth,
            count=count,
            price_ore=price,
            motivation=_MOTIVATIONS[(case.number + number) % len(_MOTIVATIONS)],
            done_on=case.came_on - timedelta(days=3) if is_done and number == 1 else None,
        )
        for number, (code, tooth, count, price) in enumerate(case.plan, 1)
    ]
    return Content(
        kind=case.kind,
        category=case.card.category,
        anamnesis="Muntorrhet av läkemedel. Personal hjälper till med munvården.",
        status="Sekundärkaries vid 16 och 36, fraktur 25. Slemhinnor utan anmärkning.",
        periodontal_status="Fickor 4–6 mm i sidopartierna, blödningsindex 38 %.",
        xrays=[Xray(exposed_on=exposed_on, shows="bitewing", attachment=enclosed[0])],
        hygiene_standard="Plackindex 45 %, klarar tandborste med hjälp.",
        prognosis="God om munvården fortsätter med hjälp av personal.",
        lines=lines,
        attachments=enclosed[1:] or None,
    )


def _with_all_done(kept: KeptApplication) -> Content | None:
    """With what the region knows to be done and the list leaves out; None where it is whole."""
    missing = [one.action for one in kept.lacking if one.action is not None]
    if not missing:
        return None
    lines = kept.content.lines or []
    more = [
        PlanLine(line=number, code=one.code, tooth=one.tooth, price_ore=0, done_on=one.treated_on)
        for number, one in enumerate(missing, len(lines) + 1)
    ]
    return replace(kept.content, lines=[*lines, *more])


def _decision(case: _Case, kept: KeptApplication, on: date) -> Assessment:
    """All approved; all but the last, and of the first fewer or for less; or nothing."""
    plan = kept.content.lines or []
    lines = [
        AssessedLine(line=one.line, outcome="noted" if one.price_ore == 0 else "approved")
        for one in plan
    ]
    if case.fate == "cut":
        lines[0] = AssessedLine(
            line=plan[0].line,
            outcome="approved",
            amount_ore=plan[0].price_ore * 4 // 5,
            motive="Priset motsvarar en mer omfattande åtgärd än den som beskrivs.",
        )
    if case.fate in {"refused", "appealed"}:
        lines = [
            AssessedLine(
                line=one.line,
                outcome="refused",
                motive="Underlaget visar inte att tanden går att bevara.",
            )
            for one in plan
        ]
    is_refused = case.fate in {"refused", "appealed"}
    days = [one.done_on for one in plan if one.done_on is not None]
    return Assessment(
        covers_from=None if is_refused else min([on, *days]),
        covers_to=None if is_refused else on + timedelta(days=364),
        motive=_MOTIVES[2 if is_refused else case.number % 2],
        lines=lines,
    )
