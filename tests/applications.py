"""Applications for tests: one that holds all that Jönköping requires, and what is decided on it."""

from typing import Any

from tests.commands import PATIENT
from tests.desks import Row


def planned(line: int = 1, **fields: Any) -> Row:
    """A right line of a plan, with other values for some fields."""
    return {"line": line, "code": "407", "tooth": "36", "count": 2, "price_ore": 247_000, **fields}


def content(**fields: Any) -> Row:
    """A whole content, with other values for some fields."""
    return {
        "category": "F5",
        "anamnesis": "Muntorr av läkemedel.",
        "status": "Karies 36.",
        "periodontal_status": "Fickor 4 mm.",
        "xrays": [{"exposed_on": "2026-01-15", "shows": "36"}],
        "lines": [planned(), planned(2, code="405", tooth=None, count=1, price_ore=433_000)],
        **fields,
    }


def sent(number: str = "A-1", **fields: Any) -> Row:
    """A right application, with other values for some fields."""
    return {
        "clinic": "SE2321000057-4F2A",
        "number": number,
        "patient": PATIENT,
        "region": "jonkoping",
        "support": "F",
        "content": content(),
        **fields,
    }


def assessed(line: int, outcome: str = "approved", **fields: Any) -> Row:
    """What is decided on a line."""
    return {"line": line, "outcome": outcome, **fields}


def assessment(**fields: Any) -> Row:
    """A right decision on `content`, with other values for some fields."""
    return {
        "covers_from": "2026-02-01",
        "covers_to": "2026-12-31",
        "motive": "Behovet är visat.",
        "lines": [assessed(1), assessed(2)],
        **fields,
    }


MOVES: dict[str, Row] = {
    "save": {"content": content()},
    "submit": {},
    "supplement": {"content": content()},
    "withdraw": {},
    "appeal": {"said": "Fler fickor."},
    "take": {},
    "put-back": {},
    "hand-over": {"to": "assessor"},
    "ask-supplement": {"said": "Bilder?"},
    "ask-consultant": {"to": "consultant", "said": "Vad tror du?"},
    "answer": {"said": "Ja."},
    "recall": {},
    "decide": {"assessment": assessment()},
    "dismiss": {"said": "Avliden."},
    "change": {"said": "Fel rad."},
}
BY_CLINIC = ("save", "submit", "supplement", "withdraw", "appeal")
"""Every move over HTTP, as it stands in its address, with what it says besides `after`; those of a
clinic."""
