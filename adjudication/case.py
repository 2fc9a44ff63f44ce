"""The case at hand: what the checks may know when they are asked about a line.

A case is moved from invoice to day to line (adjudication/engine.py). What approved lines use is
gathered in it, so that later lines of the invoice meet it as they meet earlier invoices.
"""

from datetime import date
from typing import TYPE_CHECKING

from adjudication.assessment import Assessed, Assessment
from adjudication.findings import AnyFinding
from adjudication.invoice import Invoice
from adjudication.patient import Patient
from preassessments.balance import Carrying, Drawn
from quotas.counting import Period, Tally
from registry.holding import CardInForce

if TYPE_CHECKING:
    from adjudication.plain import Plains
    from adjudication.rulebook import TreatmentDay


NOTHING_ASSESSED: Assessed = {}

Action = object
"""Code and site of a line, which a duplicate repeats: only ever compared."""


class Case:
    """One line of one invoice, with its day, its card and its patient.

    Of the invoice: `record`, `drawn` and `latest` become its use (quotas/history.py), and `tally`
    counts what is used in `period` so far, by this invoice too. `clinic` is how a record names it.
    `assessed` is what an assessor decided of its lines.

    Of the day: `card` is in force, `of_day` holds of all its lines alike, and `plains` is what is
    known of lines alike. `is_plain` says that those are asked only what looks back: the day is not
    in the future, and no application may carry any of them.
    `actions_met` holds code and site of every line that a duplicate would repeat: approved that
    day on earlier invoices, or an earlier line of this one. `codes_approved` holds the codes
    approved that day for this support.

    Of the line: `findings` so far, in order; its `action`, code and site in one number; what an
    assessor decided of it; the approved line of an application that carries it; and the amount that
    its price allows.
    """

    __slots__ = (
        "action",
        "actions_met",
        "allowed_ore",
        "assessed",
        "assessment",
        "card",
        "carrying",
        "clinic",
        "codes_approved",
        "day",
        "drawn",
        "findings",
        "invoice",
        "is_pending",
        "is_plain",
        "latest",
        "of_day",
        "patient",
        "period",
        "plains",
        "received_on",
        "record",
        "tally",
    )

    invoice: Invoice
    patient: Patient
    received_on: date
    clinic: bytes
    record: list[bytes]
    drawn: Drawn
    latest: int
    tally: Tally
    period: Period | None
    is_pending: bool
    assessed: Assessed

    day: "TreatmentDay"
    card: CardInForce | None
    of_day: list[AnyFinding]
    is_plain: bool
    plains: "Plains"
    actions_met: list[Action]
    codes_approved: list[int]

    findings: list[AnyFinding]
    action: Action
    assessment: Assessment | None
    carrying: Carrying | None
    allowed_ore: int

    def begin(self, invoice: Invoice, patient: Patient, received_on: date, clinic: bytes) -> None:
        """Take up an invoice, of which nothing is used yet."""
        self.invoice = invoice
        self.patient = patient
        self.received_on = received_on
        self.clinic = clinic
        self.record = []
        self.actions_met = []
        self.drawn = {}
        self.latest = patient.latest
        self.period = None
        self.is_pending = False
        self.assessed = NOTHING_ASSESSED

    def open_day(
        self,
        day: "TreatmentDay",
        card: CardInForce | None,
        plains: "Plains",
        actions_met: list[Action],
    ) -> None:
        """Move to a day of the invoice, on which the patient has this card. What holds of all its
        lines alike is still to be asked."""
        self.day = day
        self.card = card
        self.plains = plains
        self.actions_met = actions_met
        self.codes_approved = []
        self.of_day = []
        self.is_plain = True

    def open_line(self) -> list[AnyFinding]:
        """Take up a line, of which nothing is found yet."""
        self.assessment = None
        self.carrying = None
        self.findings = []
        return self.findings
