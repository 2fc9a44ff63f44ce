"""What the region knows to have been done for a patient in some years, from invoices it has."""

from collections.abc import Collection
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from adjudication.findings import Outcome
from preassessments.requirements import DoneAction
from storage import tables

_STANDS: tuple[Outcome, ...] = ("approved", "needs_preassessment", "needs_document", "needs_review")
"""What is paid, or waits for somebody. What was refused or is the patient's own to pay is no action
of the support's."""


class KnownAction(msgspec.Struct, frozen=True):
    """An action that stands on an invoice, approved or waiting, and is not credited."""

    treated_on: date
    code: str
    tooth: str | None
    clinic: str
    outcome: Outcome
    allowed_ore: int

    @property
    def action(self) -> DoneAction:
        """The action itself."""
        return DoneAction(self.treated_on, self.code, self.tooth)


def known_actions(
    connection: Connection, patient: int, support: str, years: Collection[int]
) -> list[KnownAction]:
    """A patient's, by key, in a support and calendar years, by day."""
    if not years:
        return []
    invoice, line, credited = tables.invoice, tables.line, tables.credited_line
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    rows = connection.execute(
        select(
            line.c.treated_on,
            line.c.code,
            line.c.tooth,
            tables.clinic.c.hsa_id,
            line.c.outcome,
            line.c.allowed_ore,
        )
        .select_from(invoice)
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .join(line, line.c.invoice_id == invoice.c.id)
        .outerjoin(credited, tables.is_credited)
        .where(
            invoice.c.patient_id == patient,
            invoice.c.support == support,
            line.c.outcome.in_(_STANDS),
            credited.c.line.is_(None),
            line.c.treated_on.between(first, last),
        )
        .order_by(line.c.treated_on, invoice.c.id, line.c.line)
    )
    return [KnownAction(*row) for row in rows if row.treated_on.year in years]
