"""The clinics that are known, by their HSA-ids."""

from sqlalchemy import Connection, select

from storage import tables


def clinic_ids(connection: Connection) -> list[str]:
    """In order."""
    hsa_id = tables.clinic.c.hsa_id
    return list(connection.scalars(select(hsa_id).order_by(hsa_id)))
