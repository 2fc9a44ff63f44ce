"""The short way, which most invoices take: in order, and approved in every line.

It answers as the engine would, or leaves the invoice to it. What it leaves out is what cannot find
anything: of lines alike all is known but what looks back (adjudication/plain.py), and whether a
limit or a ceiling is passed is seen in one number (quotas/counting.py). It is long on purpose: a
call a line costs more than a check. It takes fields as a tuple: compiled, one that is read by its
name costs as much as three.
"""

from datetime import date
from operator import attrgetter
from typing import Final

from msgspec.structs import astuple

from adjudication.assessment import Assessed
from adjudication.case import NOTHING_ASSESSED, Action, Case
from adjudication.decision import Decision, LineDecision, Visit
from adjudication.engine import Adjudicator, Answer, status_of
from adjudication.findings import AnyFinding, PriceAboveTariff
from adjudication.invoice import Invoice, InvoiceFields, Line, LineFields
from adjudication.patient import Patient
from adjudication.patientfee import fee_of
from adjudication.usage import codes_on, period_of
from preassessments.balance import Drawn
from quotas.counting import ODD
from quotas.history import NOTHING_USED
from quotas.record import fee_taken, paid_for
from registry.holding import card_on

# Compiled, a name that is final here is at hand; one from elsewhere is looked up each time.
_as_tuple: Final = astuple
_decision: Final = Decision
_line_decision: Final = LineDecision
_visit: Final = Visit

NOTHING_DRAWN: Final[Drawn] = {}
NO_FINDING: Final[tuple[AnyFinding, ...]] = ()
_line_number = attrgetter("line")


class SwiftAdjudicator(Adjudicator):
    """Decides as any adjudicator does, ordinary invoices in one pass.

    The lines of an ordinary invoice stand in order. Each of their days is of one period, has a card
    in force, was billed in time, and has nothing approved before and no application that may carry
    any of it. A line whose code gives way to others waits for those of its day. One that has
    something against it, names an application, may collide with others, or passes a limit or a
    ceiling, is odd: the engine decides it among the others.
    """

    def adjudicate(
        self,
        invoice: Invoice,
        patient: Patient,
        received_on: date,
        assessed: Assessed = NOTHING_ASSESSED,
    ) -> Answer:
        """Decide an ordinary invoice, and leave any other one to the engine as soon as it shows."""
        if assessed:
            return super().adjudicate(invoice, patient, received_on, assessed)
        fields: InvoiceFields = _as_tuple(invoice)
        (
            clinic, number, person, support, care_level, _, _, _, free_card, is_protected, lines,
        ) = fields  # fmt: skip
        if is_protected or not lines:
            return super().adjudicate(invoice, patient, received_on)
        balance, period = patient.balance, patient.period
        tally, latest, born = patient.tally, patient.latest, patient.born or person
        record: list[bytes] = []
        decisions: list[LineDecision] = []
        visits: list[Visit] = []
        since = decided = allowed = allowed_before = too_much = fees = last = 0
        is_in_turn = True
        case: Case | None = None
        while True:
            rest = lines[decided:] if decided else lines
            on = rest[0].treated_on
            card = card_on(patient.cards, support, on)
            if card is None:
                return super().adjudicate(invoice, patient, received_on)
            (
                day, plains, last_day, number_of_day, mark, edition, flags, period_of_day, settled,
            ) = self._days[card.region, support, care_level, on]  # fmt: skip
            if (
                not on <= received_on <= last_day
                or (decided and on < visits[-1].treated_on)
                or (patient.until >= number_of_day and patient.on(number_of_day))
            ):
                return super().adjudicate(invoice, patient, received_on)
            if balance is not None:
                if balance.may_carry(support, on):
                    return super().adjudicate(invoice, patient, received_on)
                period_of_day = period_of(balance, day)
            if not decided:
                since = number_of_day
                if period is not period_of_day:
                    period, tally = period_of_day, patient.tally_in(period_of_day)
            elif period is not period_of_day:
                return super().adjudicate(invoice, patient, received_on)
            met: list[Action] = []
            sides = 0
            waiting: list[Line] | None = None
            queue: list[Line] | None = rest
            while queue is not None:
                for line in queue:
                    line_fields: LineFields = _as_tuple(line)
                    (
                        line_number, treated_on, code, price, performer, tooth, zone, surfaces,
                        _, _, _, _, named,
                    ) = line_fields  # fmt: skip
                    if treated_on != on:
                        break
                    asked: int = price
                    action, paid, cap, at_cap, counts, per_ore, special = plains[
                        code, performer, tooth, zone, surfaces
                    ]
                    if line_number > last:
                        last = line_number
                    elif queue is rest:
                        return super().adjudicate(invoice, patient, received_on)
                    after = tally + (at_cap if asked >= cap else counts + asked * per_ore)
                    if special is not None:
                        if special.yields and queue is rest:
                            waiting = [*waiting, line] if waiting else [line]
                            is_in_turn = False
                            continue
                        if special.against & sides or (special.has_interval and latest > settled):
                            after = ODD
                    if after & flags or action in met or named is not None:
                        if case is None:
                            case = self._begin(invoice, patient, received_on)
                        if case.actions_met is not met:
                            case.open_day(day, card, plains, met)
                        case.period, case.tally, case.latest = period, tally, latest
                        case.record = record
                        if special is not None:
                            case.codes_approved = codes_on(record, number_of_day)
                        odd = self._decide_line(case, line, day.book.rows[code])
                        decisions.append(odd)
                        tally, latest = case.tally, case.latest
                        allowed += odd.allowed_ore
                        too_much += asked - odd.allowed_ore
                        if special is not None and odd.outcome == "approved":
                            sides |= special.sides
                        continue
                    met.append(action)
                    tally = after
                    if special is not None:
                        sides |= special.sides
                        if special.has_interval:
                            latest = number_of_day
                    allowed_for, findings = price, NO_FINDING
                    if asked == cap:
                        allowed += asked
                        record.append(paid)
                    elif asked < cap:
                        allowed += asked
                        record.append(paid_for(asked, paid))
                    else:
                        allowed += cap
                        too_much += asked - cap
                        allowed_for = cap
                        findings = (PriceAboveTariff(rule=day.book.tariff, tariff_ore=cap),)
                        record.append(paid)
                    record.append(mark)
                    decisions.append(
                        _line_decision(
                            line_number, on, code, "approved", price, allowed_for, None, edition,
                            findings,
                        )
                    )  # fmt: skip
                queue, waiting = waiting, None
            fee, reason = fee_of(day, born, free_card, card, allowed - allowed_before)
            visits.append(_visit(on, fee, reason))
            if reason == "charged":
                fees += fee
                record[-1] = fee_taken(mark, self._clinics[clinic])
            decided, allowed_before = len(decisions), allowed
            if decided == len(lines):
                break
        if not is_in_turn:
            decisions.sort(key=_line_number)
        decision = _decision(
            clinic,
            number,
            "approved" if case is None else status_of(case, decisions),
            allowed + too_much,
            allowed,
            fees,
            allowed - fees,
            (),
            visits,
            decisions,
        )
        if not record:
            return decision, NOTHING_USED
        drawn = NOTHING_DRAWN if case is None else case.drawn
        return decision, (b"".join(record), drawn, since, number_of_day, latest, period, tally)
