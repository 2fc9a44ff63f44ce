"""A clinic's statement as PDF: what is paid in a run, line by line, and why the rest is not.

The same settlement gives the same bytes: no date but the run's, no fonts but those that come with
typst, and what is written in a document is never read as markup.
"""

import re
from typing import Any, Final

import msgspec
import typst

from exports import wording
from exports.letters import lacking, spelled
from exports.packaged import template
from exports.payer import Payer
from invoices.run import Run, payment_to
from invoices.settlement import Item, Settlement, Unpaid
from terms.money import NO_BREAK_SPACE, kronor
from terms.vocabulary import Support

STANDARDS: Final["list[typst.PDFStandard]"] = ["a-2a", "ua-1"]
"""PDF for archives, and for readers of screens."""

BREAK: Final = "\u200b"
LACKS: Final = lacking(
    "".join(filter(str.isprintable, map(chr, (*range(0x20, 0x250), *range(0x370, 0x500)))))
    + NO_BREAK_SPACE
    + BREAK
    + "–—−’‘”“…"
)
"""Latin, Greek and Cyrillic letters, and the signs that we write ourselves, are not among it."""

LONGEST_WORD: Final = 40
LONGEST_IN_A_COLUMN: Final = 24
"""Longer ones are given places to break at; no digest and no HSA-id is."""


def write_statement(run: Run, settlement: Settlement, payer: Payer) -> bytes:
    """The statement. Raises SettlementError where the settlement is not the frozen one."""
    said = msgspec.json.encode(_printed(_said(run, settlement, payer))).decode()
    compiler = typst.Compiler(template(), ignore_system_fonts=True, sys_inputs={"data": said})
    written = compiler.compile(format="pdf", pdf_standards=STANDARDS)
    assert isinstance(written, bytes)
    return written


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
        "steps": [(text, _amount(ore)) for text, ore in wording.steps(settlement.sums, balance)],
        "total": ("Att betala ut", _amount(balance.payment_ore)),
        "items": [_item(item) for item in settlement.items],
        "owed": ("Summa", _amount(balance.owed_ore)),
        "unpaid_sum": f"Begärt i raderna nedan: {kronor(unpaid)}.",
        "unpaid": [_unpaid(line) for line in settlement.unpaid],
    }


def _printed(value: Any) -> Any:
    """The same with letters alone that the fonts have, and with words that fit on a line."""
    if isinstance(value, str):
        return _broken(spelled(value, LACKS), LONGEST_WORD)
    if isinstance(value, dict):
        return {name: _printed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printed(one) for one in value]
    return value


def _broken(text: str, longest: int) -> str:
    """A text whose words, where they are longer, may be broken at half of that."""
    return re.sub(
        rf"[^\s{BREAK}]{{{longest},}}",
        lambda word: BREAK.join(_pieces(word[0], longest // 2)),
        text,
    )


def _pieces(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(0, len(word), length)]


def _item(item: Item) -> dict[str, Any]:
    cells = [
        item.invoice,
        "" if item.line is None else str(item.line),
        str(item.treated_on),
        wording.what(item),
        item.support,
        "" if item.claimed_ore is None else _amount(item.claimed_ore),
        _amount(item.owed_ore),
    ]
    return {
        "cells": [_broken(cell, LONGEST_IN_A_COLUMN) for cell in cells],
        "reasons": item.reasons,
    }


def _unpaid(line: Unpaid) -> dict[str, Any]:
    return {
        "what": f"Faktura {line.invoice}, rad {line.line}: {line.code}, {line.treated_on}",
        "asked": f"begärt {_amount(line.claimed_ore)}",
        "outcome": f"{_of(line.support)}{line.outcome_in_words}",
        "reasons": line.reasons,
    }


def _of(support: Support) -> str:
    return f"{support}-tandvård, " if support != "H" else "Hälsoval, "


def _amount(ore: int) -> str:
    """An amount in a column: kronor with both decimals, so that they stand below each other."""
    text = kronor(ore).removesuffix(f"{NO_BREAK_SPACE}kr").replace("-", "−")
    return text if "," in text else f"{text},00"
