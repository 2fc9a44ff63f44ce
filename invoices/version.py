"""A later version of an invoice's decision: some lines are decided anew, the others stay.

What is approved no longer, or otherwise, is first taken back by a credit; what is decided anew is
put beside it. So what is approved and not credited is what a patient has used, whatever was decided
how often, and each version adds up from the one before:

    allowed after = allowed before − taken back + allowed anew, and so for fees.

A line that its clinic credited stays in the decision as it was: the credit stands beside it.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from adjudication.decision import Decision, LineDecision, Status, Visit
from adjudication.findings import HELD
from invoices.correction import Credit, CreditedLine, CreditedVisit
from invoices.current import Current
from preassessments.balance import ApprovedKey, Drawn


class Anew(NamedTuple):
    """A line that is decided anew, and the line of an application that carries it."""

    decision: LineDecision
    carrier: ApprovedKey | None


class Decided(NamedTuple):
    """What is decided anew of an invoice: lines by their numbers; and what is then left of the fees
    of their days, and of others that change, with the reasons."""

    lines: Mapping[int, Anew]
    fees: Mapping[date, Visit]


class Version(NamedTuple):
    """A later version: the whole decision, what is taken back before it, and the lines and charges
    that are new with it."""

    decision: Decision
    taken_back: Credit | None
    lines: list[LineDecision]
    visits: list[Visit]
    carried: Drawn
    assessed: list[int]


def next_version(
    current: Current, before: Decision, decided: Decided, credited_on: date
) -> Version:
    """The version after a decision. Of the fees of days that are not mentioned nothing changes."""
    lines = [
        decided.lines[one.line].decision if one.line in decided.lines else one
        for one in before.lines
    ]
    left = current.fees_left()
    visits = [_visit(one, left, decided.fees.get(one.treated_on), lines) for one in before.visits]
    allowed = sum(one.allowed_ore for one in lines)
    fee = sum(one.fee_ore for one in visits)
    anew = [one.decision for _, one in sorted(decided.lines.items())]
    days = {one.treated_on for one in anew}
    return Version(
        decision=Decision(
            before.clinic,
            before.number,
            status_of(lines),
            before.claimed_ore,
            allowed,
            fee,
            allowed - fee,
            (),
            visits,
            lines,
        ),
        taken_back=_taken_back(current, before, decided, left, credited_on),
        lines=anew,
        visits=[_charge(left.get(day, 0), decided.fees[day]) for day in sorted(days)],
        carried={
            number: one.carrier
            for number, one in decided.lines.items()
            if one.carrier is not None and one.decision.outcome == "approved"
        },
        assessed=[
            number
            for number, one in decided.lines.items()
            if one.decision.outcome == "approved"
            and (assessment := current.assessed.get(number)) is not None
            and assessment.is_carried
        ],
    )


def status_of(lines: list[LineDecision]) -> Status:
    """What becomes of an invoice with these lines."""
    outcomes = {one.outcome for one in lines}
    if outcomes & HELD:
        return "pending"
    if outcomes == {"approved"}:
        return "approved"
    return "partly_approved" if "approved" in outcomes else "denied"


def _charge(left: int, after: Visit) -> Visit:
    """What this version charges for a day, beside what is left of earlier charges."""
    reason = "charged" if after.fee_ore else after.reason
    return Visit(after.treated_on, max(after.fee_ore - left, 0), reason)


def _visit(
    before: Visit, left: Mapping[date, int], after: Visit | None, lines: list[LineDecision]
) -> Visit:
    """A visit of the whole decision: its fee is what is left, and what clinics credited of it."""
    if after is None:
        return before
    day = before.treated_on
    fee = before.fee_ore - left.get(day, 0) + after.fee_ore
    if fee:
        return Visit(day, fee, "charged")
    if not any(one.allowed_ore for one in lines if one.treated_on == day):
        return Visit(day, 0, "nothing_approved")
    is_said = after.reason not in {"nothing_approved", "charged"}
    return Visit(day, 0, after.reason if is_said else before.reason)


def _taken_back(
    current: Current,
    before: Decision,
    decided: Decided,
    left: Mapping[date, int],
    credited_on: date,
) -> Credit | None:
    """The lines that stood and are decided anew, and the fees of which less is to be left."""
    lines = [
        CreditedLine(one.line, one.treated_on, one.code, one.allowed_ore)
        for one in before.lines
        if one.line in decided.lines and current.lines[one.line].is_standing
    ]
    visits = [
        CreditedVisit(day, left.get(day, 0) - after.fee_ore)
        for day, after in sorted(decided.fees.items())
        if after.fee_ore < left.get(day, 0)
    ]
    if not lines and not visits:
        return None
    allowed = sum(one.allowed_ore for one in lines)
    fee = sum(one.fee_ore for one in visits)
    return Credit(
        before.clinic, before.number, credited_on, allowed, fee, allowed - fee, visits, lines
    )
