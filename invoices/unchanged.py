"""Would deciding again change anything? Asked quickly, of patients of whom only first answers are
kept, nothing is credited, and nothing was carried by an application: nearly all."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from adjudication.decision import Decision, FeeReason, Status
from adjudication.engine import Adjudicator
from adjudication.findings import HELD, Outcome
from adjudication.invoice import Invoice
from adjudication.patient import Patient
from invoices.current import Current, CurrentLine
from invoices.store import FIRST_VERSION

_number = attrgetter("line")


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
    reason: FeeReason


class FirstAnswer(msgspec.Struct, frozen=True, gc=False):
    """Of a first answer, what deciding again could change."""

    status: Status
    lines: list[FirstLine]
    visits: list[FirstVisit]


class First(msgspec.Struct, frozen=True, gc=False):
    """An invoice by its key, as it was sent and answered."""

    key: int
    invoice: Invoice
    received_on: date
    answer: FirstAnswer

    def current(self) -> Current:
        """The invoice as it stands, which no application carries."""
        key, answer = self.key, self.answer
        lines = {
            line.line: CurrentLine(line, key, key, of.outcome, of.allowed_ore, None, False)
            for line, of in zip(sorted(self.invoice.lines, key=_number), answer.lines, strict=True)
        }
        visits = {(key, of.treated_on): (of.fee_ore, of.reason) for of in answer.visits}
        return Current(
            key, key, FIRST_VERSION, self.invoice, self.received_on, lines, visits, {}, {}
        )


def are_carried(invoices: Sequence[First]) -> bool:
    """Whether an application carries a line of any: by which line of its own is not told here."""
    for one in invoices:
        for line in one.answer.lines:
            if line.preassessment is not None:
                return True
    return False


def stays(adjudicator: Adjudicator, patient: Patient, invoices: Sequence[First]) -> bool:
    """Whether invoices/redecision.py would find nothing, by its own order: what stands, then what
    waits. The patient, of whom nothing is used yet, is used up by this."""
    waiting: list[tuple[First, Invoice]] = []
    for one in invoices:
        invoice = one.invoice
        if one.answer.status != "approved":
            approved = {line.line for line in one.answer.lines if line.outcome == "approved"}
            if not approved:
                waiting.append((one, invoice))
                continue
            others = [line for line in invoice.lines if line.line not in approved]
            waiting.append((one, replace(invoice, lines=others)))
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
    lines = answer.lines
    if len(decision.lines) < len(lines):
        before = {line.line: line for line in lines}
        lines = [before[line.line] for line in decision.lines]
    for line, known in zip(decision.lines, lines, strict=True):
        if line.outcome != known.outcome and not (line.outcome in HELD and known.outcome in HELD):
            return False
        if line.allowed_ore != known.allowed_ore or line.preassessment:
            return False
    if not decision.allowed_ore:
        return True
    visits = answer.visits
    if len(decision.visits) < len(visits):
        days = {visit.treated_on for visit in decision.visits}
        visits = [visit for visit in visits if visit.treated_on in days]
    for visit, charged in zip(decision.visits, visits, strict=True):
        if visit.fee_ore != charged.fee_ore:
            return False
    return True
