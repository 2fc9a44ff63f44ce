"""A reconciliation for people: delimited text row by row, or a spreadsheet with its sums."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Final

from exports.amounts import decimal
from exports.delimited import BYTE_ORDER_MARK, delimited
from exports.spreadsheet import workbook
from invoices.reconciliation import (
    NEAR_DAYS,
    ClinicSum,
    Discrepancy,
    Kind,
    ReconciledRow,
    Reconciliation,
)

KINDS: Final[dict[Kind, str]] = {
    "never_arrived": "Aldrig framme",
    "differs": "Skiljer sig",
    "not_approved": "Framme, inte godkänd",
    "waiting": "Framme, väntar",
    "only_here": "Saknas i journalen",
    "approved": "Framme, godkänd",
}
TOO_LATE: Final = "varav för sent att fakturera"
NEAR: Final = f"varav {NEAR_DAYS} dagar kvar eller mindre"

_FIELDS: Final = {
    "patient": "patienten",
    "support": "stödet",
    "treated_on": "dagen",
    "code": "åtgärden",
    "tooth": "tanden",
    "price_ore": "beloppet",
}
_COLUMNS: Final = (
    "Klinik", "Läge", "Rad i filen", "Faktura", "Fakturarad", "Stöd", "Behandlad", "Åtgärd", "Tand",
    "Journalens belopp", "Begärt", "Godkänt", "Utfall", "Skiljer sig", "Skäl", "Sista dag",
    "Dagar kvar",
)  # fmt: skip
_SUMS: Final = ("Klinik", "Läge", "Rader", "Journalens belopp", "Begärt", "Godkänt")
_AT_ONCE: Final = 1_000


def csv_pieces(found: Reconciliation) -> Iterator[bytes]:
    """Every row, some at a time, after the headings."""
    yield BYTE_ORDER_MARK.encode() + delimited([_COLUMNS])
    for start in range(0, len(found.rows), _AT_ONCE):
        yield delimited(map(_row, found.rows[start : start + _AT_ONCE]))


def write_reconciliation(found: Reconciliation) -> bytes:
    """A spreadsheet of two sheets: sums by clinic, and every row."""
    sums = [row for clinic in found.clinics for row in sum_rows(clinic)]
    return workbook(
        datetime.combine(found.on, time.min, UTC),
        [("Summor", _SUMS, sums), ("Rader", _COLUMNS, map(_row, found.rows))],
    )


def sum_rows(of: ClinicSum) -> Iterator[tuple[str, ...]]:
    """A clinic's sums: what each kind adds up to, and the most pressing of what never arrived."""
    for one in of.kinds:
        amounts = (one.journal_ore, one.claimed_ore, one.allowed_ore)
        yield of.clinic, KINDS[one.kind], str(one.rows), *map(_amount, amounts)
        if one.kind == "never_arrived":
            for text, part in ((TOO_LATE, of.too_late), (NEAR, of.near_last_day)):
                yield of.clinic, text, str(part.rows), _amount(part.journal_ore), "", ""


def _row(row: ReconciledRow) -> tuple[str, ...]:
    return (
        row.clinic,
        KINDS[row.kind],
        _text(row.row),
        _text(row.number),
        _text(row.line),
        row.support,
        str(row.treated_on),
        row.code,
        _text(row.tooth),
        _amount(row.journal_ore),
        _amount(row.claimed_ore),
        _amount(row.allowed_ore),
        row.outcome_in_words,
        "\n".join(_differences(row.differences)),
        "\n".join(row.reasons),
        _text(row.last_day_to_bill),
        _text(row.days_left),
    )


def _differences(found: Iterable[Discrepancy]) -> Iterator[str]:
    for one in found:
        name = _FIELDS[one.field]
        if one.field == "patient":
            yield f"{name} är en annan"
        elif one.field == "price_ore":
            journal, region = (_amount(ore) for ore in (one.journal, one.region))
            yield f"{name}: journalen {journal}, regionen {region}"
        else:
            yield f"{name}: journalen {_text(one.journal)}, regionen {_text(one.region)}"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _amount(ore: object) -> str:
    return decimal(ore, ",") if isinstance(ore, int) else ""
