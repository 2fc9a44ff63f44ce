"""What all tables share: names of constraints, keys of their own, keys of others' rows."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only under this name."""


def own_id() -> Column[int]:
    """The key of a table's rows."""
    return Column("id", Id, primary_key=True)


def of(table: str, *, is_key: bool = False, nullable: bool = False) -> Column[int]:
    """The key of another table's row, which the database looks for."""
    return Column(
        f"{table}_id", Id, ForeignKey(f"{table}.id"), primary_key=is_key, nullable=nullable
    )


def known(table: str, *, is_key: bool = False, nullable: bool = False) -> Column[int]:
    """The key of a row that the same transaction read or wrote. No foreign key: the database would
    look for each again, row by row, in every table that an invoice adds to. What points at nothing
    is found by storage/checking.py."""
    return Column(f"{table}_id", Id, primary_key=is_key, nullable=nullable)
