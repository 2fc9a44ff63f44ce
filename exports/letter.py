"""The letter that tells a clinic what is decided on an application: the whole, each line, why, and
what to do with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from exports.paper import amount, typeset
from preassessments.application import Kind, PlanLine
from preassessments.assessment import AssessedLine, Assessment
from preassessments.lifecycle import Decided

STATUSES: Final[Mapping[Decided, str]] = {
    "approved": "Godkänd",
    "approved_with_limits": "Godkänd med begränsningar",
    "refused": "Avslagen",
}
KINDS: Final[Mapping[Kind, str]] = {
    "advance": "förhandsbedömning",
    "retrospective": "efterhandsbedömning",
}
PREVIEW: Final = "Förhandsvisning, inget beslut"


class Letter(msgspec.Struct, frozen=True):
    """A decision and what it was made on. `name` is what invoices call it, None while it is only
    shown to the one who will decide; `region` and `support` are their names, `actions` names
    codes."""

    region: str
    clinic: str
    number: str
    patient: str
    support: str
    category: str | None
    kind: Kind
    plan: tuple[PlanLine, ...]
    actions: Mapping[str, str]
    status: Decided
    decided_on: date
    assessment: Assessment
    name: str | None = None
    replaces: str | None = None


def write_letter(letter: Letter) -> bytes:
    """The letter as PDF."""
    return typeset("letter", _said(letter))


def _said(letter: Letter) -> dict[str, Any]:
    """Everything that the letter says, as text."""
    assessment, on = letter.assessment, letter.decided_on
    title = f"Beslut om {KINDS[letter.kind]}"
    support = letter.support
    planned = {line.line: line for line in letter.plan}
    facts = [
        ("Till", letter.clinic),
        ("Klinikens ansökan", letter.number),
        ("Patient", f"{letter.patient[:8]}-{letter.patient[-4:]}"),
        ("Stöd", f"{support}, kategori {letter.category}" if letter.category else support),
        ("Beslutat", str(on)),
    ]
    if letter.name is not None:
        facts.append(("Beslutets namn", letter.name))
    if letter.replaces is not None:
        facts.append(("Ersätter", letter.replaces))
    if assessment.covers_from is not None:
        facts.append(("Gäller vård", f"{assessment.covers_from} till {assessment.covers_to}"))
    return {
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "title": title,
        "payer": letter.region,
        "region": "Regionens tandvårdsstöd",
        "footer": f"{title} · {letter.name or PREVIEW}",
        "background": "" if letter.name else PREVIEW,
        "result": STATUSES[letter.status],
        "facts": facts,
        "motive": assessment.motive,
        "condition": assessment.condition or "",
        "lines": [
            _line(line, planned[line.line], letter.actions)
            for line in sorted(assessment.lines, key=lambda one: one.line)
        ],
        "meaning": _meaning(letter),
    }


def _line(line: AssessedLine, planned: PlanLine, actions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "cells": [
            str(line.line),
            f"{planned.code} {actions.get(planned.code, '')}".strip(),
            planned.tooth or "",
            str(planned.count or 1),
            amount(planned.price_ore),
            _outcome(line, planned),
        ],
        "motive": line.motive or "",
    }


def _outcome(line: AssessedLine, planned: PlanLine) -> str:
    """What becomes of a line: `godkänd, högst 1 200,00 kr`."""
    if line.outcome != "approved":
        return {"refused": "avslagen", "noted": "noterad, avgjord på faktura"}[line.outcome]
    applied_for = planned.count or 1
    many = line.count or applied_for
    parts = ["godkänd" if many == applied_for else f"godkänd, {many} av {applied_for}"]
    if line.amount_ore is not None:
        parts.append(f"högst {amount(line.amount_ore)} kr" + (" för var" if many > 1 else ""))
    return ", ".join(parts)


def _meaning(letter: Letter) -> list[str]:
    """What the clinic does with it."""
    told = []
    if letter.status != "refused":
        name = letter.name or "som det får när det är fattat"
        told.append(
            "Godkända åtgärder faktureras som vanligt när de är utförda under den tid som beslutet "
            f"gäller. Den faktura som nämner beslutets namn ({name}) prövas mot det; annars söks "
            "ett som gäller. Priset är högst tariffens, om inget lägre står på raden."
        )
    told.append(
        "Den som menar att beslutet borde vara ett annat begär omprövning på ansökan, säger varför "
        "och lägger till det som saknas. Tills ett nytt beslut är fattat gäller det här."
    )
    return told
