"""What does it cost to keep what is decided?

Invoices are decoded, decided and kept, a thousand a transaction, rows and audit log included; on
SQLite, where a scribe writes beside, against decoding and deciding alone, on PostgreSQL against
decoding, deciding and a bare COPY of the very same rows with a commit a thousand. Then the same
against a database that holds a million invoices. All by the clock on the wall, since waiting for
the disk counts.
"""

from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, event, func, select, text

from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.databases import NewUrl, batches, postgresql, prepared, sqlite
from benchmarks.fresh import call, tell
from benchmarks.pipes import REGION, decide_all, decode, desk_for, received
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.workload import Workload, workload
from storage import tables
from storage.database import Database
from storage.keeper import MANY, Keeper, Sent
from storage.rows import put
from storage.schema import upgrade

SQLITE = Question("Decided and kept on SQLite", "× decided", must=4, aim=2.5)
POSTGRESQL = Question("Decided and kept on PostgreSQL", "× decided and COPY", must=2, aim=1.5)
GROWTH = Question("A million invoices kept", "× ten thousand", must=1.4, aim=1.2)

AT_ONCE = 1_000
_MANY = ("invoice", "line", "finding", "visit", "audit")


def test_kept_on_sqlite(ask: Ask, scale: Scale) -> None:
    """A thousand a transaction, synchronous to the disk."""
    ask(SQLITE, lambda: Figure(*call(kept_on_sqlite, scale.invoices, scale.kept_passes)))


def test_kept_on_postgresql(ask: Ask, scale: Scale) -> None:
    """With fsync and synchronous commit."""
    ask(POSTGRESQL, lambda: Figure(*call(kept_on_postgresql, scale.invoices, scale.kept_passes)))


def test_growth(ask: Ask, scale: Scale) -> None:
    """Tables and indexes grow; what an invoice costs hardly."""
    ask(GROWTH, lambda: Figure(*call(growth, scale.many_kept, scale.kept_passes)))


def kept_on_sqlite(invoices: int, passes: int) -> tuple[float, str]:
    """The ratio, and what an invoice leaves behind."""
    work = workload(invoices)
    many, ratios, notes = len(work.invoices), [], []
    with sqlite() as new_url:
        statements = _statements(new_url(), work)
        for this in range(passes):
            decided = _seconds_to_decide(work)
            with prepared(new_url(), work) as (database, _):
                before = _bytes(database)
                kept = _seconds_to_keep(database, work.invoices)
                notes.append(
                    f"{_rows(database) / many:.1f} rows, {(_bytes(database) - before) / many:.0f} "
                    f"bytes an invoice, {statements:.2f} statements where no scribe writes; "
                    f"{many / kept:.0f} invoices/s"
                )
            ratios.append(kept / decided)
            tell(f"pass {this + 1} of {passes}: {ratios[-1]:.2f} × decided")
    return median(ratios), notes[-1]


def kept_on_postgresql(invoices: int, passes: int) -> tuple[float, str]:
    """The ratio, and invoices a second."""
    work = workload(invoices)
    ratios, rates = [], []
    with postgresql() as new_url:
        for this in range(passes):
            with prepared(new_url(), work) as (database, _):
                kept = _seconds_to_keep(database, work.invoices)
                copied = _seconds_to_copy(database, new_url)
            decided = _seconds_to_decide(work)
            rates.append(len(work.invoices) / kept)
            ratios.append(kept / (decided + copied))
            tell(f"pass {this + 1} of {passes}: {ratios[-1]:.2f} × decided and COPY")
    return median(ratios), f"{median(rates):.0f} invoices/s"


def growth(many: int, passes: int) -> tuple[float, str]:
    """What the next invoices cost when so many are kept, by what they cost after ten thousand."""
    work = workload(12_000)
    first, following = work.invoices[:10_000], work.invoices[10_000:]
    ratios, costs = [], []
    with sqlite() as new_url:
        for this in range(passes):
            seconds = []
            for copies in (0, many // len(first) - 1):
                with prepared(new_url(), work) as (database, _):
                    _seconds_to_keep(database, first)
                    _multiply(database, copies)
                    seconds.append(_seconds_to_keep(database, following))
            ratios.append(seconds[1] / seconds[0])
            costs.append(seconds[1] / len(following) * 1e6)
            tell(f"pass {this + 1} of {passes}: {ratios[-1]:.2f} × ten thousand")
    return median(ratios), f"{median(costs):.0f} µs an invoice"


def _seconds_to_decide(work: Workload) -> float:
    desk = desk_for(packaged_library(), work)
    begun = perf_counter()
    decide_all(desk, work.invoices)
    return perf_counter() - begun


def _seconds_to_keep(
    database: Database, invoices: Sequence[bytes], at_once: int = AT_ONCE
) -> float:
    keeper = Keeper(database, packaged_library(), REGION)
    begun = perf_counter()
    for batch in batches(invoices, at_once):
        keeper.submit([Sent(one, received(one)) for one in map(decode, batch)])
    return perf_counter() - begun


def _seconds_to_copy(kept: Database, new_url: NewUrl) -> float:
    """The rows of one database put into another, a commit for a thousand invoices."""
    other = Database(new_url())
    upgrade(other)
    with kept.reading() as source:
        with other.writing() as target:
            for table in tables.metadata.sorted_tables:
                if table.name not in _MANY:
                    _copy(target, table.name, source.execute(select(table)).all())
        rows = {name: _by_invoice(source, name) for name in _MANY}
    batched = [
        {name: rows[name][start : start + AT_ONCE] for name in _MANY}
        for start in range(0, len(rows["invoice"]), AT_ONCE)
    ]
    begun = perf_counter()
    for batch in batched:
        with other.writing() as target:
            for name, groups in batch.items():
                _copy(target, name, [row for group in groups for row in group])
    seconds = perf_counter() - begun
    other.close()
    return seconds


def _by_invoice(source: Connection, name: str) -> list[list[Any]]:
    """The rows of a table, invoice by invoice."""
    table = tables.metadata.tables[name]
    key = table.c.id if name == "invoice" else table.c.invoice_id
    groups: dict[int, list[Any]] = {
        one: [] for one in source.scalars(select(tables.invoice.c.id).order_by(tables.invoice.c.id))
    }
    for row in source.execute(select(table).where(key.is_not(None))):
        groups[row[table.c.keys().index(key.name)]].append(tuple(row))
    return list(groups.values())


def _copy(target: Connection, name: str, rows: Sequence[Any]) -> None:
    table = tables.metadata.tables[name]
    put(target, table, table.c.keys(), [tuple(row) for row in rows])


def _multiply(database: Database, copies: int) -> None:
    """Put in copies of all that is kept, each under keys, numbers and patients of its own."""
    with database.writing() as connection:
        step = {
            name: connection.scalar(select(func.max(tables.metadata.tables[name].c.id))) or 0
            for name in ("patient", "invoice")
        }
        place = connection.scalar(select(func.max(tables.audit.c.place))) or 0
        for copy in range(1, copies + 1):
            patient, invoice = copy * step["patient"], copy * step["invoice"]
            for statement in (
                f"INSERT INTO patient SELECT id + {patient}, number || '-{copy}', version "
                f"FROM patient WHERE id <= {step['patient']}",
                _shifted(tables.invoice.c.keys(), id=invoice, patient_id=patient, number=copy)
                + f" FROM invoice WHERE id <= {step['invoice']}",
                *(
                    _shifted(tables.metadata.tables[name].c.keys(), table=name, invoice_id=invoice)
                    + f" FROM {name} WHERE invoice_id <= {step['invoice']}"
                    for name in ("line", "finding", "visit")
                ),
                _shifted(
                    tables.audit.c.keys(), table="audit", place=copy * place, invoice_id=invoice,
                    patient_id=patient,
                )
                + f" FROM audit WHERE place <= {place} AND invoice_id <= {step['invoice']}",
            ):  # fmt: skip
                connection.execute(text(statement))


def _shifted(columns: Sequence[str], table: str = "invoice", **by: int) -> str:
    """INSERT … SELECT of a table's own rows, with some columns moved on."""
    moved = [
        f"number || '-{by['number']}'"
        if name == "number" and "number" in by
        else f"{name} + {by[name]}"
        if name in by
        else name
        for name in columns
    ]
    return f"INSERT INTO {table} SELECT {', '.join(moved)}"


def _rows(database: Database) -> int:
    with database.reading() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(tables.metadata.tables[name])) or 0
            for name in _MANY
        )


def _bytes(database: Database) -> int:
    with database.reading() as connection:
        pages = connection.scalar(text("PRAGMA page_count")) or 0
        return pages * (connection.scalar(text("PRAGMA page_size")) or 0)


def _statements(url: str, work: Workload) -> float:
    """How many an invoice, by SQLite's own account, which takes long: of the first thousands, so
    many at once that it is done here."""
    found: list[str] = []
    some = work.invoices[: 3 * AT_ONCE]
    with prepared(url, work) as (database, _):

        @event.listens_for(database.engine, "checkout")
        def trace(connection: Any, *_: Any) -> None:
            connection.set_trace_callback(found.append)

        _seconds_to_keep(database, some, MANY - 1)
    return len(found) / len(some)
