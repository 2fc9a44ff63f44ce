"""What each finding says in English: what happened, with its numbers, and what would cure it."""

from typing import Final

from adjudication import findings as found
from adjudication.wording.about import About, Words
from adjudication.wording.english.billing import of_eligibility, of_structure
from adjudication.wording.english.paying import (
    of_assessment,
    of_care,
    of_coverage,
    of_preassessment,
    of_price,
)
from adjudication.wording.english.words import listed
from adjudication.wording.findings import OfInvoice, Sentences, said


def words_of(finding: found.AnyFinding, about: About) -> Words:
    """What a finding says; `about` is its line, or `NO_LINE`."""
    return said(finding, about, _ENGLISH)


def _of_invoice(finding: OfInvoice) -> Words:
    free = "and send the invoice again; its number is still free."
    match finding:
        case found.ProtectedIdentity():
            return Words(
                "The patient has a protected identity. The invoice is not dealt with here, and "
                "nothing of it is kept.",
                "Send instead an invoice for the amount directly to the region's commissioning "
                "unit.",
            )
        case found.NumberReused():
            return Words(
                "The clinic has used the number already, for an invoice with other content. The "
                "answer to the first stands unchanged.",
                "Give this invoice a number of its own and send it again.",
            )
        case found.PatientIdInvalid():
            return Words(
                "The patient's number is neither a valid personal number nor a valid coordination "
                "number.",
                "Check that it has twelve digits, the right date and the right check digit, "
                f"{free}",
            )
        case found.LinesMissing():
            return Words("The invoice has no lines.", f"Add at least one line {free}")
        case found.LineNumberRepeated(lines=lines):
            numbers = listed([str(number) for number in lines])
            return Words(
                f"More than one line has the same number: {numbers}.",
                f"Give each line a number of its own {free}",
            )


_ENGLISH: Final = Sentences(
    _of_invoice,
    of_structure,
    of_eligibility,
    of_coverage,
    of_care,
    of_price,
    of_preassessment,
    of_assessment,
)
