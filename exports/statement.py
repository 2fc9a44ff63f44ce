"""A clinic's statement as PDF: what is paid in a run, line by line, and why the rest is not.

The same settlement gives the same bytes: no date but the run's stands in it.
"""

from typing import Any, Final

from exports import wording
from exports.paper import amount, broken, typeset
from exports.payer import Payer
from invoices.run import Run, payment_to
from invoices.settlement import Item, Settlement, Unpaid
from terms.money import kronor
from terms.vocabulary import Support

LONGEST_IN_A_COLUMN: Final = 24
"""Longer ones are given places to break at."""


def write_statement(run: Run, settlement: Settlement, payer: Payer) -> bytes:
    """The statement. Raises SettlementError where the settlement is not the frozen one."""
    return typeset("statement", _said(run, settlement, payer))


def _said(run: Run, settlement: Settlement, payer: Payer) -> dict[str, Any]:
    """Everything that the statement says, as text."""
    payment, balance, payee = payment_to(run, settlement), settlement.balance, settlement.payee
    made_on, unpaid = run.frozen_at.date(), sum(line.claimed_ore for line in settlement.unpaid)
    facts = [("Till", payee.name), ("Klinik", payee.clinic)]
    if payment is not None:
        facts += [
            ("Betalas", f"{run.pay_on} till {wording.account(payee)}"),
            ("Betalningens referens", payment.reference),
        ]
    facts.append(("Omfattar", f"allt som är avgjort till och med {run.through_on}"))
    return {
        "date": {"year": made_on.year, "month": made_on.month, "day": made_on.day},
        "title": f"Avräkning {run.number}",
        "payer": payer.name,
        "region": "Regionens tandvårdsstöd",
        "footer": f"Avräkning {run.number} · {payee.clinic} · kontrollsumma {settlement.digest}",
        "result": wording.result(balance),
        "facts": facts,
        "steps": [(text, amount(ore)) for text, ore in wording.steps(settlement.sums, balance)],
        "total": ("Att betala ut", amount(balance.payment_ore)),
        "items": [_item(item) for item in settlement.items],
        "owed": ("Summa", amount(balance.owed_ore)),
        "unpaid_sum": f"Begärt i raderna nedan: {kronor(unpaid)}.",
        "unpaid": [_unpaid(line) for line in settlement.unpaid],
    }


def _item(item: Item) -> dict[str, Any]:
    cells = [
        item.invoice,
        "" if item.line is None else str(item.line),
        str(item.treated_on),
        wording.what(item),
        item.support,
        "" if item.claimed_ore is None else amount(item.claimed_ore),
        amount(item.owed_ore),
    ]
    return {
        "cells": [broken(cell, LONGEST_IN_A_COLUMN) for cell in cells],
        "reasons": item.reasons,
    }


def _unpaid(line: Unpaid) -> dict[str, Any]:
    return {
        "what": f"Faktura {line.invoice}, rad {line.line}: {line.code}, {line.treated_on}",
        "asked": f"begärt {amount(line.claimed_ore)}",
        "outcome": f"{_of(line.support)}{line.outcome_in_words}",
        "reasons": line.reasons,
    }


def _of(support: Support) -> str:
    return f"{support}-tandvård, " if support != "H" else "Hälsoval, "
