"""The clinics that are known: their HSA-ids, and the key of one."""

from sqlalchemy import Connection, select

from storage import tables


def clinic_ids(connection: Connection) -> list[str]:
    """In order."""
    hsa_id = tables.clinic.c.hsa_id
    return list(connection.scalars(select(hsa_id).order_by(hsa_id)))


def clinic_key(connection: Connection, hsa_id: str) -> int | None:
    """The key of one, None where it is not known."""
    clinic = tables.clinic.c
    return connection.scalar(select(clinic.id).where(clinic.hsa_id == hsa_id))
