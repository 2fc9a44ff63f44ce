"""All figures of a period, read from one view of the database."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, Text, case, cast, func, select

from adjudication.library import Library
from invoices.figures import AGES, Figures, FirstPass, Waiting, WaitingKind, age_of, total_of
from invoices.store import FIRST_VERSION
from preassessments.lifecycle import WaitsFor
from storage import tables
from storage.acts import Acts, Done
from storage.audit import Entry
from storage.database import Database
from storage.lastdecided import is_decided_later
from storage.queue import QueueFilters, list_applications
from storage.spending import read_spending

_WAITING_LINES: Final[tuple[WaitingKind, ...]] = (
    "needs_document",
    "needs_preassessment",
    "needs_review",
)
_WAITING_APPLICATIONS: Final[dict[WaitsFor, WaitingKind]] = {
    "assessor": "application_assessor",
    "clinic": "application_clinic",
    "consultant": "application_consultant",
}
_APPLICATIONS_AT_ONCE: Final = 1_000


def read_figures(
    acts: Acts,
    database: Database,
    library: Library,
    days: tuple[date, date],
    on: date,
    token: int | None = None,
) -> Figures:
    """The figures of a period; ages are counted on a day. That they are read is noted first, and
    apart: nobody who submits has to wait until they are."""
    first_on, last_on = days
    acts.do(lambda _: _noted(first_on, last_on, token))
    with database.reading_all() as connection:
        spending = read_spending(connection, library, first_on, last_on)
        passes = list(_first_passes(connection, first_on, last_on))
        waiting = (*_held_lines(connection, on), *_applications(connection, on))
    return Figures(
        first_on,
        last_on,
        on,
        *spending,
        first_pass=total_of((one for _, one in passes), ""),
        first_pass_by_month=_added([(one.of, one) for _, one in passes]),
        first_pass_by_clinic=_added(passes),
        waiting=waiting,
    )


def _noted(first_on: date, last_on: date, token: int | None) -> Done[None]:
    return None, [Entry("read_figures", token, subject=f"{first_on}/{last_on}")]


def _first_passes(
    connection: Connection, first_on: date, last_on: date
) -> Iterator[tuple[str, FirstPass]]:
    """First answers by clinic and month of receipt, whatever became of them since."""
    invoice, clinic = tables.invoice, tables.clinic
    month = func.substr(cast(invoice.c.received_on, Text), 1, 7).label("month")
    rows = connection.execute(
        select(
            clinic.c.hsa_id,
            month,
            func.count(),
            cast(func.sum(case((invoice.c.status == "approved", 1), else_=0)), BigInteger),
        )
        .select_from(invoice)
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .where(invoice.c.version == FIRST_VERSION, invoice.c.received_on.between(first_on, last_on))
        .group_by(clinic.c.hsa_id, month)
    )
    for hsa_id, of, invoices, passed in rows:
        yield hsa_id, FirstPass(of, invoices, passed)


def _added(parts: list[tuple[str, FirstPass]]) -> tuple[FirstPass, ...]:
    """Parts by what they are of."""
    grouped: dict[str, list[FirstPass]] = defaultdict(list)
    for of, part in parts:
        grouped[of].append(part)
    return tuple(total_of(grouped[of], of) for of in sorted(grouped))


def _held_lines(connection: Connection, on: date) -> Iterator[Waiting]:
    """Lines that wait, by what they are held for."""
    rows = connection.execute(_held(on)).all()
    for kind in _WAITING_LINES:
        ages, claimed = [0] * (len(AGES) + 1), 0
        for outcome, received_on, lines, ore in rows:
            if outcome == kind:
                ages[age_of((on - received_on).days)] += lines
                claimed += ore
        yield Waiting(kind, tuple(ages), claimed)


def _held(on: date) -> Select[Any]:
    line, invoice, revision = tables.line, tables.invoice, tables.revision
    return (
        select(
            line.c.outcome,
            invoice.c.received_on,
            func.count(),
            cast(func.sum(line.c.claimed_ore), BigInteger),
        )
        .select_from(line)
        .join(invoice, invoice.c.id == line.c.invoice_id)
        .outerjoin(revision, revision.c.invoice_id == invoice.c.id)
        .where(tables.is_held, ~is_decided_later(), invoice.c.received_on <= on)
        .group_by(line.c.outcome, invoice.c.received_on)
    )


def _applications(connection: Connection, on: date) -> Iterator[Waiting]:
    """Applications that were submitted and wait, by who has to do something."""
    for waits_for, kind in _WAITING_APPLICATIONS.items():
        ages = [0] * (len(AGES) + 1)
        for submitted_on in _submitted(connection, waits_for):
            if submitted_on <= on:
                ages[age_of((on - submitted_on).days)] += 1
        yield Waiting(kind, tuple(ages), 0)


def _submitted(connection: Connection, waits_for: WaitsFor) -> Iterator[date]:
    after: int | None = 0
    while after is not None:
        page, _ = list_applications(
            connection, QueueFilters(waits_for=waits_for), after, _APPLICATIONS_AT_ONCE, None
        )
        for one in page.applications:
            if one.submitted_on is not None:
                yield one.submitted_on
        after = page.next
