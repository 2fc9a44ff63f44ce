"""The keys of what many rows name: clinics, editions, applications."""

from collections.abc import Collection, Hashable
from functools import cache

import msgspec
from sqlalchemy import Column, Connection, Select, select

from storage import tables
from storage.rows import Into, add, given, listed
from terms.editions import Edition


class Keys:
    """Keys as they were last read or given, which never change. Those that a transaction gave hold
    when it ends well: `settle` says so, `forget` that it did not. They are given where one reads,
    unless it is said `into` what."""

    def __init__(self) -> None:
        self._settled: dict[Hashable, int] = {}
        self._given: dict[Hashable, int] = {}

    def settle(self) -> None:
        """The transaction has ended well."""
        self._settled |= self._given
        self._given = {}

    def forget(self) -> None:
        """A new transaction begins, whatever became of the one before."""
        self._given = {}

    def known_clinics(self, connection: Connection, hsa_ids: Collection[str]) -> dict[str, int]:
        """The keys of those clinics that have one."""
        missing = [one for one in hsa_ids if one not in self._settled]
        if missing:
            rows = connection.execute(
                _by(connection.dialect.name, tables.clinic.c.hsa_id), given(connection, missing)
            )
            self._settled |= dict(rows.all())
        return {one: self._settled[one] for one in hsa_ids if one in self._settled}

    def clinics(
        self, connection: Connection, hsa_ids: Collection[str], into: Into | None = None
    ) -> dict[str, int]:
        """The keys of clinics; those that have none get one."""
        given = [one for one in hsa_ids if one not in self._given]
        found = self.known_clinics(connection, given)
        missing = [one for one in given if one not in found]
        keys = add(into or connection, tables.clinic, [{"hsa_id": one} for one in missing])
        self._given.update(zip(missing, keys, strict=True))
        return {one: found.get(one) or self._given[one] for one in hsa_ids}

    def editions(
        self, connection: Connection, editions: Collection[Edition], into: Into | None = None
    ) -> dict[Edition, int]:
        """The keys of editions; those that have none get one."""
        if any(one not in self._settled and one not in self._given for one in editions):
            rows = connection.execute(select(tables.edition))
            self._settled |= {Edition(*row[1:]): row.id for row in rows}
        missing = [one for one in editions if one not in self._settled and one not in self._given]
        keys = add(
            into or connection, tables.edition, [msgspec.structs.asdict(one) for one in missing]
        )
        self._given.update(zip(missing, keys, strict=True))
        return {one: self._settled.get(one) or self._given[one] for one in editions}

    def applications(self, connection: Connection, names: Collection[str]) -> dict[str, int]:
        """The keys of applications that are there."""
        if not names:
            return {}
        rows = connection.execute(
            _by(connection.dialect.name, tables.preassessment.c.name), given(connection, names)
        )
        return dict(rows.all())


@cache
def _by(dialect: str, column: Column[str]) -> Select[str, int]:
    """What rows are called by a column, and their keys."""
    these = listed(dialect, column)
    return select(column, column.table.c.id).join(these, these.c[column.name] == column)
