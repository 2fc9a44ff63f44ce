"""From a decision to an invoice: the lines that are left of it, as the page that writes invoices
has its fields."""

from datetime import date
from typing import NamedTuple

from portal.applications.draft import kronor_of
from portal.invoices.draft import HEAD, TEXTS
from storage.applications import KeptApplication

MOST_OF_ONE = 10
"""Lines of one action; whoever has done more adds them."""


class Bill(NamedTuple):
    """The fields of an invoice: those of its head, and those of every line."""

    head: dict[str, str]
    lines: list[dict[str, str]]


def to_bill(there: KeptApplication, today: date) -> Bill | None:
    """What can be billed of the decision in force; nothing where nothing is left of it, or its days
    are over."""
    if not there.decisions or today < there.decisions[-1].covers_from:
        return None
    made = there.decisions[-1]
    prices = {line.line: line.price_ore for line in there.content.lines or ()}
    lines = []
    for line in made.lines:
        price = line.amount_ore if line.amount_ore is not None else prices.get(line.line)
        fields = {
            "treated_on": str(min(today, made.covers_to)),
            "code": line.code,
            "tooth": line.tooth or "",
            "price": "" if price is None else kronor_of(price),
            "preassessment": made.preassessment,
            "performer": "dentist",
        }
        whole = {**dict.fromkeys(TEXTS, ""), **fields}
        lines += [whole] * min(line.left, MOST_OF_ONE)
    if not lines:
        return None
    head = {
        "patient": there.patient,
        "support": there.support,
        "care_level": there.content.care_level or "general",
    }
    return Bill({**dict.fromkeys(HEAD, ""), **head}, lines)
