"""Invoices that are invalid as a whole: nothing of them is decided, nothing kept."""

from collections import Counter

from adjudication.decision import Decision
from adjudication.findings import (
    AnyFinding,
    LineNumberRepeated,
    LinesMissing,
    PatientIdInvalid,
    ProtectedIdentity,
)
from adjudication.invoice import Invoice


def refusal(invoice: Invoice, findings: list[AnyFinding]) -> Decision:
    """The answer to an invoice with these findings: what it claims, and nothing else."""
    claimed = sum([line.price_ore for line in invoice.lines])
    return Decision(
        invoice.clinic, invoice.number, "invalid", claimed, 0, 0, 0, tuple(findings), [], []
    )


def whole_invoice_findings(invoice: Invoice, is_person: bool) -> list[AnyFinding]:
    """What is wrong with an invoice as a whole.

    `is_person` says whether its person number is valid. A protected identity is asked about first
    and alone. Whether a number is reused is asked by whoever remembers numbers.
    """
    if invoice.protected_identity:
        return [ProtectedIdentity(rule="contract/protected_identity")]
    findings: list[AnyFinding] = []
    if not is_person:
        findings.append(PatientIdInvalid(rule="contract/patient_id_invalid"))
    numbers = [line.line for line in invoice.lines]
    if not numbers:
        findings.append(LinesMissing(rule="contract/lines_missing"))
    if len(set(numbers)) < len(numbers):
        repeated = sorted(number for number, many in Counter(numbers).items() if many > 1)
        findings.append(LineNumberRepeated(rule="contract/line_number_repeated", lines=repeated))
    return findings
