"""Why are invoices decided again, and whose?"""

from datetime import date

import msgspec
from sqlalchemy import Column, Connection, Select, func, literal, or_, select

from adjudication.library import Library
from storage import tables
from terms.vocabulary import Support

PATIENTS_AT_ONCE = 500


class CardChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="card", tag_field="kind"
):
    """A card was put in late, back-dated or voided."""

    number: str


class PreassessmentChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="preassessment", tag_field="kind"
):
    """An application was decided after the invoices came, or was changed."""

    id: str


class FreeCardFound(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="free_card", tag_field="kind"
):
    """A free card that was put in after the invoices came."""

    number: str


class RulesChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rules", tag_field="kind"
):
    """A rule or a price of a region was corrected: care of these days, both included."""

    region: str
    support: Support
    treated_from: date
    treated_to: date


Cause = CardChanged | PreassessmentChanged | FreeCardFound | RulesChanged


def is_there(connection: Connection, library: Library, cause: Cause) -> bool:
    """Whether what a cause names is there."""
    if isinstance(cause, RulesChanged):
        region = library.regions.get(cause.region)
        return region is not None and cause.support in region.directions
    return _patient(connection, cause) is not None


def last_patient(connection: Connection) -> int:
    """The key of the patient who was met last."""
    return connection.scalar(select(func.max(tables.patient.c.id))) or 0


def touched(connection: Connection, cause: Cause, after: int, through: int) -> list[int]:
    """The next patients whom a cause touches, by their keys, at most PATIENTS_AT_ONCE."""
    if isinstance(cause, RulesChanged):
        return list(connection.scalars(_patients(cause, after, through)).all())
    patient = _patient(connection, cause)
    return [] if patient is None or patient <= after else [patient]


def _patient(
    connection: Connection, cause: CardChanged | PreassessmentChanged | FreeCardFound
) -> int | None:
    column: Column[str]
    if isinstance(cause, CardChanged):
        column, name = tables.card.c.number, cause.number
    elif isinstance(cause, PreassessmentChanged):
        column, name = tables.preassessment.c.name, cause.id
    else:
        column, name = tables.free_card.c.number, cause.number
    return connection.scalar(select(column.table.c.patient_id).where(column == name))


def _patients(cause: RulesChanged, after: int, through: int) -> Select[int]:
    """The next patients with care that the rules were asked of, or of which none were known."""
    invoice, line, edition, patient = tables.invoice, tables.line, tables.edition, tables.patient
    asked = select(edition.c.id).where(
        edition.c.region == cause.region, edition.c.support == cause.support
    )
    without_rules = line.c.edition_id.is_(None) & (invoice.c.support == cause.support)
    has_care = (
        select(literal(1))
        .select_from(invoice)
        .join(line, line.c.invoice_id == invoice.c.id)
        .where(
            invoice.c.patient_id == patient.c.id,
            line.c.treated_on.between(cause.treated_from, cause.treated_to),
            or_(line.c.edition_id.in_(asked), without_rules),
        )
        .exists()
    )
    return (
        select(patient.c.id)
        .where(patient.c.id > after, patient.c.id <= through, has_care)
        .order_by(patient.c.id)
        .limit(PATIENTS_AT_ONCE)
    )
