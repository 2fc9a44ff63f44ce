"""A desk: decides invoices one after another and remembers what they used.

It holds the rules, the cards, the applications and the patients' histories in memory. Which
invoice numbers have been used is for its owner to remember.
"""

from collections import Counter
from datetime import date

from adjudication.assessment import Assessed
from adjudication.case import NOTHING_ASSESSED
from adjudication.decision import Decision
from adjudication.invoice import Invoice
from adjudication.library import Library
from adjudication.ordinary import SwiftAdjudicator
from adjudication.patient import Patient, patient_of
from adjudication.refusal import refusal, whole_invoice_findings
from adjudication.standing import Standing, standing
from preassessments.balance import PreassessmentRegister
from quotas.record import Clinics
from registry.cards import CardRegister
from terms.person import is_person_number, without_dash
from terms.vocabulary import Support


class Desk:
    """Decides by one library of rules; `default_region` is the region of a patient without a card
    whose invoice names none. Cards and applications are filled in before the first invoice."""

    def __init__(self, library: Library, default_region: str) -> None:
        self.library = library
        self.cards = CardRegister({name: one.cards for name, one in library.regions.items()})
        self.preassessments = PreassessmentRegister()
        self._patients: dict[str, Patient] = {}
        self._clinics = Clinics()
        self._default_region = default_region
        self._adjudicator = SwiftAdjudicator(library, self._clinics, default_region)

    def decide(
        self, invoice: Invoice, received_on: date, assessed: Assessed = NOTHING_ASSESSED
    ) -> Decision:
        """Answer an invoice and remember what it uses; `assessed` is what an assessor has decided
        of its lines."""
        patient = self._patients.get(invoice.patient) or self._find(invoice)
        if patient is None:
            return refusal(invoice, whole_invoice_findings(invoice, is_person=False))
        decision, use = self._adjudicator.adjudicate(invoice, patient, received_on, assessed)
        if use[0]:
            patient.post(use)
            if patient.balance is not None:
                patient.balance.draw(Counter(use[1].values()))
        return decision

    def standing(self, person: str, support: Support, on: date) -> Standing | None:
        """How the patient of a person number stands in a support on a day, by what was decided so
        far; None where the number is no person's."""
        patient = self._patients.get(person) or self._meet(person)
        if patient is None:
            return None
        return standing(self.library, patient, person, support, on, self._default_region)

    def _find(self, invoice: Invoice) -> Patient | None:
        """The patient of an invoice, or None where the number is no person's, and where it is not
        to be kept: that of a protected identity."""
        return None if invoice.protected_identity else self._meet(invoice.patient)

    def _meet(self, text: str) -> Patient | None:
        """The patient of a person number, or None where it is no person's. A patient is remembered
        under the form, with or without a dash, that was met first."""
        number = without_dash(text)
        other = f"{number[:8]}-{number[8:]}" if number == text else number
        patient = self._patients.get(other)
        if patient is not None:
            return patient
        cards = self.cards.of(number)
        if not cards and not is_person_number(text):
            return None
        patient = patient_of(number, cards, self.preassessments.of(number))
        self._patients[text] = patient
        return patient
