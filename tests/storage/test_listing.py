"""Lists of invoices, page by page, are what going through all of them finds: whatever is asked for,
and whatever later versions have made of each. And no list goes through all of them itself."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, get_args

import pytest
from sqlalchemy import event, insert

from adjudication.decision import Status
from storage import tables
from storage.database import Database
from storage.kept import list_invoices
from storage.listing import Filters
from storage.schema import upgrade
from terms.vocabulary import Support

CLINICS = ("SE-1", "SE-2", "SE-3")
DAY = date(2026, 3, 1)
STATUSES = get_args(Status)


class Row(NamedTuple):
    """A version, with the key of the invoice's first."""

    id: int
    first_id: int
    version: int
    clinic: str
    number: str
    support: str
    replaces: str | None
    received_on: date
    status: str


def versions(chance: Random) -> Iterator[Row]:
    """Invoices come and are decided again, one at a time."""
    latest: list[Row] = []
    for key in range(1, 160):
        if latest and chance.random() < 0.5:
            place = chance.randrange(len(latest))
            made = latest[place]
            status = chance.choice(STATUSES)
            latest[place] = made._replace(id=key, version=made.version + 1, status=status)
            yield latest[place]
            continue
        made = Row(
            key, key, 1, chance.choice(CLINICS[:2]), f"n{key}", chance.choice("NF"),
            chance.choice([None, "n1"]), DAY + timedelta(chance.randrange(5)),
            chance.choice(STATUSES),
        )  # fmt: skip
        latest.append(made)
        yield made


@pytest.fixture(scope="module")
def kept(shared_database: Database) -> tuple[Database, list[Row]]:
    """The database, and how each invoice stands in it, the newest first."""
    rows = list(versions(Random(1)))
    before: dict[int, Row] = {}
    with shared_database.writing() as connection:
        clinics = [{"id": key, "hsa_id": one} for key, one in enumerate(CLINICS, 1)]
        connection.execute(insert(tables.clinic), clinics)
        for one in rows:
            connection.execute(insert(tables.invoice), as_kept(one))
            if one.version > 1:
                connection.execute(insert(tables.revision), as_revised(one, before[one.first_id]))
            before[one.first_id] = one
    return shared_database, sorted(before.values(), key=lambda one: -one.first_id)


def as_kept(one: Row) -> dict[str, Any]:
    return {
        "id": one.id, "clinic_id": CLINICS.index(one.clinic) + 1, "number": one.number,
        "version": one.version, "patient_id": 1, "content": b"", "received_on": one.received_on,
        "support": one.support, "care_level": "general", "replaces": one.replaces, "sent": b"",
        "status": one.status, "claimed_ore": 0, "allowed_ore": 0, "patient_fee_ore": 0,
        "payable_ore": one.id, "answer": b"",
    }  # fmt: skip


def as_revised(one: Row, before: Row) -> dict[str, Any]:
    return {
        "invoice_id": one.id, "first_id": one.first_id, "before_id": before.id,
        "cause": "redecided", "made_at": 0,
    }  # fmt: skip


typed: tuple[Support | None, ...] = (None, "N")
ASKED = [
    Filters(clinic, number, replaces, status, support, first, last)
    for clinic, status, support, (number, replaces, first, last) in product(
        (None, *CLINICS, "SE-9"),
        (None, *STATUSES),
        typed,
        (
            (None, None, None, None),
            ("n1", None, None, None),
            (None, "n1", None, None),
            (None, None, DAY + timedelta(1), None),
            (None, None, DAY + timedelta(1), DAY + timedelta(3)),
        ),
    )
]


def is_asked_for(one: Row, asked: Filters) -> bool:
    return (
        asked.clinic in (None, one.clinic)
        and asked.number in (None, one.number)
        and asked.replaces in (None, one.replaces)
        and asked.status in (None, one.status)
        and asked.support in (None, one.support)
        and (asked.received_from is None or one.received_on >= asked.received_from)
        and (asked.received_to is None or one.received_on <= asked.received_to)
    )


@pytest.mark.parametrize("limit", [1000, 7])
def test_a_list_is_what_going_through_all_finds(
    kept: tuple[Database, list[Row]], limit: int
) -> None:
    database, rows = kept
    met = set()
    with database.reading() as connection:
        for asked in ASKED:
            expected = [one for one in rows if is_asked_for(one, asked)]
            found, before = [], None
            while True:
                page, _ = list_invoices(connection, asked, before, limit, None)
                found += page.invoices
                before = page.next
                if before is None:
                    break
                assert len(page.invoices) == limit
            assert [(one.id, one.version, one.status, one.payable_ore) for one in found] == [
                (one.first_id, one.version, one.status, one.id) for one in expected
            ], asked
            met.add(len(expected) > limit)
    assert met == ({True, False} if limit == 7 else {False})


def test_no_list_goes_through_all_invoices(tmp_path: Path) -> None:
    """As SQLite says how it looks: by an index that has them in order, or by the key backwards."""
    database = Database(f"sqlite:///{tmp_path / 'plan.db'}")
    upgrade(database)
    for clinic, status in product((None, CLINICS[0]), (None, *STATUSES)):
        plan = plan_of(database, Filters(clinic=clinic, status=status))
        assert not [one for one in plan if one.startswith("SCAN invoice")], plan
        told_apart = [one for one in plan if "INDEX ix_invoice_told_apart" in one]
        name = "ix_invoice_told_apart" if clinic is None else "ix_invoice_told_apart_by_clinic"
        if status == "approved":
            assert not any("version=?" in one for one in told_apart), plan
        elif status is not None:
            assert any(f"{name} (" in one and "version=?" in one for one in told_apart), plan
    database.close()


def plan_of(database: Database, asked: Filters) -> list[str]:
    said: list[tuple[str, Any]] = []
    with database.reading() as connection:
        event.listen(
            connection,
            "before_cursor_execute",
            lambda *execution: said.append((execution[2], execution[3])),
        )
        list_invoices(connection, asked, 1000, 50, None)
        statement, values = said[-1]  # after BEGIN
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return [str(row[3]) for row in rows]
