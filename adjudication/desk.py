"""A desk: decides invoices one after another and remembers what they used.

It holds the rules, the cards, the applications and the patients' histories in memory. Which
invoice numbers have been used is for its owner to remember.
"""

from datetime import date

from adjudication.case import Patient
from adjudication.decision import Decision
from adjudication.engine import adjudicate, refused
from adjudication.invoice import Invoice
from adjudication.library import Library
from preassessments.balance import PreassessmentRegister
from quotas.history import Histories, History
from registry.cards import CardRegister
from terms.person import is_person_number, without_dash


class Desk:
    """Decides by one library of rules; `default_region` is the region of a patient without a card
    whose invoice names none."""

    def __init__(self, library: Library, default_region: str) -> None:
        self.library = library
        self.cards = CardRegister({name: one.cards for name, one in library.regions.items()})
        self.preassessments = PreassessmentRegister()
        self.histories = Histories()
        self._default_region = default_region

    def decide(self, invoice: Invoice, received_on: date) -> Decision:
        """Answer an invoice and remember what it uses."""
        number = without_dash(invoice.patient)
        cards = self.cards.of(number)
        history = self.histories.patients.get(number)
        is_person = history is not None or bool(cards) or is_person_number(number)
        refusal = refused(invoice, is_person)
        if refusal is not None:
            return refusal
        if history is None:
            history = History()
        patient = Patient(number, cards, self.preassessments.of(number), history)
        verdict = adjudicate(
            invoice, patient, self.histories, self.library, received_on, self._default_region
        )
        use = verdict.use
        if use.words:
            history.post(use)
            if patient.balance is not None:
                patient.balance.draw(use.drawn)
            self.histories.patients[number] = history
        return verdict.decision
