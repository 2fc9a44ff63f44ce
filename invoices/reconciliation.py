"""Reconciliation with a clinic's journal system: what it holds as income from the region, against
what reached the region and what became of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from adjudication.findings import HELD, Outcome
from adjudication.wording.words import OUTCOMES
from intake.journal import JournalRow
from invoices.matching import RegionLine, pairs
from terms.vocabulary import Support

Kind = Literal["never_arrived", "differs", "not_approved", "waiting", "only_here", "approved"]
KINDS: Final[tuple[Kind, ...]] = (
    "never_arrived",
    "differs",
    "not_approved",
    "waiting",
    "only_here",
    "approved",
)
"""What becomes of a row, the most pressing first: the journal holds it and the region never got it
(as when a note is closed with error); both have it and say different things; the region has it and
pays nothing for it; it waits for somebody; the region has it and the journal does not; approved."""

NEAR_DAYS: Final = 30
"""What never arrived and can be billed for so many days more, is near its last day."""


class Discrepancy(msgspec.Struct, frozen=True):
    """A field on which the two differ. Of the patient it is told that they do, and no more."""

    field: Literal["patient", "support", "treated_on", "code", "tooth", "price_ore"]
    journal: str | int | None
    region: str | int | None


class ReconciledRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the journal (`row` in the file), a line of the region (`invoice` is its key), or
    both, without anything that tells who the patient is. Where both have it, number, line, day,
    code and tooth are the region's. `last_day_to_bill` is that of what never arrived, None where no
    deadline is known; `days_left` until then is negative when it has passed. Amounts are öre."""

    kind: Kind
    clinic: str
    row: int | None
    invoice: int | None
    number: str | None
    line: int | None
    support: Support
    treated_on: date
    code: str
    tooth: str | None
    journal_ore: int | None
    claimed_ore: int | None
    allowed_ore: int | None
    outcome: Outcome | Literal["credited"] | None
    differences: tuple[Discrepancy, ...]
    findings: tuple[str, ...]
    reasons: tuple[str, ...]
    last_day_to_bill: date | None
    days_left: int | None

    @property
    def outcome_in_words(self) -> str:
        """What became of it at the region, in Swedish; nothing of what never arrived."""
        if self.outcome is None:
            return ""
        return "krediterad" if self.outcome == "credited" else OUTCOMES[self.outcome]


class KindSum(msgspec.Struct, frozen=True):
    """Rows of one kind, and what they add up to in the journal, as asked of the region and as
    allowed by it."""

    kind: Kind
    rows: int
    journal_ore: int
    claimed_ore: int
    allowed_ore: int


class Unbilled(msgspec.Struct, frozen=True):
    """Rows that never arrived, and what they add up to in the journal."""

    rows: int
    journal_ore: int


class ClinicSum(msgspec.Struct, frozen=True):
    """One clinic's rows by kind; and of what never arrived what is too late to bill, and what is
    near its last day."""

    clinic: str
    kinds: tuple[KindSum, ...]
    too_late: Unbilled
    near_last_day: Unbilled


class Reconciliation(msgspec.Struct, frozen=True):
    """What was found on a day, of care from a day to another: sums by clinic, and every row, the
    most pressing first."""

    on: date
    treated_from: date
    treated_to: date
    clinics: tuple[ClinicSum, ...]
    rows: tuple[ReconciledRow, ...]


def reconcile(
    clinic: str,
    journal: Sequence[JournalRow],
    held: Sequence[RegionLine],
    on: date,
    last_day: Callable[[JournalRow], date | None],
) -> list[ReconciledRow]:
    """One clinic's rows and lines, the most pressing first. `last_day` is the last day to bill a
    row that never arrived, None where no deadline is known.

    Of what the region alone has only that is told which costs it something, or may.
    """
    found = [
        _reconciled(clinic, row, line, on, last_day)
        for row, line in pairs(journal, held)
        if row is not None or (line is not None and _is_claimed(line))
    ]
    return sorted(found, key=_place)


def sums_of(clinic: str, rows: Iterable[ReconciledRow]) -> ClinicSum:
    """What one clinic's rows add up to."""
    of_kind: dict[Kind, list[ReconciledRow]] = {kind: [] for kind in KINDS}
    for row in rows:
        of_kind[row.kind].append(row)
    missing = [row for row in of_kind["never_arrived"] if row.days_left is not None]
    return ClinicSum(
        clinic,
        tuple(
            KindSum(
                kind,
                len(some),
                sum(row.journal_ore or 0 for row in some),
                sum(row.claimed_ore or 0 for row in some),
                sum(row.allowed_ore or 0 for row in some),
            )
            for kind, some in of_kind.items()
        ),
        _unbilled(row for row in missing if (row.days_left or 0) < 0),
        _unbilled(row for row in missing if 0 <= (row.days_left or 0) <= NEAR_DAYS),
    )


def _is_claimed(line: RegionLine) -> bool:
    """Whether the region pays for it, or may come to."""
    return not line.is_credited and (line.outcome == "approved" or line.outcome in HELD)


def _reconciled(
    clinic: str,
    row: JournalRow | None,
    line: RegionLine | None,
    on: date,
    last_day: Callable[[JournalRow], date | None],
) -> ReconciledRow:
    known = row if line is None else line
    assert known is not None
    differences = () if row is None or line is None else tuple(_differences(row, line))
    last = last_day(row) if row is not None and line is None else None
    return ReconciledRow(
        kind=_kind(row, line, is_different=bool(differences)),
        clinic=clinic,
        row=None if row is None else row.row,
        invoice=None if line is None else line.invoice,
        number=known.number,
        line=known.line,
        support=known.support,
        treated_on=known.treated_on,
        code=known.code,
        tooth=known.tooth,
        journal_ore=None if row is None else row.price_ore,
        claimed_ore=None if line is None else line.price_ore,
        allowed_ore=None if line is None else _allowed_ore(line),
        outcome=None if line is None else "credited" if line.is_credited else line.outcome,
        differences=differences,
        findings=() if line is None else line.findings,
        reasons=() if line is None else line.reasons,
        last_day_to_bill=last,
        days_left=None if last is None else (last - on).days,
    )


def _allowed_ore(line: RegionLine) -> int:
    return 0 if line.is_credited else line.allowed_ore


def _kind(row: JournalRow | None, line: RegionLine | None, *, is_different: bool) -> Kind:
    if line is None:
        return "never_arrived"
    if row is None:
        return "only_here"
    if line.is_credited:
        return "not_approved"
    if is_different:
        return "differs"
    if line.outcome == "approved":
        return "approved"
    return "waiting" if line.outcome in HELD else "not_approved"


def _differences(row: JournalRow, line: RegionLine) -> Iterator[Discrepancy]:
    """What the journal says differs; what it does not say does not."""
    if row.patient not in (None, line.patient):
        yield Discrepancy("patient", None, None)
    if row.support != line.support:
        yield Discrepancy("support", row.support, line.support)
    if row.treated_on != line.treated_on:
        yield Discrepancy("treated_on", row.treated_on.isoformat(), line.treated_on.isoformat())
    if row.code != line.code:
        yield Discrepancy("code", row.code, line.code)
    if row.tooth not in (None, line.tooth):
        yield Discrepancy("tooth", row.tooth, line.tooth)
    if row.price_ore != line.price_ore:
        yield Discrepancy("price_ore", row.price_ore, line.price_ore)


def _unbilled(rows: Iterable[ReconciledRow]) -> Unbilled:
    amounts = [row.journal_ore or 0 for row in rows]
    return Unbilled(len(amounts), sum(amounts))


def _place(row: ReconciledRow) -> tuple[int, date, date, str, int, int]:
    """By kind, then by what can be billed shortest, then by day."""
    return (
        KINDS.index(row.kind),
        row.last_day_to_bill or date.max,
        row.treated_on,
        row.number or "",
        row.line or 0,
        row.row or 0,
    )
