"""What is asked of a day and of a line, stage by stage, and what the findings make of it."""

from collections import Counter

from adjudication.case import Case
from adjudication.findings import (
    NOTHING,
    STRONGEST_FIRST,
    AnyFinding,
    Outcome,
    PreassessmentApplied,
    PreassessmentNotUsable,
    PriceAboveTariff,
)
from adjudication.invoice import Line
from adjudication.rows import Row
from preassessments.balance import Carrying
from quotas.counting import Tally


def ask_of_day(case: Case) -> list[AnyFinding]:
    """Ask what is asked once a day: it holds of all its lines alike."""
    findings: list[AnyFinding] = []
    case.findings = findings
    for check in case.day.book.of_day:
        check.ask(case, case.invoice.lines[0])
    return findings


def ask_everything(case: Case, line: Line, row: Row) -> None:
    """Ask a line everything that can be asked of it, stage by stage: what is left after structure
    only of a line that is one, from combinations on only of a covered line, and what remains only
    of one that no application carries. What is found is in `case.findings`."""
    findings = case.findings
    case.allowed_ore = 0
    for check in row.structure:
        check.ask(case, line)
    if findings:
        return
    findings.extend(case.of_day)
    for check in row.eligibility:
        check.ask(case, line)
    eligible = len(findings)
    for check in row.coverage:
        check.ask(case, line)
    if len(findings) == eligible:
        ask_of_covered(case, line, row)


def ask_of_covered(case: Case, line: Line, row: Row) -> None:
    """Ask what is asked of a covered line only."""
    findings = case.findings
    balance, named = case.patient.balance, line.preassessment
    if balance is not None:
        case.carrying = balance.carrying(
            case.invoice.support,
            line.treated_on,
            line.code,
            line.tooth,
            named,
            Counter(case.drawn.values()),
        )
    for check in row.care:
        check.ask(case, line)
    carrying, rule = case.carrying, case.day.book.carrying
    if carrying is not None:
        applied = carrying.preassessment.id
        findings.append(PreassessmentApplied(rule=rule, preassessment=applied))
        return
    if named is not None:
        findings.append(PreassessmentNotUsable(rule=rule, preassessment=named))
    for check in row.remaining:
        check.ask(case, line)


def ask_what_looks_back(case: Case, line: Line, row: Row, step: Tally) -> None:
    """Ask a line only what is not known of lines alike, against which nothing is. `step` is what it
    adds to the tally."""
    book = case.day.book
    case.findings += case.of_day
    for check in row.looking_back:
        check.ask(case, line)
    if case.tally + step & book.flags:
        for check in row.remaining:
            check.ask(case, line)


def outcome_of(findings: list[AnyFinding]) -> Outcome:
    """What the strongest of a line's findings makes of it."""
    strongest = NOTHING
    for finding in findings:
        if finding.strength < strongest:
            strongest = finding.strength
    return "approved" if strongest == NOTHING else STRONGEST_FIRST[strongest]


def cut(case: Case, amount: int, carrying: Carrying | None) -> PriceAboveTariff:
    """The finding of an approved line that is allowed less than it asks: by the tariff, or by the
    application that carries it where that amount is the lower."""
    book = case.day.book
    by_application = carrying is not None and carrying.line.amount_ore == amount
    return PriceAboveTariff(
        rule=book.carrying if by_application else book.tariff, tariff_ore=amount
    )
