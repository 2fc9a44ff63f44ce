"""Vouchers for the region's ledger: SIE 4 (type 4I, vouchers alone), in code page 437.

One voucher a transaction, numbered as it; each adds up to nothing, since the transaction does.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from exports.amounts import decimal, ore_of
from exports.packaged import Chart
from exports.payer import Payer
from exports.spelling import lacking, spelled
from invoices.ledger import Entry, Transaction
from terms.errors import RuleFileError

KINDS: Final = {
    "settlement": "Avräkning",
    "payout": "Utbetalning",
    "return": "Återkommen betalning",
}
VoucherLine = tuple[str, int, str]
"""An account, an amount in öre, and a text."""
_BEGINS: Final = re.compile(r'#VER "(?:\\"|[^"])*" (\d+) ')
LONGEST_TEXT: Final = 100
CODE_PAGE: Final = "cp437"
LACKS: Final = lacking("".join(filter(str.isprintable, bytes(range(256)).decode(CODE_PAGE))))


def write_vouchers(
    transactions: Iterable[Transaction], payer: Payer, chart: Chart, written_on: date
) -> bytes:
    """The vouchers of some transactions.

    Raises RuleFileError where the chart has no account for a support.
    """
    lines = [
        "#FLAGGA 0",
        '#PROGRAM "Partitur" 0.1',
        "#FORMAT PC8",
        f"#GEN {_day(written_on)}",
        "#SIETYP 4",
        f"#FNAMN {quoted(payer.name)}",
        f"#ORGNR {payer.organisation_number[:6]}-{payer.organisation_number[6:]}",
    ]
    for transaction in transactions:
        lines += _voucher(transaction, chart)
    return "".join(f"{line}\r\n" for line in lines).encode(CODE_PAGE)


def read_vouchers(content: bytes) -> dict[int, list[VoucherLine]]:
    """What stands in vouchers that we wrote, by their numbers."""
    found: dict[int, list[VoucherLine]] = {}
    lines: list[VoucherLine] = []
    for text in content.decode(CODE_PAGE).split("\r\n"):
        begun = _BEGINS.match(text)
        if begun is not None:
            lines = found.setdefault(int(begun[1]), [])
        elif text.startswith("#TRANS "):
            _, account, _, amount, _, clinic = text.split(maxsplit=5)
            lines.append((account, ore_of(amount), clinic))
    return found


def voucher_lines(transaction: Transaction, chart: Chart) -> list[VoucherLine]:
    """What a transaction's voucher has to say.

    Raises RuleFileError where the chart has no account for a support.
    """
    return [
        (_account(entry, chart), entry.amount_ore, quoted(entry.clinic))
        for entry in transaction.entries
    ]


def quoted(text: str) -> str:
    """A text field. The format has no sign for a backslash of its own."""
    plain = spelled(text, LACKS)[:LONGEST_TEXT].replace("\\", "/").replace('"', '\\"')
    return f'"{plain}"'


def _voucher(transaction: Transaction, chart: Chart) -> list[str]:
    day = _day(transaction.booked_on)
    text = quoted(f"{KINDS[transaction.kind]} {transaction.run}")
    return [
        f"#VER {quoted(chart.series)} {transaction.number} {day} {text}",
        "{",
        *(
            f"#TRANS {account} {{}} {decimal(amount_ore)} {day} {text_of_line}"
            for account, amount_ore, text_of_line in voucher_lines(transaction, chart)
        ),
        "}",
    ]


def _account(entry: Entry, chart: Chart) -> str:
    if entry.account == "claims" or entry.account == "patient_fees":  # noqa: PLR1714 – narrows
        accounts = chart.claims if entry.account == "claims" else chart.patient_fees
        account = None if entry.support is None else accounts.get(entry.support)
    else:
        account = chart.owed.get(entry.account)
    if account is None:
        raise RuleFileError(
            f"charts/{chart.region}.toml",
            f"inget konto för {entry.account} {entry.support or ''}".strip(),
        )
    return account


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
