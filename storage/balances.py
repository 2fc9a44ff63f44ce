"""What is left of patients' applications, read from their rows."""

from collections import Counter
from collections.abc import Collection
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, select

from preassessments.balance import ApprovedKey, Balance
from storage import tables
from storage.reference import read_preassessments
from storage.rows import given, listed


def read_balances(
    connection: Connection, patients: Collection[int], *, is_drawn: bool = True
) -> dict[str, Balance]:
    """By the number of each patient, by their keys, who has any decided application; as they are,
    or as if nothing were drawn of them."""
    found = read_preassessments(connection, tables.preassessment.c.patient_id, patients)
    if not found:
        return {}
    ids = {key: one.id for key, one in found}
    drawn: dict[str, Counter[ApprovedKey]] = {}
    if is_drawn:
        of_dialect = _drawn(connection.dialect.name)
        for key, place in connection.execute(of_dialect, given(connection, ids)):
            drawn.setdefault(ids[key], Counter())[ids[key], place] += 1
    balances = {}
    for number, group in groupby((one for _, one in found), key=_patient):
        held = list(group)
        balance = balances[number] = Balance(held)
        for one in held:
            balance.draw(drawn.get(one.id, {}))
    return balances


_patient = attrgetter("patient")


@cache
def _drawn(dialect: str) -> Select[Any]:
    """The lines of applications that carry an approved line which is not credited."""
    line, credited = tables.line, tables.credited_line
    these = listed(dialect, line.c.preassessment_id)
    return (
        select(line.c.preassessment_id, line.c.preassessment_line)
        .join(these, these.c.preassessment_id == line.c.preassessment_id)
        .outerjoin(credited, tables.is_credited)
        .where(credited.c.line.is_(None))
    )
