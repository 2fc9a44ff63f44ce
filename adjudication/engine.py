"""How an invoice is decided: all control flow, and nothing else.

Which questions are asked of a code stands in the rulebook's rows; what each asks, in
adjudication/checks/.
"""

from datetime import date

from msgspec.structs import replace

from adjudication.case import Case
from adjudication.checks.check import Check
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
from adjudication.patient import Patient
from adjudication.patientfee import visit_of
from adjudication.rulebook import Plain, Plains, Row, TreatmentDay
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

def refusal(invoice: Invoice, findings: list[AnyFinding]) -> Decision:
    """The answer to an invoice that is invalid as a whole: nothing is decided, nothing kept."""
    claimed = sum([line.price_ore for line in invoice.lines])
    return Decision(
        invoice.clinic, invoice.number, "invalid", claimed, 0, 0, 0, tuple(findings), [], []
    )


def whole_invoice_findings(invoice: Invoice, is_person: bool) -> list[AnyFinding]:
    """What is wrong with an invoice as a whole; any of it makes a refusal.

    `is_person` says whether its person number is valid. A protected identity is asked about first
    and alone. Whether a number is reused is asked by whoever remembers numbers.
    """
    if invoice.protected_identity:
        return [ProtectedIdentity(rule="contract/protected_identity")]
    findings: list[AnyFinding] = []
    if not is_person:
        findings.append(PatientIdInvalid(rule="contract/patient_id_invalid"))
    if not invoice.lines:
        findings.append(LinesMissing(rule="contract/lines_missing"))
    numbers = [line.line for line in invoice.lines]
    repeated = sorted({number for number in numbers if numbers.count(number) > 1})
    if repeated:
        findings.append(LineNumberRepeated(rule="contract/line_number_repeated", lines=repeated))
    return findings


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
        self._case = Case()
        self._days: dict[tuple[str, str, date], TreatmentDay] = {}

    def adjudicate(
        self, invoice: Invoice, patient: Patient, received_on: date
    ) -> tuple[Decision, Use | None]:
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

    def _decide(
        self, case: Case, lines: list[Line], is_ordered: bool
    ) -> tuple[Decision, Use | None] | None:
        """Decide lines that stand in the order in which lines are decided: by day, those of a day
        that give way to others of it last, by number. Without `is_ordered` that is found out on
        the way, and None is given where they do not or where a number is repeated.

        A plain line is asked only what looks back, and of limits and ceilings only where the tally
        says that one of them may be passed; any other line is asked everything.
        """
        invoice = case.invoice
        care_level = invoice.care_level or "general"
        case.words = words = []
        case.drawn = {}
        case.latest = case.patient.history.latest
        case.period = None
        case.findings = findings = []
        clinic = self._clinics[invoice.clinic]
        decisions: list[LineDecision] = []
        visits: list[Visit] = []
        claimed = allowed = fees = number = allowed_before = words_before = 0
        is_pending = is_refused = is_yielding = False
        day = on = None
        for line in lines:
            if line.treated_on != on:
                if day is not None:
                    if line.treated_on < on and not is_ordered:
                        return None
                    fees += close_day(case, visits, clinic, allowed - allowed_before, words_before)
                day = self._open_day(case, line)
                on, book, met = day.date, day.book, case.actions_met
                day_word, edition, guard, flags = day.word, book.edition, book.guard, book.flags
                plains, least_cap, of_day = book.plains[care_level], case.least_cap, case.of_day
                allowed_before, words_before, is_yielding = allowed, len(words), False
            try:
                plain = plains[line.code, line.performer, line.tooth, line.zone, line.surfaces]
            except KeyError:
                plain = self._plain(case, line, plains)
            yields, action, head, cap, counts, per_ore, row = plain
            if not is_ordered and (line.line <= number or (is_yielding and not yields)):
                return None
            number = line.line
            is_yielding = yields
            if findings:
                case.findings = findings = []
            asked = line.price_ore
            application = None
            if cap >= least_cap and line.preassessment is None and action not in met:
                amount = asked if asked < cap else cap
                tally = case.tally + counts + amount * per_ore
                if row.looks_back:
                    for check in row.looking_back:
                        check.ask(case, line)
                if tally + guard & flags:
                    case.allowed_ore = amount
                    for check in row.remaining:
                        check.ask(case, line)
            else:
                self._ask(case, line, row, action, of_day)
                amount, carrying = case.allowed_ore, case.carrying
                if carrying is None:
                    tally = case.tally + counts + amount * per_ore
                else:
                    application, tally = carrying.preassessment.id, case.tally
                    head |= CARRIED
            met.append(action)
            claimed += asked
            if findings and (outcome := outcome_of(findings)) != "approved":
                amount = 0
                is_refused = True
                if outcome in NEEDS:
                    is_pending = True
            else:
                outcome = "approved"
                case.tally = tally
                allowed += amount
                words += (day_word | head, amount << AMOUNT_SHIFT | clinic)
                if amount < asked:
                    findings.insert(0, cut(case, amount, application))
                if row.is_noted:
                    note(case, row)
                if application is not None:
                    draw(case)
            decisions.append(
                LineDecision(
                    line.line,
                    on,
                    line.code,
                    outcome,
                    asked,
                    amount,
                    application,
                    edition,
                    tuple(findings) if findings else (),
                )
            )
        fees += close_day(case, visits, clinic, allowed - allowed_before, words_before)
        if is_ordered:
            decisions.sort(key=_line_number)
        status: Status
        if is_pending:
            status = "pending"
        elif is_refused:
            status = "partly_approved" if words else "denied"
        else:
            status = "approved"
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
        return decision, Use(words, case.drawn, case.latest, case.period, case.tally)

    def _plain(self, case: Case, line: Line, plains: Plains) -> Plain:
        """What can be said of a line without knowing the patient, worked out once."""
        row = case.day.book.rows[line.code]
        action = row.action
        if line.tooth is not None or line.zone is not None or line.surfaces is not None:
            action |= self._sites[line.tooth, line.zone, line.surfaces]
        bare = replace(line, price_ore=MOST_ORE, facts=None, documents=None, preassessment=None)
        before, case.findings = case.findings, []
        findings = case.findings
        case.carrying = None
        for stage in (row.structure, row.rest):
            if not findings:
                for check in stage:
                    if not check.looks_back:
                        check.ask(case, bare)
        case.findings = before
        kind, counts, per_ore = row.uses[line.performer]
        plain = Plain(
            row.yields,
            action,
            kind | action & SITE_MASK,
            -1 if findings else case.allowed_ore,
            counts,
            per_ore,
            row,
        )
        if len(plains) >= MOST_PLAINS:
            plains.clear()
        plains[line.code, line.performer, line.tooth, line.zone, line.surfaces] = plain
        return plain

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
        case.actions_met = []
        case.codes_approved = []
        history = patient.history
        words = history.words
        if words and words[-2] >= day.word:
            meet_earlier(case, day)
        period = day.period
        if patient.balance is not None:
            period = period_of(patient, day)
        if period is not case.period:
            move_to_period(case, period)
        if card is not None and on <= case.received_on <= day.clear_through:
            case.of_day = []
            case.least_cap = 0 if patient.balance is None else UNREACHED
        else:
            case.least_cap = UNREACHED
            before, case.findings = case.findings, []
            for check in day.book.of_day:
                check.ask(case, first)
            case.of_day, case.findings = case.findings, before
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

    def _ask(
        self, case: Case, line: Line, row: Row, action: int, of_day: list[AnyFinding]
    ) -> None:
        """Ask a line everything that can be asked of it, stage by stage: what is left after
        structure only of a line that is one, from combinations on only of a covered line, and what
        remains only of one that no application carries."""
        findings = case.findings
        case.carrying = None
        case.allowed_ore = 0
        case.action = action
        for check in row.structure:
            check.ask(case, line)
        if findings:
            return
        findings.extend(of_day)
        for check in row.eligibility:
            check.ask(case, line)
        eligible = len(findings)
        for check in row.coverage:
            check.ask(case, line)
        if len(findings) == eligible:
            ask_of_covered(case, line, row)


MOST_DAYS = 20_000
MOST_PLAINS = 200_000
UNREACHED = 1 << 40
MOST_ORE = 1_000_000_000
NEEDS = frozenset(("needs_preassessment", "needs_document", "needs_review"))


def outcome_of(findings: list[AnyFinding]) -> Outcome:
    """What the strongest of a line's findings makes of it."""
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


def note(case: Case, row: Row) -> None:
    """Note an approved line whose code combinations or intervals speak of."""
    case.codes_approved.append(row.number)
    if row.has_interval:
        case.latest = max(case.latest, case.day.number)


def draw(case: Case) -> None:
    """Draw an approved line from the application that carries it."""
    carrying = case.carrying
    assert carrying is not None
    key = (carrying.preassessment.id, carrying.line.line)
    case.drawn[key] = case.drawn.get(key, 0) + 1


def close_day(
    case: Case, visits: list[Visit], clinic: int, allowed_ore: int, first_word: int
) -> int:
    """Close a day: the fee of its visit, noted on the first line that it is taken of."""
    visit = visit_of(case, clinic, allowed_ore)
    visits.append(visit)
    fee = visit.fee_ore
    if fee:
        case.words[first_word + 1] |= FEE_TAKEN
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


def cut(case: Case, amount: int, application: str | None) -> PriceAboveTariff:
    """The finding of an approved line that is allowed less than it asks: by the tariff, or by the
    application that carries it where that amount is the lower."""
    book = case.day.book
    rule = book.tariff
    if application is not None and case.carrying is not None:
        rule = book.carrying if case.carrying.line.amount_ore == amount else rule
    return PriceAboveTariff(rule=rule, tariff_ore=amount)


def _line_number(decision: LineDecision) -> int:
    return decision.line


def _day_and_number(line: Line) -> tuple[date, int]:
    return line.treated_on, line.line
