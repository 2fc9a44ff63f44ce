"""Figures as tables for people: what of few patients is not told apart (invoices/figures.py), since
a table is handed on to others than those who may ask for everything."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Final

from exports.amounts import decimal
from exports.spreadsheet import Sheet, workbook
from invoices.figures import (
    AGES,
    FEWEST_SHOWN,
    Figures,
    FirstPass,
    Spend,
    WaitingKind,
    concealed,
)

FEW: Final = f"färre än {FEWEST_SHOWN}"
NOT_TOLD: Final = "visas inte"
WAITING: Final[dict[WaitingKind, str]] = {
    "needs_document": "Rader som behöver kompletteras",
    "needs_preassessment": "Rader som kräver förhandsbedömning",
    "needs_review": "Rader som väntar på handläggare",
    "application_assessor": "Ansökningar hos bedömare",
    "application_clinic": "Ansökningar hos klinik",
    "application_consultant": "Ansökningar hos konsult",
}
_SPEND: Final = ("Rader", "Patienter", "Godkänt", "Patientavgifter", "Att betala")
_FIRST_PASS: Final = ("Fakturor", "Godkända direkt", "Andel")


def write_figures(figures: Figures) -> bytes:
    """The tables as a spreadsheet, a sheet each."""
    made_at = datetime.combine(figures.on, time.min, UTC)
    return workbook(made_at, tables(figures))


def _plain(ore: int) -> str:
    return decimal(ore, ",")


def tables(figures: Figures, amount: Callable[[int], str] = _plain) -> Iterator[Sheet]:
    """Every table: its name, its headings and its rows; `amount` says how öre are written."""
    yield "Sammanfattning", ("Uppgift", "Värde"), list(_overview(figures, amount))
    for name, heading, rows in (
        ("Månad", "Behandlingsmånad", figures.by_month),
        ("Stöd", "Stöd", figures.by_support),
        ("Kategori", "Kategori", figures.by_category),
        ("Klinik", "Klinik", figures.by_clinic),
        ("Åtgärd", "Åtgärd", figures.by_code),
    ):
        yield name, (heading, *_SPEND), list(_spends(rows, amount))
    for name, heading, parts in (
        ("Rätt direkt per månad", "Inkom", figures.first_pass_by_month),
        ("Rätt direkt per klinik", "Klinik", figures.first_pass_by_clinic),
    ):
        yield name, (heading, *_FIRST_PASS), [_first_pass(one) for one in parts]
    headings = ("Vad", *age_names(), "Begärt")
    waiting = [
        (WAITING[one.kind], *map(str, one.ages), amount(one.claimed_ore)) for one in figures.waiting
    ]
    yield "Väntar", headings, waiting


def age_names() -> list[str]:
    """The ages that things are counted by: `0–7 dagar`, …, `över 90 dagar`."""
    firsts = (0, *(last + 1 for last in AGES))
    names = [f"{first}–{last} dagar" for first, last in zip(firsts, AGES, strict=False)]
    return [*names, f"över {AGES[-1]} dagar"]


def share(part: FirstPass) -> str:
    """What share is approved at once: `93,1 %`."""
    if not part.invoices:
        return ""
    tenths = (part.passed * 2000 + part.invoices) // (2 * part.invoices)
    return f"{tenths // 10},{tenths % 10} %"


def _overview(figures: Figures, amount: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    yield "Från och med", str(figures.first_on)
    yield "Till och med", str(figures.last_on)
    yield "Läget den", str(figures.on)
    (total,) = _spends([figures.total], amount)
    yield from zip(_SPEND, total[1:], strict=True)
    yield from zip(_FIRST_PASS, _first_pass(figures.first_pass)[1:], strict=True)


def _spends(rows: Sequence[Spend], amount: Callable[[int], str]) -> Iterator[tuple[str, ...]]:
    hidden = concealed(rows)
    for row in rows:
        if row.of in hidden:
            patients = FEW if row.patients < FEWEST_SHOWN else NOT_TOLD
            yield row.of, NOT_TOLD, patients, NOT_TOLD, NOT_TOLD, NOT_TOLD
            continue
        fee, payable = "", ""
        if row.fee_ore is not None:
            fee, payable = amount(row.fee_ore), amount(row.allowed_ore - row.fee_ore)
        yield row.of, str(row.lines), str(row.patients), amount(row.allowed_ore), fee, payable


def _first_pass(part: FirstPass) -> tuple[str, str, str, str]:
    return part.of, str(part.invoices), str(part.passed), share(part)
