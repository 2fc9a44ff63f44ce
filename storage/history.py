"""An invoice's versions, read again, and what differs between two of them."""

from typing import Literal

import msgspec
from sqlalchemy import Connection, Row, select

from adjudication.decision import Status
from invoices.proposal import Amounts, FeeChange, LineChange, amounts_of, difference
from invoices.store import FIRST_VERSION
from storage import tables
from storage.acts import Done
from storage.answers import read_answer
from storage.audit import Entry
from storage.kept import DecisionJson
from storage.versions import Cause


class VersionEntry(msgspec.Struct, frozen=True):
    """A version of an invoice's decision: why there is one, who made it (a token's name; null for
    the first, and for a command on the server) and when (microseconds since 1970; null for the
    first). Amounts are öre."""

    version: int
    cause: Literal["submitted"] | Cause
    motive: str | None
    redecision: int | None
    made_by: str | None
    made_at: int | None
    status: Status
    claimed_ore: int
    allowed_ore: int
    patient_fee_ore: int
    payable_ore: int


class Versions(msgspec.Struct, frozen=True):
    """All versions of an invoice's decision, the first one first."""

    versions: list[VersionEntry]


class WholeVersion(msgspec.Struct, frozen=True):
    """One version with its whole decision, as it was given."""

    entry: VersionEntry
    decision: DecisionJson


class DecisionDifference(msgspec.Struct, frozen=True):
    """What differs between two versions: sums, lines with their findings, fees."""

    from_version: int
    to_version: int
    before: Amounts
    after: Amounts
    lines: list[LineChange]
    fees: list[FeeChange]


def read_versions(
    connection: Connection, key: int, clinic: str | None, token: int | None
) -> Done[Versions | None]:
    """The versions of an invoice by its key; None where there is none, or it is not the clinic's
    that is named."""
    rows = _rows(connection, key, clinic)
    if not rows:
        return None, []
    return Versions([_entry(row) for row in rows]), _looked(rows, key, token)


def read_version(
    connection: Connection, key: int, version: int, clinic: str | None, token: int | None
) -> Done[WholeVersion | None]:
    """One version; None where there is none, or it is not the clinic's that is named."""
    rows = _rows(connection, key, clinic)
    found = [row for row in rows if row.version == version]
    if not found:
        return None, []
    whole = WholeVersion(_entry(found[0]), msgspec.Raw(found[0].answer))
    return whole, _looked(rows, key, token)


def read_difference(
    connection: Connection,
    key: int,
    versions: tuple[int, int],
    clinic: str | None,
    token: int | None,
) -> Done[DecisionDifference | None]:
    """What differs between two versions; None where there are not both, or the invoice is not the
    clinic's that is named."""
    rows = _rows(connection, key, clinic)
    answers = {row.version: row.answer for row in rows}
    if not set(versions) <= answers.keys():
        return None, []
    before, after = (read_answer(answers[version]) for version in versions)
    lines, fees = difference(before, after)
    found = DecisionDifference(*versions, amounts_of(before), amounts_of(after), lines, fees)
    return found, _looked(rows, key, token)


def _rows(connection: Connection, key: int, clinic: str | None) -> list[Row[*tuple[object, ...]]]:
    invoice, revision, token = tables.invoice, tables.revision, tables.token
    rows = connection.execute(
        select(
            invoice,
            tables.clinic.c.hsa_id,
            revision.c.cause,
            revision.c.motive,
            revision.c.redecision_id,
            revision.c.made_at,
            token.c.name.label("made_by"),
        )
        .join(tables.clinic, tables.clinic.c.id == invoice.c.clinic_id)
        .outerjoin(revision, revision.c.invoice_id == invoice.c.id)
        .outerjoin(token, token.c.id == revision.c.token_id)
        .where(
            ((invoice.c.id == key) & (invoice.c.version == FIRST_VERSION))
            | (revision.c.first_id == key)
        )
        .order_by(invoice.c.version)
    ).all()
    return [row for row in rows if clinic in (None, row.hsa_id)]


def _entry(row: Row[*tuple[object, ...]]) -> VersionEntry:
    return VersionEntry(
        row.version,
        row.cause or "submitted",
        row.motive,
        row.redecision_id,
        row.made_by,
        row.made_at,
        row.status,
        row.claimed_ore,
        row.allowed_ore,
        row.patient_fee_ore,
        row.payable_ore,
    )


def _looked(rows: list[Row[*tuple[object, ...]]], key: int, token: int | None) -> list[Entry]:
    return [Entry("read_versions", token, rows[0].patient_id, key)]
