"""A file that a clinic has sent for a patient before: it need not be kept twice."""

from sqlalchemy import Connection, func, select

from attachments.kinds import AttachmentKind
from storage import tables
from terms.person import without_dash


def kept_before(
    connection: Connection, clinic: str, patient: str, kind: AttachmentKind, sha256: bytes
) -> int | None:
    """The key of the clinic's first attachment of that kind and content, for a patient by the
    person number; None where there is none."""
    attachment, content = tables.attachment, tables.attachment_content
    found: int | None = connection.scalar(
        select(func.min(attachment.c.id))
        .join(content, content.c.attachment_id == attachment.c.id)
        .join(tables.clinic, tables.clinic.c.id == attachment.c.clinic_id)
        .join(tables.patient, tables.patient.c.id == attachment.c.patient_id)
        .where(
            tables.clinic.c.hsa_id == clinic,
            tables.patient.c.number == without_dash(patient),
            attachment.c.kind == kind,
            content.c.sha256 == sha256,
        )
    )
    return found
