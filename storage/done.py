"""What the region knows to have been done for a patient in some years, from invoices it has."""

from collections.abc import Collection
from datetime import date
from operator import attrgetter

import msgspec
from sqlalchemy import Connection

from adjudication.findings import HELD, Outcome
from preassessments.requirements import DoneAction
from storage.current import read_currents

_STANDS = HELD | {"approved"}
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
    found = [
        KnownAction(
            line.sent.treated_on,
            line.sent.code,
            line.sent.tooth,
            current.invoice.clinic,
            line.outcome,
            line.allowed_ore,
        )
        for current in read_currents(connection, [patient]).get(patient, ())
        if current.invoice.support == support
        for _, line in sorted(current.lines.items())
        if line.outcome in _STANDS and not line.is_credited and line.sent.treated_on.year in years
    ]
    return sorted(found, key=attrgetter("treated_on"))
