"""Would deciding again change anything? Asked quickly, of patients of whom only first answers are
kept, nothing is credited, and nothing was carried by an application: nearly all."""

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from adjudication.decision import Decision
from adjudication.engine import Adjudicator
from adjudication.findings import HELD, Outcome
from adjudication.invoice import Invoice
from adjudication.patient import Patient


class FirstLine(msgspec.Struct, frozen=True, gc=False):
    """What the first answer says of a line."""

    line: int
    outcome: Outcome
    allowed_ore: int
    preassessment: str | None


class FirstVisit(msgspec.Struct, frozen=True, gc=False):
    """What the first answer says of a visit."""

    treated_on: date
    fee_ore: int


class FirstAnswer(msgspec.Struct, frozen=True, gc=False):
    """Of a first answer, what deciding again could change."""

    lines: list[FirstLine]
    visits: list[FirstVisit]


class First(msgspec.Struct, frozen=True, gc=False):
    """An invoice as it was sent and answered."""

    invoice: Invoice
    received_on: date
    answer: FirstAnswer


def stays(adjudicator: Adjudicator, patient: Patient, invoices: Sequence[First]) -> bool:
    """Whether invoices/redecision.py would find nothing, by its own order: what stands, then what
    waits. The patient, of whom nothing is used yet, is used up by this."""
    waiting: list[tuple[First, Invoice]] = []
    for one in invoices:
        invoice = one.invoice
        approved = [line.line for line in one.answer.lines if line.outcome == "approved"]
        if len(approved) < len(invoice.lines):
            others = [line for line in invoice.lines if line.line not in approved]
            waiting.append((one, replace(invoice, lines=others)))
            if not approved:
                continue
            standing = [line for line in invoice.lines if line.line in approved]
            invoice = replace(invoice, lines=standing)
        decision, use = adjudicator.adjudicate(invoice, patient, one.received_on)
        if not _is_same(decision, one.answer):
            return False
        patient.post(use)
    return all(
        _is_same(adjudicator.adjudicate(invoice, patient, one.received_on)[0], one.answer)
        for one, invoice in waiting
    )


def _is_same(decision: Decision, answer: FirstAnswer) -> bool:
    """Whether the lines that are decided, and the fees of days with an approved one, are as they
    were, and no application carries any."""
    before = {line.line: line for line in answer.lines}
    allowed = 0
    for line in decision.lines:
        known = before[line.line]
        if line.outcome != known.outcome and not (line.outcome in HELD and known.outcome in HELD):
            return False
        if line.allowed_ore != known.allowed_ore or line.preassessment or known.preassessment:
            return False
        allowed += line.allowed_ore
    if not allowed:
        return True
    fees = {visit.treated_on: visit.fee_ore for visit in answer.visits}
    return all(visit.fee_ore == fees[visit.treated_on] for visit in decision.visits)
