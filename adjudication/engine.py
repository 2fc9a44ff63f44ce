"""How an invoice is decided: all control flow, and nothing else.

Which questions are asked of a code stands in the rulebook's rows; what each asks, in
adjudication/checks/.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from adjudication.case import Case, Patient
from adjudication.decision import Decision, LineDecision, Status, Visit
from adjudication.findings import (
    NOTHING,
    STRONGEST_FIRST,
    AnyFinding,
    LineNumberRepeated,
    LinesMissing,
    Outcome,
    PatientIdInvalid,
    PreassessmentApplied,
    PreassessmentNotUsable,
    PriceAboveTariff,
    ProtectedIdentity,
)
from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from adjudication.patientfee import fee_of_visit
from adjudication.rulebook import Row
from quotas.history import FEE_TAKEN, Histories, Use
from registry.cards import CardInForce

NEEDS = frozenset(("needs_preassessment", "needs_document", "needs_review"))


class Verdict(NamedTuple):
    """A decision, and what it uses: posted where the decision is kept, dropped where it was only
    asked for."""

    decision: Decision
    use: Use


def refusal(invoice: Invoice, findings: list[AnyFinding]) -> Decision:
    """The answer to an invoice that is invalid as a whole: nothing is decided, nothing kept."""
    claimed = sum(line.price_ore for line in invoice.lines)
    return Decision(
        invoice.clinic, invoice.number, "invalid", claimed, 0, 0, 0, findings, [], []
    )


def refused(invoice: Invoice, is_person: bool) -> Decision | None:
    """The refusal of an invoice that is invalid as a whole, or None where it is not.

    `is_person` says whether its person number is valid. A protected identity is asked about first
    and alone. Whether a number is reused is asked by whoever remembers numbers.
    """
    if invoice.protected_identity:
        return refusal(invoice, [ProtectedIdentity(rule="contract/protected_identity")])
    findings: list[AnyFinding] = []
    if not is_person:
        findings.append(PatientIdInvalid(rule="contract/patient_id_invalid"))
    if not invoice.lines:
        findings.append(LinesMissing(rule="contract/lines_missing"))
    repeated = repeated_numbers(invoice.lines)
    if repeated:
        findings.append(LineNumberRepeated(rule="contract/line_number_repeated", lines=repeated))
    return refusal(invoice, findings) if findings else None


def repeated_numbers(lines: list[Line]) -> list[int]:
    """The line numbers that stand more than once."""
    seen: set[int] = set()
    repeated: set[int] = set()
    for line in lines:
        if line.line in seen:
            repeated.add(line.line)
        seen.add(line.line)
    return sorted(repeated)


def adjudicate(
    invoice: Invoice,
    patient: Patient,
    histories: Histories,
    library: Library,
    received_on: date,
    default_region: str,
) -> Verdict:
    """Decide an invoice that is not refused as a whole: every line, every visit, every sum.

    Nothing that is given is changed, save that indexes learn new names.
    """
    case = Case(invoice, patient, histories, received_on)
    decisions: list[LineDecision] = []
    visits: list[Visit] = []
    claimed = allowed = fees = approved = 0
    is_pending = False
    for lines in by_day(invoice.lines):
        open_day(case, lines[0].treated_on, library, default_region)
        first_word = len(case.use.words)
        allowed_that_day = 0
        rows, unknown = case.day.book.rows, case.day.book.unknown
        for line in lines if len(lines) == 1 else yielding_last(lines, rows):
            decision = decide_line(case, line, rows.get(line.code, unknown))
            decisions.append(decision)
            claimed += line.price_ore
            if decision.outcome == "approved":
                approved += 1
                allowed_that_day += decision.allowed_ore
            elif decision.outcome in NEEDS:
                is_pending = True
        fee, reason = fee_of_visit(case, allowed_that_day)
        if fee:
            case.use.words[first_word + 1] |= FEE_TAKEN
            fees += fee
        visits.append(Visit(case.day.date, fee, reason))
        allowed += allowed_that_day
    status: Status
    if is_pending:
        status = "pending"
    elif approved == len(decisions):
        status = "approved"
    else:
        status = "partly_approved" if approved else "denied"
    decisions.sort(key=_line_number)
    case.use.period, case.use.tally = case.period, case.tally
    return Verdict(
        Decision(
            invoice.clinic,
            invoice.number,
            status,
            claimed,
            allowed,
            fees,
            allowed - fees,
            [],
            visits,
            decisions,
        ),
        case.use,
    )


def by_day(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines of each day, days and line numbers ascending."""
    ordered = sorted(lines, key=_day_and_number) if len(lines) > 1 else lines
    first = 0
    for place in range(1, len(ordered)):
        if ordered[place].treated_on != ordered[first].treated_on:
            yield ordered[first:place]
            first = place
    yield ordered[first:]


def yielding_last(lines: list[Line], rows: dict[str, Row]) -> list[Line]:
    """The lines of a day, those last whose code gives way to another of the same invoice."""
    yielding = [line for line in lines if line.code in rows and rows[line.code].yields]
    if not yielding:
        return lines
    return [line for line in lines if line not in yielding] + yielding


def open_day(case: Case, day: date, library: Library, default_region: str) -> None:
    """Move to a day: find the card, with it the region, and with both the rules in force.

    The card in force decides the region, else the patient's latest card for the support, else the
    invoice, else the default. Of several the one with the latest first day and number is meant.
    """
    support = case.invoice.support
    card: CardInForce | None = None
    latest: CardInForce | None = None
    for known in case.patient.cards:
        if known.support == support:
            latest = known
            if known.valid_from <= day <= known.last_day:
                card = known
    decisive = card or latest
    if decisive is not None:
        region = decisive.region
    else:
        region = case.invoice.region or default_region
    case.move_to_day(library.calendar(region, support).on(day), region, card, latest)
    book = case.day.book
    case.findings = case.day_structure = []
    for check in book.day_structure:
        check.ask(case)
    case.findings = case.day_eligibility = []
    for check in book.day_eligibility:
        check.ask(case)


def decide_line(case: Case, line: Line, row: Row) -> LineDecision:
    """Ask a line everything that can be asked of it, and let it use what it uses."""
    case.move_to_line(line, row)
    findings = case.findings
    findings.extend(case.day_structure)
    for check in row.structure:
        check.ask(case)
    if not findings:
        findings.extend(case.day_eligibility)
        for check in row.eligibility:
            check.ask(case)
        eligible = len(findings)
        for check in row.coverage:
            check.ask(case)
        if len(findings) == eligible:
            ask_of_covered(case, line, row)
    case.actions_met.append(case.action)
    outcome: Outcome = "approved"
    allowed = 0
    if findings:
        strength = min([finding.strength for finding in findings])
        if strength != NOTHING:
            outcome = STRONGEST_FIRST[strength]
    if outcome == "approved":
        allowed = case.allowed_ore
        if allowed < line.price_ore:
            findings.insert(0, cut(case))
        case.approve()
    return LineDecision(
        line.line,
        line.treated_on,
        line.code,
        outcome,
        line.price_ore,
        allowed,
        None if case.carrying is None else case.carrying.preassessment.id,
        case.day.book.edition,
        findings,
    )


def ask_of_covered(case: Case, line: Line, row: Row) -> None:
    """What is asked of a line only where the region covers it: combinations to pre-assessment."""
    balance, named = case.patient.balance, line.preassessment
    if balance is not None:
        case.carrying = balance.carrying(
            case.invoice.support, line.treated_on, line.code, line.tooth, named, case.use.drawn
        )
    for check in row.care:
        check.ask(case)
    carrying = case.carrying
    if carrying is not None:
        case.findings.append(
            PreassessmentApplied(
                rule=case.day.book.carrying, preassessment=carrying.preassessment.id
            )
        )
        return
    if named is not None:
        case.findings.append(
            PreassessmentNotUsable(rule=case.day.book.carrying, preassessment=named)
        )
    for check in row.remaining:
        check.ask(case)


def cut(case: Case) -> PriceAboveTariff:
    """The finding of an approved line that is allowed less than it asks: by the tariff, or by the
    application that carries it where that amount is the lower."""
    book, carrying = case.day.book, case.carrying
    by_application = carrying is not None and carrying.line.amount_ore == case.allowed_ore
    return PriceAboveTariff(
        rule=book.carrying if by_application else book.tariff, tariff_ore=case.allowed_ore
    )


def _line_number(decision: LineDecision) -> int:
    return decision.line


def _day_and_number(line: Line) -> tuple[date, int]:
    return line.treated_on, line.line
