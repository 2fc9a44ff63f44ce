"""The made-up region with one clinic that has sent very many invoices."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, func, select, text

from adjudication.packaged import packaged_library
from cli import demoregion
from storage import tables
from storage.access import issue
from storage.database import Database


def fill(url: str, many: int) -> list[int]:
    """Fill an empty database with the region, and let its busiest clinic have sent at least so many
    invoices: what all sent once more, of other patients, with an entry of the log each. Gives their
    keys."""
    database = Database(url)
    with TemporaryDirectory() as folder:  # no page that is measured opens a file
        demoregion.fill(database, packaged_library(), Path(folder))
    with database.writing() as connection:
        clinic, hsa_id = _busiest(connection)
        _, issued = issue(connection, "benchmark", "clinic", hsa_id)
        token = int(issued.subject or 0)
        kept = connection.scalar(select(func.count()).select_from(tables.invoice)) or 0
        keys = _keys(connection, clinic)
        steps = {
            one.name: connection.scalar(select(func.max(one.c.id))) or 0
            for one in (tables.patient, tables.invoice)
        } | {"audit": connection.scalar(select(func.max(tables.audit.c.place))) or 0}
        for copy in range(1, -(-(many - len(keys)) // kept) + 1):
            _copy(connection, (clinic, token), copy, steps)
        if connection.dialect.name != "sqlite":
            for name in ("patient", "invoice"):
                last = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                connection.execute(text(last))
        keys = _keys(connection, clinic)
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))  # as PostgreSQL does by itself within a minute
    database.close()
    return keys


def _busiest(connection: Connection) -> tuple[int, str]:
    """The key and the HSA-id of the clinic that sent most."""
    clinic, invoice = tables.clinic, tables.invoice
    row = connection.execute(
        select(clinic.c.id, clinic.c.hsa_id)
        .join(invoice, invoice.c.clinic_id == clinic.c.id)
        .group_by(clinic.c.id, clinic.c.hsa_id)
        .order_by(func.count().desc(), clinic.c.hsa_id)
        .limit(1)
    ).one()
    return row.id, row.hsa_id


def _keys(connection: Connection, clinic: int) -> list[int]:
    invoice = tables.invoice
    own = select(invoice.c.id).where(invoice.c.clinic_id == clinic).order_by(invoice.c.id)
    return list(connection.scalars(own))


def _copy(connection: Connection, by: tuple[int, int], copy: int, steps: dict[str, int]) -> None:
    """Once more all that is kept of invoices, by a clinic and its token."""
    clinic, token = by
    patient, invoice = copy * steps["patient"], copy * steps["invoice"]
    entry = {
        "place": f"place + {copy * steps['audit']}",
        "token_id": str(token),
        "patient_id": f"patient_id + {patient}",
        "invoice_id": f"invoice_id + {invoice}",
    }
    changed = {
        tables.patient: {"id": f"id + {patient}", "number": f"number || '-{copy}'"},
        tables.invoice: {
            "id": f"id + {invoice}",
            "patient_id": f"patient_id + {patient}",
            "clinic_id": str(clinic),
            "number": f"number || '-{copy}-' || id",
        },
        **{
            one: {"invoice_id": f"invoice_id + {invoice}"}
            for one in (tables.line, tables.finding, tables.visit)
        },
        tables.audit: entry,
    }
    for table, columns in changed.items():
        chosen = ", ".join(columns.get(name, name) for name in table.columns.keys())  # noqa: SIM118 – no dict
        key = "id" if "id" in columns else "invoice_id"
        last = steps["patient" if table is tables.patient else "invoice"]
        connection.execute(
            text(
                f"INSERT INTO {table.name} SELECT {chosen} FROM {table.name} WHERE {key} <= {last}"
            )
        )
