"""The case at hand: what the checks may know when they are asked about one line.

One case serves one invoice and is moved on from day to day and line to line; `use` gathers what
approved lines use, so that later lines of the invoice meet it as they meet earlier invoices.
"""

from datetime import date
from typing import TYPE_CHECKING

from adjudication.findings import AnyFinding
from adjudication.invoice import Invoice, Line
from preassessments.balance import Balance, Carrying
from quotas.counting import AMOUNT_SHIFT, DAY_SHIFT, KIND_SHIFT, NO_STEP, Period
from quotas.history import (
    CODE_MASK,
    CODE_SHIFT,
    PERFORMER_NUMBERS,
    SITE_BITS,
    SITE_MASK,
    SUPPORT_MASK,
    SUPPORT_NUMBERS,
    SUPPORT_SHIFT,
    Histories,
    History,
    Use,
)
from registry.cards import CardInForce

if TYPE_CHECKING:
    from adjudication.rulebook import Row, TreatmentDay


class Patient:
    """What is known of one patient before the invoice: cards of all supports by first day and
    number, applications with what is left of them, and what is used."""

    __slots__ = ("balance", "cards", "history", "number")

    def __init__(
        self,
        number: str,
        cards: tuple[CardInForce, ...],
        balance: Balance | None,
        history: History,
    ) -> None:
        self.number = number
        self.cards = cards
        self.balance = balance
        self.history = history


class Case:
    """One line of one invoice, with its day, its card and its patient.

    `actions_met` holds code and site of every line that a duplicate would repeat: approved that
    day on earlier invoices, or an earlier line of this one. `codes_approved` holds the codes
    approved that day for this support. `tally` counts what is used in `period` so far.
    """

    __slots__ = (
        "action",
        "actions_met",
        "allowed_ore",
        "card",
        "carrying",
        "clinic",
        "codes_approved",
        "day",
        "day_eligibility",
        "day_structure",
        "findings",
        "history",
        "invoice",
        "latest_card",
        "line",
        "patient",
        "period",
        "received_on",
        "region",
        "row",
        "sites",
        "tally",
        "use",
    )

    def __init__(
        self, invoice: Invoice, patient: Patient, histories: Histories, received_on: date
    ) -> None:
        self.invoice: Invoice = invoice
        self.patient: Patient = patient
        self.received_on: date = received_on
        self.history: History = patient.history
        self.use: Use = Use(patient.history.latest)
        self.clinic: int = histories.clinics.of(invoice.clinic)
        self.sites = histories.sites
        self.period: Period | None = None
        self.carrying: Carrying | None = None

    def move_to_day(
        self,
        day: "TreatmentDay",
        region: str,
        card: CardInForce | None,
        latest_card: CardInForce | None,
    ) -> None:
        """Open a day of the invoice: what earlier invoices have on it, and what is used by then."""
        self.day: TreatmentDay = day
        self.region: str = region
        self.card: CardInForce | None = card
        self.latest_card: CardInForce | None = latest_card
        self.actions_met: list[int] = []
        self.codes_approved: list[int] = []
        if not self.history.is_before(day.number):
            support = SUPPORT_NUMBERS[self.invoice.support]
            for head in self.history.heads_between(day.number, day.number):
                code = head >> CODE_SHIFT & CODE_MASK
                self.actions_met.append(code << SITE_BITS | head & SITE_MASK)
                if head >> SUPPORT_SHIFT & SUPPORT_MASK == support:
                    self.codes_approved.append(code)
        period = day.period
        balance = self.patient.balance
        if balance is not None and day.book.renewing:
            openings = balance.openings(day.book.renewing)
            if openings:
                period = day.book.counting.period(day.date, openings)
        if period is not self.period:
            if self.history.period is period:
                self.tally: int = self.history.tally
            else:
                self.tally = period.tally(self.history.words)
            if self.use.words:
                self.tally += period.tally(self.use.words)
            self.period = period

    def move_to_line(self, line: Line, row: "Row") -> None:
        """Take up a line that has not been asked about."""
        self.line: Line = line
        self.row: Row = row
        self.findings: list[AnyFinding] = []
        self.carrying = None
        if line.tooth is None and line.zone is None and line.surfaces is None:
            self.action: int = row.number << SITE_BITS
        else:
            site = self.sites.of((line.tooth, line.zone, line.surfaces))
            self.action = row.number << SITE_BITS | site

    def approve(self) -> None:
        """Let the line use what it uses: later lines meet it."""
        row, use = self.row, self.use
        kind = row.kind | PERFORMER_NUMBERS[self.line.performer] << 1
        carrying = self.carrying
        if carrying is None:
            step = self.day.book.counting.steps.get(kind, NO_STEP)
            self.tally += step[0] + self.allowed_ore * (step[1] + step[2])
        else:
            kind |= 1
            key = (carrying.preassessment.id, carrying.line.line)
            use.drawn[key] = use.drawn.get(key, 0) + 1
        number = self.day.number
        use.words.append(number << DAY_SHIFT | kind << KIND_SHIFT | self.action & SITE_MASK)
        use.words.append(self.allowed_ore << AMOUNT_SHIFT | self.clinic)
        if row.has_interval and number > use.latest:
            use.latest = number
        self.codes_approved.append(row.number)
