"""What every reader and writer of rows does: join with a list of ours, add many at once, lock
patients, tell of a change."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    CursorResult,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import DBAPIError

from storage.beside import Beside
from storage.sqlite import insert as insert_into_sqlite
from storage.tables import patient

Into = Connection | Beside
"""Where rows go: into the transaction that one reads in, or one of the scribe's beside it."""

_json = msgspec.json.Encoder().encode


def listed(dialect: str, *columns: Column[Any]) -> FromClause:
    """A list of ours as something to select from, of any length by one statement that is made once.
    It has columns named and typed like these; `given` gives what to execute the statement with."""
    if dialect == "sqlite":
        value = func.json_each(bindparam("listed", type_=Text)).table_valued("value").c.value
        return select(
            *(
                type_coerce(func.json_extract(value, f"$[{place}]"), column.type).label(column.name)
                for place, column in enumerate(columns)
            )
        ).subquery()
    arrays = [
        bindparam(f"listed_{place}", type_=ARRAY(column.type))
        for place, column in enumerate(columns)
    ]
    names = [column.name for column in columns]
    return func.unnest(*arrays).table_valued(*names).render_derived()


def given(connection: Into, *columns: Collection[str] | Collection[int]) -> dict[str, Any]:
    """The values of a list, column by column."""
    if connection.dialect.name == "sqlite":
        return {"listed": _json(list(zip(*columns, strict=True))).decode()}
    return {f"listed_{place}": list(values) for place, values in enumerate(columns)}


def as_driven(result: CursorResult[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as the driver has them, where there are so many that to dress each costs: a sixth of
    what reading takes. Their days are for `day_driven`."""
    assert result.cursor is not None
    rows = list(result.cursor.fetchall())
    result.close()
    return rows


def day_driven(value: date | str) -> date:
    """A day as a driver has it: SQLite's keeps them as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def add(into: Into, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Add a few rows and give their keys in the same order."""
    if not rows:
        return []
    if isinstance(into, Beside):
        keys = list(new_keys(into, table, len(rows)))
        values = [(key, *row.values()) for key, row in zip(keys, rows, strict=True)]
        put(into, table, ("id", *rows[0]), values)
        return keys
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return into.scalars(statement, rows).all()


def new_keys(into: Into, table: Table, many: int) -> Iterable[int]:
    """Keys for rows that are then `put`, ascending. Whoever asks holds a lock that SQLite gives to
    one writer at a time."""
    statement = _counting(into.dialect.name, table)
    if into.dialect.name == "sqlite":
        last = into.ask(statement) if isinstance(into, Beside) else into.scalar(statement)
        assert last is not None
        return range(last + 1, last + 1 + many)
    assert isinstance(into, Connection)
    return into.scalars(statement, {"many": many}).all()


@cache
def _counting(dialect: str, table: Table) -> Select[int]:
    if dialect == "sqlite":
        return select(func.coalesce(func.max(table.c.id), 0))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    numbers = func.generate_series(1, bindparam("many", type_=Integer))
    return select(func.nextval(sequence)).select_from(numbers)


def put(into: Into, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add many rows by the driver itself, at a fourth of what SQLAlchemy takes for each. Days are
    texts."""
    if not rows:
        return
    if isinstance(into, Beside):
        into.put(f"{table.name}", columns, rows)
        return
    cursor: Any = into.connection.cursor()
    driver: Any = into.dialect.loaded_dbapi
    add_all = insert_into_sqlite if into.dialect.name == "sqlite" else _copy
    try:
        add_all(cursor, table.name, columns, rows)
    except driver.Error as error:  # as SQLAlchemy itself would raise it
        raise DBAPIError.instance(
            f"rows of {table.name}", None, error, driver.Error, dialect=into.dialect
        ) from None


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def lock(
    connection: Connection, column: Column[Any], values: Collection[str] | Collection[int]
) -> Sequence[tuple[int, str, int]]:
    """Key, number and version of the patients who have one of the values in a column of theirs, and
    are nobody else's to change until the transaction ends. All are locked in one order, so that
    none waits for another in a ring."""
    statement = _locking(connection.dialect.name, column)
    return as_driven(connection.execute(statement, given(connection, values)))


@cache
def _locking(dialect: str, column: Column[Any]) -> Select[int, str, int]:
    these = listed(dialect, column)
    return (
        select(patient.c.id, patient.c.number, patient.c.version)
        .join(these, these.c[column.name] == column)
        .order_by(patient.c.id)
        .with_for_update(of=patient)
    )


def tell_changed(into: Into, keys: Collection[int]) -> None:
    """Whoever remembers these patients reads them anew."""
    if not keys:
        return
    statement, parameters = _telling(into.dialect.name), given(into, keys)
    if isinstance(into, Beside):
        into.run(statement, parameters)
    else:
        into.execute(statement, parameters)


@cache
def _telling(dialect: str) -> Update:
    these = listed(dialect, patient.c.id)
    return (
        update(patient)
        .where(patient.c.id.in_(select(these.c.id)))
        .values(version=patient.c.version + 1)
    )
