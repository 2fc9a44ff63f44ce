"""What every reader and writer of rows does: join with a list of ours, add many at once, lock
patients, tell of a change."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    FromClause,
    Row,
    Table,
    func,
    insert,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import DBAPIError

from storage.tables import patient


def listed(
    connection: Connection, columns: Mapping[Column[Any], Collection[str] | Collection[int]]
) -> FromClause:
    """A list of ours as something to select from, of any length by one statement. It has columns
    named and typed like these, each with so many values."""
    if connection.dialect.name == "sqlite":
        rows = json.dumps(list(zip(*columns.values(), strict=True)))
        value = func.json_each(literal(rows)).table_valued("value").c.value
        return select(
            *(
                type_coerce(func.json_extract(value, f"$[{place}]"), column.type).label(column.name)
                for place, column in enumerate(columns)
            )
        ).subquery()
    arrays = [literal(list(values), ARRAY(column.type)) for column, values in columns.items()]
    names = [column.name for column in columns]
    return func.unnest(*arrays).table_valued(*names).render_derived()


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Add a few rows and give their keys in the same order."""
    if not rows:
        return []
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return connection.scalars(statement, rows).all()


def new_keys(connection: Connection, table: Table, many: int) -> Iterable[int]:
    """Keys for rows that are then `put`, ascending. Whoever asks holds a lock that SQLite gives to
    one writer at a time."""
    if connection.dialect.name == "sqlite":
        last = connection.scalar(select(func.coalesce(func.max(table.c.id), 0)))
        assert last is not None
        return range(last + 1, last + 1 + many)
    sequence = func.pg_get_serial_sequence(table.name, "id")
    return connection.scalars(
        select(func.nextval(sequence)).select_from(func.generate_series(1, many))
    ).all()


def put(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add many rows by the driver itself, at a fourth of what SQLAlchemy takes for each. Days are
    texts."""
    if not rows:
        return
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 – names of ours
        return
    statement = f"COPY {table.name} ({names}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    driver: Any = connection.dialect.loaded_dbapi
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:  # as SQLAlchemy itself would raise it
        raise DBAPIError.instance(
            statement, None, error, driver.Error, dialect=connection.dialect
        ) from None


def lock(
    connection: Connection, column: Column[Any], values: Collection[str] | Collection[int]
) -> Sequence[Row[int, str, int]]:
    """Key, number and version of the patients who have one of the values in a column of theirs, and
    are nobody else's to change until the transaction ends. All are locked in one order, so that
    none waits for another in a ring."""
    these = listed(connection, {column: values})
    return connection.execute(
        select(patient.c.id, patient.c.number, patient.c.version)
        .join(these, these.c[column.name] == column)
        .order_by(patient.c.id)
        .with_for_update(of=patient)
    ).all()


def tell_changed(connection: Connection, keys: Collection[int]) -> None:
    """Whoever remembers these patients reads them anew."""
    if keys:
        these = listed(connection, {patient.c.id: keys})
        connection.execute(
            update(patient)
            .where(patient.c.id.in_(select(these.c.id)))
            .values(version=patient.c.version + 1)
        )
