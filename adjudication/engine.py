"""How an invoice is decided: all control flow, and nothing else.

Which questions are asked of a code stands in the rulebook's rows; what each asks, in
adjudication/checks/.
"""

from datetime import date

from msgspec.structs import replace

from adjudication.case import Case
from adjudication.decision import Decision, LineDecision, Status, Visit
from adjudication.findings import (
    NOTHING,
    STRONGEST_FIRST,
    AnyFinding,
    Outcome,
    PreassessmentApplied,
    PreassessmentNotUsable,
    PriceAboveTariff,
)
from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from adjudication.patient import Patient
from adjudication.patientfee import visit_of
from adjudication.refusal import refusal, whole_invoice_findings
from adjudication.rulebook import Plain, Row, TreatmentDay
from preassessments.balance import Carrying
from quotas.counting import AMOUNT_SHIFT, Period
from quotas.history import (
    CARRIED,
    CODE_MASK,
    CODE_SHIFT,
    FEE_TAKEN,
    SITE_BITS,
    SITE_MASK,
    SUPPORT_MASK,
    SUPPORT_NUMBERS,
    SUPPORT_SHIFT,
    Indexes,
    Use,
)

MOST_DAYS = 20_000
MOST_PLAINS = 200_000
MOST_ORE = 1_000_000_000
UNREACHED = 1 << 40
NO_FINDINGS: list[AnyFinding] = []
NEEDS = frozenset(("needs_preassessment", "needs_document", "needs_review"))

Answer = tuple[Decision, Use | None]


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
        self._days: dict[tuple[str, str, date], TreatmentDay] = {}
        self._case = Case()

    def adjudicate(self, invoice: Invoice, patient: Patient, received_on: date) -> Answer:
        """Decide an invoice of a valid person number: every line, every visit, every sum.

        Nothing given is changed; the use is posted by whoever keeps the decision, and is None
        where there is nothing to post.
        """
        case = self._case
        case.invoice = invoice
        case.patient = patient
        case.received_on = received_on
        lines = invoice.lines
        if lines and not invoice.protected_identity:
            answer = self._decide(case, lines, False)
            if answer is not None:
                return answer
        findings = whole_invoice_findings(invoice, is_person=True)
        if findings:
            return refusal(invoice, findings), None
        answer = self._decide(case, self._ordered(case, lines), True)
        assert answer is not None
        return answer

    def _decide(self, case: Case, lines: list[Line], is_ordered: bool) -> Answer | None:
        """Decide lines that stand in the order in which lines are decided: by day, those of a day
        that give way to others of it last, by number. Without `is_ordered` that is found out on
        the way, and None is given where they do not or where a number is repeated.

        Most lines are ordinary: they come after the one before, nothing is known against lines
        alike, they meet no line that they could repeat, and the tally with them passes no limit
        and no ceiling. Any other line goes to `_decide_line`, which asks.
        """
        invoice = case.invoice
        case.words = words = []
        case.drawn = {}
        case.latest = case.patient.history.latest
        case.period = None
        case.is_pending = case.is_yielding = False
        clinic = self._clinics[invoice.clinic]
        decisions: list[LineDecision] = []
        visits: list[Visit] = []
        claimed = allowed = fees = allowed_before = 0
        last = UNREACHED if is_ordered else 0
        on = None
        for line in lines:
            if line.treated_on != on:
                if on is not None:
                    if line.treated_on < on and not is_ordered:
                        return None
                    case.tally = tally
                    fees += close_day(case, visits, clinic, allowed - allowed_before)
                    allowed_before = allowed
                day = self._open_day(case, line)
                on, day_word, edition, guard, flags = day.often
                plains, least_cap = case.plains, case.least_cap
                met, tally = case.actions_met, case.tally
            site = (line.code, line.performer, line.tooth, line.zone, line.surfaces)
            try:
                plain = plains[site]
            except KeyError:
                plain = plains[site] = self._plain(case, line)
            action, head, cap, counts, per_ore, is_special, row = plain
            number, asked = line.line, line.price_ore
            amount = asked if asked < cap else cap
            after = tally + counts + amount * per_ore
            if (
                number > last
                and cap >= least_cap
                and not is_special
                and not after + guard & flags
                and action not in met
                and line.preassessment is None
            ):
                last = number
                tally = after
                allowed += amount
                words += (day_word | head, amount << AMOUNT_SHIFT | clinic)
                findings = () if amount == asked else (cut(case, amount, None),)
                decisions.append(
                    LineDecision(
                        number, on, line.code, "approved", asked, amount, None, edition, findings
                    )
                )
            else:
                if not is_ordered and is_out_of_order(number, row, decisions, case):
                    return None
                case.tally = tally
                decision = self._decide_line(case, line, plain, amount, clinic)
                tally = case.tally
                allowed += decision.allowed_ore
                decisions.append(decision)
                last = UNREACHED if is_ordered or row.yields else number
            claimed += asked
            met.append(action)
        fees += close_day(case, visits, clinic, allowed - allowed_before)
        if is_ordered:
            decisions.sort(key=_line_number)
        status: Status
        if case.is_pending:
            status = "pending"
        elif len(words) == 2 * len(decisions):
            status = "approved"
        else:
            status = "partly_approved" if words else "denied"
        decision = Decision(
            invoice.clinic,
            invoice.number,
            status,
            claimed,
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

    def _decide_line(
        self, case: Case, line: Line, plain: Plain, amount: int, clinic: int
    ) -> LineDecision:
        """Decide a line that is not ordinary. Of one against which nothing is known of lines alike
        only what looks back is asked, and what remains; of any other, everything."""
        case.findings = findings = []
        case.carrying = carrying = None
        row, head = plain.row, plain.head
        if (
            plain.cap_ore >= case.least_cap
            and line.preassessment is None
            and plain.action not in case.actions_met
        ):
            case.allowed_ore = amount
            for check in row.looking_back:
                check.ask(case, line)
            for check in row.remaining:
                check.ask(case, line)
        else:
            self._ask(case, line, row, plain.action)
            amount, carrying = case.allowed_ore, case.carrying
        outcome = outcome_of(findings)
        if outcome == "approved":
            if carrying is None:
                case.tally += plain.counts + amount * plain.per_ore
            else:
                head |= CARRIED
                draw(case, carrying)
            case.words += (case.day.word | head, amount << AMOUNT_SHIFT | clinic)
            case.codes_approved.append(row.number)
            if row.has_interval:
                case.latest = max(case.latest, case.day.number)
            if amount < line.price_ore:
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
            line.price_ore,
            amount,
            None if carrying is None else carrying.preassessment.id,
            case.day.book.edition,
            tuple(findings),
        )

    def _plain(self, case: Case, line: Line) -> Plain:
        """What can be said of a line without knowing the patient, worked out once."""
        row = case.day.book.rows[line.code]
        action = row.action
        if line.tooth is not None or line.zone is not None or line.surfaces is not None:
            action |= self._sites[line.tooth, line.zone, line.surfaces]
        bare = replace(line, price_ore=MOST_ORE, facts=None, documents=None, preassessment=None)
        case.findings = findings = []
        case.carrying = None
        for stage in (row.structure, row.rest):
            if not findings:
                for check in stage:
                    if not check.looks_back:
                        check.ask(case, bare)
        kind, counts, per_ore = row.uses[line.performer]
        if len(case.plains) >= MOST_PLAINS:
            case.plains.clear()
        return Plain(
            action,
            kind | action & SITE_MASK,
            -1 if findings else case.allowed_ore,
            counts,
            per_ore,
            row.is_special,
            row,
        )

    def _open_day(self, case: Case, first: Line) -> TreatmentDay:
        """Move to a day of the invoice: find the card, with it the region, and with both the rules
        in force; what earlier invoices have on the day; and what is used by then. What holds of
        all lines of the day alike is then in `case.of_day`.

        The card in force decides the region, else the patient's latest card for the support, else
        the invoice, else the default. Of several cards the last one by first day and number does.
        """
        patient, on = case.patient, first.treated_on
        support = case.invoice.support
        card = decisive = None
        for known in patient.cards:
            if known.support == support:
                if known.valid_from <= on <= known.last_day:
                    card = decisive = known
                elif card is None:
                    decisive = known
        case.card = card
        if decisive is None:
            region = case.invoice.region or self._default_region
        else:
            region = decisive.region
        day = self._days.get((region, support, on))
        if day is None:
            day = self._library.calendar(region, support).on(on)
            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            self._days[region, support, on] = day
        case.day = day
        case.plains = day.plains[case.invoice.care_level or "general"]
        case.actions_met = []
        case.codes_approved = []
        words = patient.history.words
        if words and words[-2] >= day.word:
            meet_earlier(case, day)
        period = day.period if patient.balance is None else period_of(patient, day)
        if period is not case.period:
            move_to_period(case, period)
        if card is not None and on <= case.received_on <= day.clear_through:
            case.of_day = NO_FINDINGS
            case.least_cap = 0 if patient.balance is None else UNREACHED
        else:
            case.least_cap = UNREACHED
            case.findings = case.of_day = []
            for check in day.book.of_day:
                check.ask(case, first)
        return day

    def _ordered(self, case: Case, lines: list[Line]) -> list[Line]:
        """Lines in the order in which they are decided."""
        ordered = sorted(lines, key=_day_and_number)
        yielding = [
            self._open_day(case, line).book.rows[line.code].yields for line in ordered
        ]
        keys = [
            (line.treated_on, yields, line.line)
            for line, yields in zip(ordered, yielding, strict=True)
        ]
        return [ordered[place] for place in sorted(range(len(keys)), key=keys.__getitem__)]

    def _ask(self, case: Case, line: Line, row: Row, action: int) -> None:
        """Ask a line everything that can be asked of it, stage by stage: what is left after
        structure only of a line that is one, from combinations on only of a covered line, and what
        remains only of one that no application carries."""
        findings = case.findings
        case.allowed_ore = 0
        case.action = action
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


def is_out_of_order(
    number: int, row: Row, decisions: list[LineDecision], case: Case
) -> bool:
    """Whether a line does not come after the one decided last: by its number, or as one that gives
    way to none after one of the day that gives way."""
    if decisions and number <= decisions[-1].line:
        return True
    is_yielding, case.is_yielding = case.is_yielding, row.yields
    return is_yielding and not row.yields


def outcome_of(findings: list[AnyFinding]) -> Outcome:
    """What the strongest of a line's findings makes of it; nothing found is approval."""
    if not findings:
        return "approved"
    strength = min([finding.strength for finding in findings])
    return "approved" if strength == NOTHING else STRONGEST_FIRST[strength]


def ask_of_covered(case: Case, line: Line, row: Row) -> None:
    """Ask what is asked of a covered line only."""
    findings = case.findings
    balance, named = case.patient.balance, line.preassessment
    if balance is not None:
        case.carrying = balance.carrying(
            case.invoice.support, line.treated_on, line.code, line.tooth, named, case.drawn
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


def draw(case: Case, carrying: Carrying) -> None:
    """Draw an approved line from the application that carries it."""
    key = (carrying.preassessment.id, carrying.line.line)
    case.drawn[key] = case.drawn.get(key, 0) + 1


def close_day(case: Case, visits: list[Visit], clinic: int, allowed_ore: int) -> int:
    """Close a day: take the fee of its visit, and note it on the last line it is taken of."""
    visit = visit_of(case, clinic, allowed_ore)
    visits.append(visit)
    fee = visit.fee_ore
    if fee:
        case.words[-1] |= FEE_TAKEN
    return fee


def meet_earlier(case: Case, day: TreatmentDay) -> None:
    """Take in the lines that are approved that day on earlier invoices."""
    support = SUPPORT_NUMBERS[case.invoice.support]
    for head in case.patient.history.heads_between(day.number, day.number):
        code = head >> CODE_SHIFT & CODE_MASK
        case.actions_met.append(code << SITE_BITS | head & SITE_MASK)
        if head >> SUPPORT_SHIFT & SUPPORT_MASK == support:
            case.codes_approved.append(code)


def period_of(patient: Patient, day: TreatmentDay) -> Period:
    """The period that a day counts in for a patient with applications: an approval renews."""
    if day.book.renewing and patient.balance is not None:
        openings = patient.balance.openings(day.book.renewing)
        if openings:
            return day.book.counting.period(day.date, openings)
    return day.period


def move_to_period(case: Case, period: Period) -> None:
    """Count what is used in another period: by the history, and by the invoice so far."""
    history = case.patient.history
    if history.period is period:
        case.tally = history.tally
    else:
        case.tally = period.tally(history.words) if history.words else 0
    if case.words:
        case.tally += period.tally(case.words)
    case.period = period


def cut(case: Case, amount: int, carrying: Carrying | None) -> PriceAboveTariff:
    """The finding of an approved line that is allowed less than it asks: by the tariff, or by the
    application that carries it where that amount is the lower."""
    book = case.day.book
    by_application = carrying is not None and carrying.line.amount_ore == amount
    return PriceAboveTariff(rule=book.carrying if by_application else book.tariff, tariff_ore=amount)


def _line_number(decision: LineDecision) -> int:
    return decision.line


def _day_and_number(line: Line) -> tuple[date, int]:
    return line.treated_on, line.line
