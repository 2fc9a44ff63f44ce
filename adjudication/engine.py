"""How an invoice is decided: all control flow, and nothing else.

Which questions are asked of a code stands in the rulebook's rows; what each asks, in
adjudication/checks/.
"""

from datetime import date

from msgspec.structs import replace

from adjudication.asking import ask_everything, ask_of_day, cut, outcome_of, stands
from adjudication.case import Case
from adjudication.decision import Decision, LineDecision, Status, Visit
from adjudication.findings import (
    AnyFinding,
)
from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from adjudication.patient import Patient
from adjudication.patientfee import close_day
from adjudication.refusal import refusal, whole_invoice_findings
from adjudication.rulebook import Plain, Plains, Row, Rulebook, TreatmentDay
from adjudication.usage import draw, meet_earlier, move_to_period, note, period_of
from preassessments.balance import Carrying
from quotas.counting import AMOUNT_SHIFT
from quotas.history import (
    CARRIED,
    SITE_MASK,
    Indexes,
    Use,
)
from terms.editions import Edition
from terms.vocabulary import Support

MOST_DAYS = 20_000
MOST_PLAINS = 200_000
WORDS_A_LINE = 2
MOST_ORE = 1_000_000_000
UNREACHED = 1 << 40
NO_SITE = (None, None, None)
NO_FINDINGS: list[AnyFinding] = []
NEEDS = frozenset(("needs_preassessment", "needs_document", "needs_review"))

Answer = tuple[Decision, Use | None]
OpenDay = tuple[int, Edition | None, int, int, Plains, bool, list[int], int]
"""What the loop over lines needs of a day: its word, edition, guard and flags, what is known of
lines alike, whether it is clear, the actions met, and the tally."""


class Adjudicator:
    """Decides invoices by one library of rules. It keeps nothing from one invoice to the next but
    the numbers of sites and clinics in `indexes`; one adjudicator serves one thread.

    `default_region` is the region of a patient without a card whose invoice names none.
    """

    def __init__(self, library: Library, indexes: Indexes, default_region: str) -> None:
        self._library = library
        self._sites = indexes.sites
        self._clinics = indexes.clinics
        self._default_region = default_region
        self._days: dict[tuple[str, str, date], tuple[TreatmentDay, Plains, Plains]] = {}
        self._plains: dict[Rulebook, tuple[Plains, Plains]] = {}
        self._case = Case()

    def adjudicate(
        self,
        invoice: Invoice,
        patient: Patient,
        received_on: date,
        ordered: list[Line] | None = None,
    ) -> Answer:
        """Decide an invoice of a valid person number: every line, every visit, every sum.

        Nothing given is changed; the use is posted by whoever keeps the decision, and is None
        where there is nothing to post. Lines are decided in the order of `_ordered`; that they
        stand in it, with no number twice, is found out on the way, and where they do not the
        invoice is begun again with the lines `ordered`.

        Most lines are ordinary: the day is clear, they ask no more than is paid for lines alike,
        the tally with them passes no limit and no ceiling, they repeat no line, name no
        application, and nothing is found where they look back. Any other line is asked everything.
        """
        lines = ordered or invoice.lines
        if invoice.protected_identity or not lines:
            return self._begin_again(invoice, patient, received_on)
        case = self._case
        case.begin(invoice, patient, received_on, self._clinics[invoice.clinic])
        words = case.words
        decisions: list[LineDecision] = []
        visits: list[Visit] = []
        allowed = refused = fees = allowed_before = 0
        last = 0 if ordered is None else UNREACHED
        on = lines[0].treated_on
        day_word, edition, guard, flags, plains, is_clear, met, tally = self._open_day(case, on)
        for line in lines:
            if line.treated_on != on:
                if line.treated_on < on and ordered is None:
                    return self._begin_again(invoice, patient, received_on)
                case.tally = tally
                fees += close_day(case, visits, allowed - allowed_before)
                allowed_before, on = allowed, line.treated_on
                day_word, edition, guard, flags, plains, is_clear, met, tally = self._open_day(
                    case, on
                )
            try:
                action, head, cap, counts, per_ore, is_special, row = plains[
                    line.code, line.performer, line.tooth, line.zone, line.surfaces
                ]
            except KeyError:
                action, head, cap, counts, per_ore, is_special, row = self._plain(case, line)
            number = line.line
            asked = line.price_ore
            after = tally + counts + asked * per_ore
            if (
                number > last
                and asked <= cap
                and is_clear
                and not after + guard & flags
                and action not in met
                and line.preassessment is None
                and (not is_special or stands(case, line, row))
            ):
                last = number
                tally = after
                allowed += asked
                words += (day_word | head, asked << AMOUNT_SHIFT)
                decisions.append(
                    LineDecision(number, on, line.code, "approved", asked, asked, None, edition, ())
                )
                if is_special:
                    note(case, row)
                    if row.yields:
                        last = UNREACHED
            else:
                if ordered is None and is_out_of_order(case, number, row, decisions):
                    return self._begin_again(invoice, patient, received_on)
                case.tally = tally
                decided = self._decide_line(case, line, row)
                tally = case.tally
                allowed += decided.allowed_ore
                refused += asked - decided.allowed_ore
                decisions.append(decided)
                last = number if ordered is None and not row.yields else UNREACHED
            met.append(action)
        fees += close_day(case, visits, allowed - allowed_before)
        if ordered is not None:
            decisions.sort(key=_line_number)
        status: Status = "approved"
        if case.is_pending:
            status = "pending"
        elif len(words) != WORDS_A_LINE * len(decisions):
            status = "partly_approved" if words else "denied"
        decision = Decision(
            invoice.clinic,
            invoice.number,
            status,
            allowed + refused,
            allowed,
            fees,
            allowed - fees,
            (),
            visits,
            decisions,
        )
        if not words:
            return decision, None
        return decision, Use(words, case.drawn, case.latest, case.period, tally)

    def _begin_again(self, invoice: Invoice, patient: Patient, received_on: date) -> Answer:
        """Answer an invoice that is invalid as a whole, or whose lines do not stand in order."""
        findings = whole_invoice_findings(invoice, is_person=True)
        if findings:
            return refusal(invoice, findings), None
        ordered = self._ordered(invoice, patient, received_on)
        return self.adjudicate(invoice, patient, received_on, ordered)

    def _decide_line(self, case: Case, line: Line, row: Row) -> LineDecision:
        """Decide a line that is not ordinary. Of one against which nothing is known of lines alike
        only what looks back is asked, and what remains; of any other, everything."""
        action, head, cap, counts, per_ore, _, _ = self._plain(case, line)
        findings = case.open_line()
        carrying: Carrying | None = None
        asked = line.price_ore
        if (
            cap >= 0
            and case.is_clear
            and line.preassessment is None
            and action not in case.actions_met
        ):
            amount = case.allowed_ore = min(asked, cap)
            for check in row.looking_back:
                check.ask(case, line)
            for check in row.remaining:
                check.ask(case, line)
        else:
            case.action = action
            self._ask(case, line, row)
            amount, carrying = case.allowed_ore, case.carrying
        outcome = outcome_of(findings)
        if outcome == "approved":
            if carrying is None:
                case.tally += counts + amount * per_ore
            else:
                head |= CARRIED
                draw(case, carrying)
            case.words += (case.day.word | head, amount << AMOUNT_SHIFT)
            note(case, row)
            if amount < asked:
                findings.insert(0, cut(case, amount, carrying))
        else:
            amount = 0
            if outcome in NEEDS:
                case.is_pending = True
        return LineDecision(
            line.line,
            line.treated_on,
            line.code,
            outcome,
            asked,
            amount,
            None if carrying is None else carrying.preassessment.id,
            case.day.book.edition,
            tuple(findings),
        )

    def _plain(self, case: Case, line: Line) -> Plain:
        """What can be said of a line without knowing the patient, worked out once."""
        site = (line.tooth, line.zone, line.surfaces)
        known = case.plains.get((line.code, line.performer, *site))
        if known is not None:
            return known
        row = case.day.book.rows[line.code]
        action = row.action if site == NO_SITE else row.action | self._sites[site]
        bare = replace(line, price_ore=MOST_ORE, facts=None, documents=None, preassessment=None)
        findings = case.open_line()
        for stage in (row.structure, row.rest):
            if not findings:
                for check in stage:
                    if not check.looks_back:
                        check.ask(case, bare)
        kind, counts, per_ore = row.uses[line.performer]
        cap = -1 if findings else case.allowed_ore
        head = kind | action & SITE_MASK
        plain = Plain(action, head, cap, counts, per_ore, row.is_special, row)
        if len(case.plains) >= MOST_PLAINS:
            case.plains.clear()
        case.plains[line.code, line.performer, *site] = plain
        return plain

    def _open_day(self, case: Case, on: date) -> OpenDay:
        """Move to a day of the invoice: find the card, with it the region, and with both the rules
        in force; what earlier invoices have on the day; and what is used by then. The day is clear
        where nothing holds of all its lines alike and no application may carry one.

        The card in force decides the region, else the patient's latest card for the support, else
        the invoice, else the default. Of several cards the last one by first day and number does.
        """
        invoice, patient = case.invoice, case.patient
        support = invoice.support
        card = None
        for known in patient.cards:
            if known.support == support and known.valid_from <= on <= known.last_day:
                card = known
        case.card = card
        region = self._region_without_card(invoice, patient) if card is None else card.region
        day, general, specialist = self._days.get((region, support, on)) or self._find_day(
            region, support, on
        )
        case.day = day
        case.plains = plains = general if invoice.care_level != "specialist" else specialist
        met: list[int] = []
        case.actions_met = met
        case.codes_approved = []
        history = patient.history
        words = history.words
        case.has_earlier = False
        if words and words[-2] >= day.word:
            case.has_earlier = True
            meet_earlier(case, day)
        period = day.period
        if patient.balance is not None:
            period = period_of(patient, day)
        if case.period is not period:
            if history.period is period and not case.words:
                case.period = period
                case.tally = history.tally
            else:
                move_to_period(case, period)
        is_clear = False
        case.of_day = NO_FINDINGS
        if card is not None and on <= case.received_on <= day.clear_through:
            is_clear = patient.balance is None
        else:
            case.of_day = ask_of_day(case, day)
        case.is_clear = is_clear
        word, edition, guard, flags = day.often
        return word, edition, guard, flags, plains, is_clear, met, case.tally

    def _find_day(
        self, region: str, support: Support, on: date
    ) -> tuple[TreatmentDay, Plains, Plains]:
        """A day that is met for the first time, and what is known of lines alike by its rulebook,
        for general and for specialist care."""
        if len(self._days) >= MOST_DAYS:
            self._days.clear()
        day = self._library.calendar(region, support).on(on)
        known = (day, *self._plains.setdefault(day.book, ({}, {})))
        self._days[region, support, on] = known
        return known

    def _region_without_card(self, invoice: Invoice, patient: Patient) -> str:
        """The region of a day on which no card is in force."""
        cards = [card for card in patient.cards if card.support == invoice.support]
        return cards[-1].region if cards else invoice.region or self._default_region

    def _ordered(self, invoice: Invoice, patient: Patient, received_on: date) -> list[Line]:
        """The invoice's lines in the order in which they are decided."""
        case = self._case
        case.begin(invoice, patient, received_on, 0)
        keys = [
            (
                line.treated_on,
                self._yields(case, line),
                line.line,
            )
            for line in invoice.lines
        ]
        return [invoice.lines[place] for place in sorted(range(len(keys)), key=keys.__getitem__)]

    def _yields(self, case: Case, line: Line) -> bool:
        """Whether the line's code gives way to others, by the rules of its day."""
        self._open_day(case, line.treated_on)
        return case.day.book.rows[line.code].yields

    def _ask(self, case: Case, line: Line, row: Row) -> None:
        """Ask a line everything; whoever explains a decision asks through watchers."""
        ask_everything(case, line, row)


def is_out_of_order(case: Case, number: int, row: Row, decisions: list[LineDecision]) -> bool:
    """Whether a line does not come after the one decided last: by its number, or as one that gives
    way to none after one of the same day that does."""
    if not decisions:
        return False
    before = decisions[-1]
    if number <= before.line:
        return True
    is_same_day = before.treated_on == case.day.date
    return is_same_day and case.day.book.rows[before.code].yields and not row.yields


def _line_number(decision: LineDecision) -> int:
    return decision.line
