"""How an invoice is decided: all control flow, and nothing else.

Which questions are asked of a code stands in the rulebook's rows; what each asks, in
adjudication/checks/.
"""

from datetime import date
from itertools import groupby
from operator import attrgetter

from msgspec.structs import astuple

from adjudication.asking import (
    ask_everything,
    ask_of_day,
    ask_what_looks_back,
    cut,
    let_stand,
    outcome_of,
)
from adjudication.assessment import Assessed
from adjudication.case import NOTHING_ASSESSED, Case
from adjudication.decision import Decision, LineDecision, Status, Visit
from adjudication.findings import HELD
from adjudication.invoice import Invoice, Line, LineFields
from adjudication.library import Library
from adjudication.patient import Patient
from adjudication.patientfee import close_day
from adjudication.refusal import refusal, whole_invoice_findings
from adjudication.rows import Row
from adjudication.usage import draw, meet_earlier, move_to_period, note, period_of
from quotas.history import NOTHING_USED, Use
from quotas.record import Clinics, paid_for, span, when
from registry.holding import card_on, region_of

PARTS_A_LINE = 2

Answer = tuple[Decision, Use]
"""A decision, and what it uses."""


class Adjudicator:
    """Decides any invoice by one library of rules. It keeps nothing from one invoice to the next
    but the numbers of `clinics` in histories; one adjudicator serves one thread.

    `default_region` is the region of a patient without a card whose invoice names none.
    """

    def __init__(self, library: Library, clinics: Clinics, default_region: str) -> None:
        self._clinics = clinics
        self._days = library.days
        self._default_region = default_region
        self._case = Case()

    def adjudicate(
        self,
        invoice: Invoice,
        patient: Patient,
        received_on: date,
        assessed: Assessed = NOTHING_ASSESSED,
    ) -> Answer:
        """Decide an invoice of a valid person number: every line, every visit, every sum.
        `assessed` is what an assessor has decided of its lines before.

        Day by day, on each day the lines by number, those whose code gives way to others last.
        Nothing given is changed; what is used is posted by whoever keeps the decision, if it has
        any line.
        """
        findings = whole_invoice_findings(invoice, is_person=True)
        if findings:
            return refusal(invoice, findings), NOTHING_USED
        case = self._begin(invoice, patient, received_on)
        case.assessed = assessed
        decisions: list[LineDecision] = []
        visits: list[Visit] = []
        allowed = claimed = 0
        for on, lines in groupby(sorted(invoice.lines, key=_day_and_number), key=_day):
            self._open_day(case, on)
            rows = case.day.book.rows
            allowed_before = allowed
            waiting: list[Line] = []
            for queue in (lines, waiting):
                for line in queue:
                    row = rows[line.code]
                    if row.yields and queue is not waiting:
                        waiting.append(line)
                        continue
                    decided = self._decide_line(case, line, row)
                    decisions.append(decided)
                    allowed += decided.allowed_ore
                    claimed += decided.claimed_ore
            visits.append(close_day(case, allowed - allowed_before))
        decisions.sort(key=_line_number)
        fees = sum([visit.fee_ore for visit in visits])
        decision = Decision(
            invoice.clinic,
            invoice.number,
            status_of(case, decisions),
            claimed,
            allowed,
            fees,
            allowed - fees,
            (),
            visits,
            decisions,
        )
        if not case.record:
            return decision, NOTHING_USED
        record = b"".join(case.record)
        return decision, (
            record, case.drawn, *span(record), case.latest, case.period, case.tally,
        )  # fmt: skip

    def _begin(self, invoice: Invoice, patient: Patient, received_on: date) -> Case:
        """Take up an invoice."""
        case = self._case
        case.begin(invoice, patient, received_on, self._clinics[invoice.clinic])
        return case

    def _open_day(self, case: Case, on: date) -> None:
        """Move to a day of the invoice: the card, the rules, what earlier invoices have on the day,
        what is used by then, and what holds of all lines of the day alike.

        The card in force decides the region, else the patient's latest card for the support, else
        the invoice, else the default.
        """
        invoice, patient = case.invoice, case.patient
        support = invoice.support
        card = card_on(patient.cards, support, on)
        otherwise = invoice.region or self._default_region
        region = region_of(patient.cards, support, card, otherwise)
        known = self._days[region, support, invoice.care_level, on]
        day, plains = known[0], known[1]
        case.open_day(day, card, plains, [])
        meet_earlier(case)
        period, balance = day.period, patient.balance
        if balance is not None:
            period = period_of(balance, day)
        if case.period is not period:
            if patient.period is period and not case.record:
                case.period, case.tally = period, patient.tally
            else:
                move_to_period(case, period)
        case.of_day = ask_of_day(case)
        case.is_plain = on <= case.received_on and (
            balance is None or not balance.may_carry(support, on)
        )

    def _decide_line(self, case: Case, line: Line, row: Row) -> LineDecision:
        """Decide a line, and take what it uses when it is approved.

        Of one against which nothing is known of lines alike, only what looks back is asked.
        """
        fields: LineFields = astuple(line)
        (
            number, treated_on, code, price, performer, tooth, zone, surfaces, _, _, _, _, named,
        ) = fields  # fmt: skip
        action, paid, cap, _, counts, per_ore, _ = case.plains[
            code, performer, tooth, zone, surfaces
        ]
        asked: int = price
        findings = case.open_line()
        assessment = case.assessed.get(number) if case.assessed else None
        if (
            cap >= 0
            and case.is_plain
            and named is None
            and action not in case.actions_met
            and assessment is None
        ):
            amount = case.allowed_ore = asked if asked < cap else cap
            ask_what_looks_back(case, line, row, counts + amount * per_ore)
        else:
            case.action = action
            case.assessment = assessment
            self._ask(case, line, row)
            if assessment is not None:
                let_stand(case, line, assessment)
        case.actions_met.append(action)
        outcome = outcome_of(findings) if findings else "approved"
        carrying, amount = case.carrying, 0
        if outcome == "approved":
            amount = case.allowed_ore
            is_carried = carrying is not None or (assessment is not None and assessment.is_carried)
            if not is_carried:
                case.tally += counts + amount * per_ore
            if carrying is not None:
                draw(case, number, carrying)
            case.record.append(paid_for(amount, paid, is_carried=is_carried))
            case.record.append(when(case.day.number))
            note(case, row)
            if amount < asked:
                findings.insert(0, cut(case, amount, carrying))
        elif outcome in HELD:
            case.is_pending = True
        return LineDecision(
            number,
            treated_on,
            code,
            outcome,
            price,
            amount,
            None if carrying is None else carrying.preassessment.id,
            case.day.book.edition,
            tuple(findings),
        )

    def _ask(self, case: Case, line: Line, row: Row) -> None:
        """Ask a line everything; whoever explains a decision asks through watchers."""
        ask_everything(case, line, row)


def status_of(case: Case, decisions: list[LineDecision]) -> Status:
    """What becomes of an invoice with these lines."""
    if case.is_pending:
        return "pending"
    if len(case.record) == PARTS_A_LINE * len(decisions):
        return "approved"
    return "partly_approved" if case.record else "denied"


_day = attrgetter("treated_on")
_day_and_number = attrgetter("treated_on", "line")
_line_number = attrgetter("line")
