"""How the closed sets of words, code sets and lists are said in English."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from adjudication.wording.words import EN_DASH, HUNDRED
from adjudication.wording.words import listed as in_a_row

SUPPORT_NAMES: Final[Mapping[str, str]] = {
    "N": "N dental care",
    "F": "F dental care",
    "S": "S dental care",
    "H": "children's choice scheme",
}
PERFORMERS: Final[Mapping[str, str]] = {
    "dentist": "dentist",
    "hygienist": "dental hygienist",
    "nurse": "dental nurse",
}
CARE_LEVELS: Final[Mapping[str, str]] = {
    "general": "general dental care",
    "specialist": "specialist dental care",
}
DOCUMENTS: Final[Mapping[str, str]] = {
    "day_note": "day note",
    "record_copy": "copy of the record",
    "xray": "x-ray",
    "technician_invoice": "dental technician's invoice",
    "referral": "referral",
}
FACTS: Final[Mapping[str, str]] = {
    "existing_retainer_crowns": "on existing retainer crowns",
    "peri_implantitis": "in peri-implantitis",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "approved": "approved",
    "invalid": "invalid",
    "denied": "denied",
    "patient_pays": "the patient pays",
    "needs_preassessment": "needs an application",
    "needs_document": "needs a document",
    "needs_review": "waits for a case officer",
}
STATUSES: Final[Mapping[str, str]] = {
    "approved": "approved",
    "partly_approved": "partly approved",
    "pending": "waiting, see the lines",
    "denied": "denied",
    "invalid": "invalid, nothing is decided",
}


def listed(things: Iterable[str], last: str = "and") -> str:
    """Things as an English list: `101, 111 and 112`."""
    return in_a_row(things, last)


def code_set(written: Sequence[str]) -> str:
    """A written set of codes: `401–406, 811 and all in the 100s and 200s`."""
    hundreds = [f"{found[1]}s" for text in written if (found := HUNDRED.fullmatch(text))]
    others = [text.replace("-", EN_DASH) for text in written if not HUNDRED.fullmatch(text)]
    if not hundreds:
        return listed(others)
    groups = f"all in the {listed(hundreds)}"
    return f"{', '.join(others)} and {groups}" if others else groups


def positions(numbers: Sequence[int]) -> str:
    """Positions of the jaw: `1–5` where they follow each other, else a list."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 1 and list(numbers) == list(range(first, last + 1)):
        return f"{first}{EN_DASH}{last}"
    return listed([str(number) for number in numbers])


def with_article(noun: str) -> str:
    """`an x-ray`, `a referral`."""
    return f"{'an' if noun[0] in 'aeioux' else 'a'} {noun}"
