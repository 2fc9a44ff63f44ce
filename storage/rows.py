"""What every writer of rows does: add some and get their keys, lock patients, tell of a change."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, insert, select, update

from storage.tables import patient


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Add rows and give their keys in the same order."""
    if not rows:
        return []
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return connection.scalars(statement, rows).all()


def lock(connection: Connection, which: ColumnElement[bool]) -> Sequence[Row[int, str, int]]:
    """Key, number and version of patients, who are nobody else's to change until the transaction
    ends. All are locked in one order, so that none waits for another in a ring."""
    return connection.execute(
        select(patient.c.id, patient.c.number, patient.c.version)
        .where(which)
        .order_by(patient.c.id)
        .with_for_update()
    ).all()


def tell_changed(connection: Connection, keys: Collection[int]) -> None:
    """Whoever remembers these patients reads them anew."""
    if keys:
        connection.execute(
            update(patient).where(patient.c.id.in_(keys)).values(version=patient.c.version + 1)
        )
