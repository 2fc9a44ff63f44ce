"""How the closed sets of words, code sets and lists are said in Swedish."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

EN_DASH: Final = "\u2013"

SUPPORT_NAMES: Final[Mapping[str, str]] = {
    "N": "N-tandvård",
    "F": "F-tandvård",
    "S": "S-tandvård",
    "H": "Hälsoval tandvård",
}
PERFORMERS: Final[Mapping[str, str]] = {
    "dentist": "tandläkare",
    "hygienist": "tandhygienist",
    "nurse": "tandsköterska",
}
CARE_LEVELS: Final[Mapping[str, str]] = {
    "general": "allmäntandvård",
    "specialist": "specialisttandvård",
}
DOCUMENTS: Final[Mapping[str, str]] = {
    "day_note": "daganteckning",
    "record_copy": "journalkopia",
    "xray": "röntgenbild",
    "technician_invoice": "faktura från tandtekniker",
    "referral": "remiss",
}
FACTS: Final[Mapping[str, str]] = {
    "existing_retainer_crowns": "på befintliga urtagskronor",
    "peri_implantitis": "vid periimplantit",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "approved": "godkänd",
    "invalid": "ogiltig",
    "denied": "avslagen",
    "patient_pays": "patienten betalar",
    "needs_preassessment": "kräver förhandsbedömning",
    "needs_document": "behöver kompletteras",
    "needs_review": "väntar på handläggare",
}
STATUSES: Final[Mapping[str, str]] = {
    "approved": "godkänd",
    "partly_approved": "delvis godkänd",
    "pending": "väntar, se raderna",
    "denied": "avslagen",
    "invalid": "ogiltig, ingenting är avgjort",
}
HUNDRED = re.compile(r"([1-9]00)-gruppen")


def listed(things: Iterable[str], last: str = "och") -> str:
    """Things as a Swedish list: `101, 111 och 112`."""
    texts = list(things)
    if len(texts) <= 1:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def code_set(written: Sequence[str], last: str = "och") -> str:
    """A written set of codes: `100-, 200- och 300-gruppen samt 401–406 och 811`."""
    hundreds = [found[1] for text in written if (found := HUNDRED.fullmatch(text))]
    others = [text.replace("-", EN_DASH) for text in written if not HUNDRED.fullmatch(text)]
    if not hundreds:
        return listed(others, last)
    groups = listed([f"{hundred}-" for hundred in hundreds], last) + "gruppen"
    return f"{groups} samt {listed(others, last)}" if others else groups


def is_one(written: Sequence[str]) -> bool:
    """Whether a written set is a single code, neither a range nor a hundred."""
    return len(written) == 1 and written[0].isalnum()


def actions(written: Sequence[str], last: str = "och") -> str:
    """A set of codes as a subject: `Åtgärd 101`, `Åtgärderna i 800-gruppen`."""
    start = "Åtgärd" if is_one(written) else "Åtgärderna"
    inside = " i" if HUNDRED.fullmatch(written[0]) else ""
    return f"{start}{inside} {code_set(written, last)}"


def positions(numbers: Sequence[int]) -> str:
    """Positions of the jaw: `1–5` where they follow each other, else a list."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 1 and list(numbers) == list(range(first, last + 1)):
        return f"{first}{EN_DASH}{last}"
    return listed([str(number) for number in numbers])


def many(number: int, one: str, more: str) -> str:
    """A number with its noun: `1 månad`, `3 månader`."""
    return f"{number} {one if number == 1 else more}"


def through(last_day: date | None) -> str:
    """The end of a span of days: `till och med 2026-02-28`, or until further notice."""
    if last_day is None or last_day == date.max:
        return "tills vidare"
    return f"till och med {last_day}"


def capital(text: str) -> str:
    """A sentence's first letter."""
    return text[:1].upper() + text[1:]
