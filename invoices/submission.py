"""Submitting an invoice: it is decided once, and whoever sends it again gets the first answer."""

from datetime import date

import msgspec

from adjudication.decision import Decision
from adjudication.engine import Adjudicator
from adjudication.findings import NumberReused
from adjudication.invoice import Invoice, fingerprint
from adjudication.refusal import refusal, whole_invoice_findings
from invoices.store import FIRST_VERSION, Kept, Store
from terms.person import is_person_number, without_dash

encode = msgspec.json.Encoder().encode


class Submitted(msgspec.Struct, frozen=True, gc=False):
    """The answer in JSON; the decision where it was made now, not when the invoice was sent before;
    and the key of the invoice where it is kept, with the number of its current version."""

    answer: bytes
    decision: Decision | None
    key: int | None = None
    version: int = FIRST_VERSION

    @property
    def is_new(self) -> bool:
        """Whether the answer was given now."""
        return self.decision is not None

    @property
    def is_refused(self) -> bool:
        """Whether the invoice is refused as a whole, so that nothing of it is kept."""
        return self.decision is not None and self.decision.status == "invalid"


def submit(
    store: Store, adjudicator: Adjudicator, invoice: Invoice, received_on: date
) -> Submitted:
    """Decide an invoice and keep the decision.

    The same invoice again is answered as the first time. What is refused as a whole leaves nothing
    behind, and its number free.
    """
    if invoice.protected_identity:
        return _answered(refusal(invoice, whole_invoice_findings(invoice, is_person=False)))
    number = without_dash(invoice.patient)
    content = fingerprint(invoice, number)
    earlier = store.earlier(invoice.clinic, invoice.number)
    if earlier is not None:
        if earlier.content == content:
            return Submitted(earlier.answer, None, earlier.key, earlier.version)
        return _answered(refusal(invoice, [NumberReused(rule="contract/number_reused")]))
    patient = store.patient(number)
    if patient is None:
        if not is_person_number(number):
            return _answered(refusal(invoice, whole_invoice_findings(invoice, is_person=False)))
        patient = store.meet(number)
    decision, use = adjudicator.adjudicate(invoice, patient, received_on)
    answer = encode(decision)
    if decision.status == "invalid":
        return Submitted(answer, decision)
    kept = Kept(invoice, received_on, number, content, decision, answer, use)
    return Submitted(answer, decision, store.keep(kept))


def _answered(decision: Decision) -> Submitted:
    return Submitted(encode(decision), decision)
