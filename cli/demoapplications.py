"""Applications of the made-up region's busiest clinic, one in each state that somebody meets."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from adjudication.library import Library
from cli.plain import REGION
from preassessments.application import Application, Content, PlanLine, Xray
from preassessments.assessment import AssessedLine, Assessment
from storage.access import Token
from storage.acts import Done
from storage.applying import NotMoved, move_application, put_application
from storage.audit import Entry
from storage.moves import Asked
from storage.tables import card, clinic, invoice, patient
from terms.vocabulary import Support

_SUPPORT: Final[Support] = "F"
_AGO: Final = 21
"""Days since the clinic began to write them."""

_ENDS_IN: Final = 40
_QUESTION: Final = "Bilden av 37 är från förra året. Skicka en ny, och skriv hur djup kariesen är."


class _Case(NamedTuple):
    """An application's number, its plan (code, tooth, count and öre each), whether it holds all
    that is required, and what then happens: each move, and what is said or decided on its lines."""

    number: str
    plan: tuple[tuple[str, str | None, int, int], ...]
    is_whole: bool
    moves: tuple[tuple[str, str | Sequence[AssessedLine] | None], ...]


_CROWNS = (("801", "16", 1, 527_500), ("801", "15", 1, 527_500), ("704", "26", 1, 94_000))
_SURGERY = (("407", "36", 2, 247_000), ("404", "38", 1, 375_500))
_CUT = (
    AssessedLine(line=1, outcome="approved", count=1, amount_ore=200_000,
                 motive="En räcker tills vidare; sök igen efter läkning."),
    AssessedLine(line=2, outcome="refused", motive="Bilden visar ingen sjukdom vid 38."),
)  # fmt: skip
_WHOLE = tuple(AssessedLine(line=line, outcome="approved") for line in (1, 2))
_NONE = tuple(
    AssessedLine(line=line, outcome="refused", motive="Bilden visar inte rotspetsarna.")
    for line in (1, 2, 3)
)
_CASES: Final = (
    _Case("2026-101", _CROWNS, False, ()),
    _Case("2026-102", _SURGERY, True, (("submit", None),)),
    _Case("2026-103", _CROWNS, True,
          (("submit", None), ("take", None), ("ask_supplement", _QUESTION))),
    _Case("2026-104", _SURGERY, True, (("submit", None), ("take", None), ("decide", _WHOLE))),
    _Case("2026-105", _SURGERY, True, (("submit", None), ("take", None), ("decide", _CUT))),
    _Case("2026-106", _CROWNS, True, (("submit", None), ("take", None), ("decide", _NONE))),
    _Case("2026-107", _CROWNS, True,
          (("submit", None), ("take", None), ("decide", _NONE),
           ("appeal", "Rotspetsarna syns på den andra bilden, och tänderna är fasta."))),
)  # fmt: skip


def apply(
    connection: Connection, library: Library, sender: Token, assessor: Token, today: date
) -> Done[None]:
    """Write and move them all, in the weeks before today. What is there already is left alone."""
    entries: list[Entry] = []
    patients = _patients(connection, sender.clinic or "")
    for case, (number, category) in zip(_CASES, patients, strict=False):
        begun_on = today - timedelta(days=_AGO)
        sent = Application(
            clinic=sender.clinic or "",
            number=case.number,
            patient=number,
            region=REGION,
            support=_SUPPORT,
            content=_content(case, category, begun_on),
        )
        answer, noted = put_application(connection, library, sent, sender, begun_on)
        entries += noted
        if not isinstance(answer, tuple) or not answer[1]:
            continue
        application, _ = answer
        for place, (move, said) in enumerate(case.moves, 1):
            who = assessor if move in {"take", "ask_supplement", "decide"} else sender
            assessment = None if isinstance(said, str | None) else _assessment(said, today)
            asked = Asked(
                move,  # type: ignore[arg-type]
                place,
                said if isinstance(said, str) else None,
                assessment=assessment,
            )
            on = begun_on + timedelta(days=3 * place)
            moved, noted = move_application(connection, library, application.id, asked, who, on)
            assert moved is not None
            assert not isinstance(moved, NotMoved), (case.number, move, moved)
            entries += noted
    return None, entries


def _content(case: _Case, category: str, on: date) -> Content:
    plan = [
        PlanLine(line=line, code=code, tooth=tooth, count=count, price_ore=price)
        for line, (code, tooth, count, price) in enumerate(case.plan, 1)
    ]
    if not case.is_whole:
        return Content(category=category, status="Karies 26. Frakturer 15 och 16.", lines=plan)
    return Content(
        category=category,
        anamnesis="Muntorr av läkemedel. Svårt att hålla tandborsten.",
        status="Karies och frakturer enligt förslaget. Fasta tänder.",
        periodontal_status="Fickor högst 4 mm. Ingen rörlighet.",
        hygiene_standard="God med hjälp av personalen, morgon och kväll.",
        prognosis="God med hjälp och kontroller två gånger om året.",
        xrays=[Xray(exposed_on=on - timedelta(days=10), shows="Båda sidor i överkäken, 36–38")],
        lines=plan,
    )


def _assessment(lines: Sequence[AssessedLine], today: date) -> Assessment:
    return Assessment(
        covers_from=today.replace(day=1),
        covers_to=today + timedelta(days=_ENDS_IN),
        motive="Bedömt på det som skickats in.",
        lines=list(lines),
    )


def _patients(connection: Connection, hsa_id: str) -> list[tuple[str, str]]:
    """As many of the clinic's patients with a card of the region as there are cases, each with the
    card's category."""
    rows = connection.execute(
        select(patient.c.number, func.max(card.c.category))
        .join(card, card.c.patient_id == patient.c.id)
        .join(invoice, invoice.c.patient_id == patient.c.id)
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .where(clinic.c.hsa_id == hsa_id, card.c.region == REGION, invoice.c.support == _SUPPORT)
        .group_by(patient.c.number)
        .order_by(patient.c.number)
        .limit(len(_CASES))
    )
    return [tuple(row) for row in rows]
