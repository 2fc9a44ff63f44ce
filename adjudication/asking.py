"""What is asked of a day and of a line, stage by stage, and what the findings make of it."""

from collections import Counter

from adjudication.assessment import RULE_APPROVED, RULE_REFUSED, Assessment, code_of
from adjudication.case import Case
from adjudication.findings import (
    HELD,
    NOTHING,
    STRONGEST_FIRST,
    AnyFinding,
    ApprovedByAssessor,
    Outcome,
    PreassessmentApplied,
    PreassessmentNotUsable,
    PriceAboveTariff,
    RefusedByAssessor,
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
    """Ask what is asked of a covered line only. What remains is asked of the amount that an
    assessor approves, where that is the lower; and not of a line that the approval carries."""
    findings = case.findings
    balance, named, assessment = case.patient.balance, line.preassessment, case.assessment
    is_carried = assessment is not None and assessment.is_carried
    if balance is not None and not is_carried:
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
    if assessment is not None and assessment.amount_ore is not None:
        case.allowed_ore = min(case.allowed_ore, assessment.amount_ore)
    if is_carried:
        return
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


def let_stand(case: Case, line: Line, assessment: Assessment) -> None:
    """Let an assessor's decision stand in place of the findings that it answers. Where they leave
    the line without a price, it is what is asked, or the amount that is approved."""
    settled = [
        one for one in case.findings if one.outcome in HELD and code_of(one) in assessment.settles
    ]
    case.findings[:] = [one for one in case.findings if one not in settled]
    settles = list(assessment.settles)
    if not assessment.is_approved:
        case.findings.append(
            RefusedByAssessor(
                rule=RULE_REFUSED,
                assessment=assessment.id,
                settles=settles,
                motive=assessment.motive or "",
            )
        )
        return
    case.findings.append(
        ApprovedByAssessor(
            rule=RULE_APPROVED,
            assessment=assessment.id,
            settles=settles,
            motive=assessment.motive,
        )
    )
    if any(code_of(one) in _WITHOUT_PRICE for one in settled):
        amount = assessment.amount_ore
        case.allowed_ore = line.price_ore if amount is None else min(line.price_ore, amount)


_WITHOUT_PRICE = ("rules_missing", "tariff_price_missing")


def outcome_of(findings: list[AnyFinding]) -> Outcome:
    """What the strongest of a line's findings makes of it."""
    strongest = NOTHING
    for finding in findings:
        if finding.strength < strongest:
            strongest = finding.strength
    return "approved" if strongest == NOTHING else STRONGEST_FIRST[strongest]


def cut(case: Case, amount: int, carrying: Carrying | None) -> PriceAboveTariff:
    """The finding of an approved line that is allowed less than it asks: by the tariff, or by an
    assessor or the application that carries it where that amount is the lower."""
    book, assessment = case.day.book, case.assessment
    rule = book.tariff
    if assessment is not None and assessment.amount_ore == amount:
        rule = RULE_APPROVED
    elif carrying is not None and carrying.line.amount_ore == amount:
        rule = book.carrying
    return PriceAboveTariff(rule=rule, tariff_ore=amount)
