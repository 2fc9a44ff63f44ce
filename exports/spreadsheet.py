"""A clinic's settlement as a spreadsheet. Every cell is text and marked as such: nothing that a
clinic wrote is read as a formula, neither when the file is opened nor when a cell is edited."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from xlsxwriter import Workbook

from exports import wording
from exports.amounts import decimal
from exports.payer import Payer
from exports.spelling import spelled
from invoices.run import Run, payment_to
from invoices.settlement import Settlement

OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
UNIX: Final = 3
"""Whose file it says it is, wherever it is made."""
LACKS: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What XML cannot hold, and what hides or turns the text around it."""

LONGEST_CELL: Final = 32_767
"""Of the format, in signs."""


def write_spreadsheet(run: Run, settlement: Settlement, payer: Payer) -> bytes:
    """The settlement in three sheets: how it adds up, what is paid, what is not.

    Raises SettlementError where the settlement is not the frozen one.
    """
    payment, balance, payee = payment_to(run, settlement), settlement.balance, settlement.payee
    overview = [
        ("Avräkning", str(run.number)),
        ("Betalas av", payer.name),
        ("Till", payee.name),
        ("Klinik", payee.clinic),
        ("Konto", wording.account(payee)),
        ("Betalningsdag", str(run.pay_on)),
        ("Referens", "" if payment is None else payment.reference),
        ("Till och med", str(run.through_on)),
        ("Kontrollsumma", settlement.digest),
        *((text, _amount(ore)) for text, ore in wording.steps(settlement.sums, balance)),
        ("Att betala ut", _amount(balance.payment_ore)),
    ]
    items = [
        (
            item.invoice,
            "" if item.line is None else str(item.line),
            str(item.treated_on),
            wording.KINDS[item.kind],
            item.code or "",
            item.support,
            "" if item.claimed_ore is None else _amount(item.claimed_ore),
            _amount(item.owed_ore),
            "\n".join(item.reasons),
        )
        for item in settlement.items
    ]
    unpaid = [
        (
            line.invoice,
            str(line.line),
            str(line.treated_on),
            line.code,
            line.support,
            _amount(line.claimed_ore),
            line.outcome_in_words,
            "\n".join(line.reasons),
        )
        for line in settlement.unpaid
    ]
    return workbook(
        run.frozen_at,
        [
            ("Sammanställning", ("Uppgift", "Värde"), overview),
            ("Betalt", (*_LINE, "Slag", "Åtgärd", "Stöd", "Begärt", "Belopp", "Skäl"), items),
            ("Inte betalt", (*_LINE, "Åtgärd", "Stöd", "Begärt", "Utfall", "Skäl"), unpaid),
        ],
    )


_LINE = ("Faktura", "Rad", "Behandlad")
Sheet = tuple[str, Sequence[str], Iterable[Sequence[str]]]
"""Its name, the headings of its columns, and its rows."""


def workbook(made_at: datetime, sheets: Iterable[Sheet]) -> bytes:
    """Sheets by name, each with its columns and rows, as a file."""
    content = BytesIO()
    book = Workbook(content, OPTIONS)
    book.set_properties({"created": made_at.replace(tzinfo=None), "author": "Partitur"})
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    heading = book.add_format({"num_format": "@", "quote_prefix": True, "bold": True})
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        widths = [len(column) for column in columns]
        _row(sheet, 0, columns, heading)
        for place, row in enumerate(rows, 1):
            _row(sheet, place, row, text)
            widths = [max(pair) for pair in zip(widths, map(len, row), strict=True)]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width + 2, 60))
    book.close()
    return _stored(content)


def _stored(packed: BytesIO) -> bytes:
    """The same files, not compressed: how that comes out differs from machine to machine."""
    content = BytesIO()
    with ZipFile(packed) as compressed, ZipFile(content, "w") as stored:
        for name in compressed.namelist():
            info = ZipInfo(name)
            info.create_system = UNIX
            stored.writestr(info, compressed.read(name))
    return content.getvalue()


def _row(sheet: Any, place: int, cells: Sequence[str], form: Any) -> None:
    for column, cell in enumerate(cells):
        text = spelled(cell, LACKS)[:LONGEST_CELL]
        if text.startswith("<r>"):  # which XlsxWriter would take for XML of its own
            text = f" {text}"[:LONGEST_CELL]
        sheet.write_string(place, column, text, form)


def _amount(ore: int) -> str:
    return decimal(ore, ",")
