"""What does it cost to settle a million lines of 300 clinics?

Invoices are kept on SQLite and copied, each copy under a key and a number of its own and by another
clinic. A run is then prepared, approved and exported, and its files written to a disk; against the
same rows, read clinic by clinic through the driver and written out bare. By the processor's time,
in turns. A twentieth of the clinics beside it says whether memory grows with what is settled.
"""

import csv
from datetime import date
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from sqlalchemy import Connection, func, select, text

from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.databases import batches, prepared, sqlite
from benchmarks.fresh import call, tell
from benchmarks.pipes import REGION, decode, frozen, received
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.workload import workload
from exports.payer import Payer
from invoices.payees import Bankgiro, Payee
from storage import tables
from storage.access import issue
from storage.acts import Acts, Done
from storage.database import Database
from storage.exporting import Exported, export_run, read_run_file
from storage.keeper import Keeper, Sent
from storage.payees import PaidFrom, put_payee, put_payer
from storage.placing import place_files
from storage.preparing import Prepared, prepare
from storage.runsteps import MoveAsked, move_run
from storage.selecting import Reached, RunAsked

SETTLED = Question("Lines of 300 clinics settled, SQLite", "× read and written bare", must=3, aim=2)
MEMORY = Question("Memory of 300 clinics settled", "× of fifteen", must=1.3, aim=1.15)

CLINICS, FEW = 300, 15
KEPT = 2_000
AT_ONCE = 1_000
FIRST_ON, DAY = date(2026, 1, 1), date(2029, 12, 31)
PAYER = Payer("Regionen", "2321000057", "SE3550000000054910000003", "ESSESESS", "232100005701")
_ROWS = """
SELECT invoice.id, invoice.number, invoice.support, line.line, line.treated_on, line.code,
       line.claimed_ore, line.outcome, line.allowed_ore
FROM invoice JOIN line ON line.invoice_id = invoice.id
WHERE invoice.clinic_id = ? ORDER BY invoice.id, line.line
"""
_FEES = """
SELECT visit.invoice_id, visit.treated_on, visit.fee_ore
FROM invoice JOIN visit ON visit.invoice_id = invoice.id
WHERE invoice.clinic_id = ? ORDER BY invoice.id, visit.treated_on
"""


def test_settled(ask: Ask, scale: Scale) -> None:
    """All of it in one run."""
    ask(SETTLED, lambda: Figure(*call(settled, scale.many_kept, scale.kept_passes)))


def test_memory(ask: Ask, scale: Scale) -> None:
    """As many lines of each clinic, of twenty times as many clinics."""

    def measured() -> Figure:
        few = memory(scale.many_kept * FEW // CLINICS, FEW)
        many = memory(scale.many_kept, CLINICS)
        return Figure(many / few, f"{few / 1024:.0f} and {many / 1024:.0f} MiB at most")

    ask(MEMORY, measured)


def settled(lines: int, passes: int) -> tuple[float, str]:
    """The ratio, and what was settled."""
    ratios, note = [], ""
    for this in range(passes):
        with sqlite() as new_url, prepared(new_url(), workload(KEPT)) as (database, _):
            many = _fill(database, lines, CLINICS)
            with TemporaryDirectory() as folder:
                with frozen():
                    begun = process_time()
                    _write_bare(database, Path(folder))
                    bare = process_time() - begun
                with frozen():
                    begun = process_time()
                    paid_ore = _settle(database, Path(folder))
                    seconds = process_time() - begun
        ratios.append(seconds / bare)
        note = (
            f"{many} lines, {seconds:.1f} s, {seconds / many * 1e6:.1f} µs a line; "
            f"{paid_ore // 100} kr paid"
        )
        tell(f"pass {this + 1} of {passes}: {ratios[-1]:.2f} × read and written bare")
    return median(ratios), note


def memory(lines: int, clinics: int) -> int:
    """How many KiB a process takes at most that settles what another one has kept."""
    with sqlite() as new_url, TemporaryDirectory() as folder:
        url = new_url()
        call(filled, url, lines, clinics)
        found: int = call(taken, url, folder)
        return found


def filled(url: str, lines: int, clinics: int) -> int:
    """How many lines are kept then."""
    with prepared(url, workload(KEPT)) as (database, _):
        return _fill(database, lines, clinics)


def taken(url: str, folder: str) -> int:
    """The KiB."""
    database = Database(url)
    _settle(database, Path(folder))
    database.close()
    return getrusage(RUSAGE_SELF).ru_maxrss


def _fill(database: Database, lines: int, clinics: int) -> int:
    """About so many lines, spread over so many clinics, and an account for each of these. Gives how
    many there are."""
    keeper = Keeper(database, packaged_library(), REGION)
    for batch in batches(workload(KEPT).invoices[:KEPT], AT_ONCE):
        keeper.submit([Sent(one, received(one)) for one in map(decode, batch)])

    def work(connection: Connection) -> Done[int]:
        for place in range(clinics):
            put_payee(connection, _payee(place), FIRST_ON, None)
        put_payer(connection, REGION, PaidFrom(PAYER, "common-3"), FIRST_ON, None)
        ours = connection.scalars(
            select(tables.clinic.c.id).where(tables.clinic.c.hsa_id.startswith("SE-"))
        ).all()
        kept = connection.scalar(select(func.count()).select_from(tables.line)) or 1
        step = connection.scalar(select(func.max(tables.invoice.c.id))) or 0
        for copy in range(1, lines // kept + 1):
            _copy(connection, copy * step, f"id % {clinics} + {min(ours)}")
        return connection.scalar(select(func.count()).select_from(tables.line)) or 0, []

    return Acts(database).do(work)


def _copy(connection: Connection, step: int, clinic: str) -> None:
    """All that was kept at first once more, under other keys and by other clinics."""
    own = {"id": f"id + {step}", "clinic_id": clinic, "number": f"id || '-{step}'"}
    of = {"invoice_id": f"invoice_id + {step}"}
    for table, changed, key in (
        (tables.invoice, own, "id"),
        (tables.line, of, "invoice_id"),
        (tables.visit, of, "invoice_id"),
    ):
        columns = ", ".join(changed.get(name, name) for name in table.columns.keys())  # noqa: SIM118 – no dict
        connection.execute(
            text(
                f"INSERT INTO {table.name} SELECT {columns} FROM {table.name} WHERE {key} <= :last"
            ),
            {"last": _first_keys(connection)},
        )


def _first_keys(connection: Connection) -> int:
    """The last key of what was kept by a keeper."""
    audit = tables.audit.c
    return connection.scalar(select(func.max(audit.invoice_id))) or 0


def _payee(place: int) -> Payee:
    return Payee(f"SE-{place:04}", f"Kliniken {place}", Bankgiro("99999997"))


def _write_bare(database: Database, folder: Path) -> None:
    """The rows that a settlement is made of, clinic by clinic, as text."""
    with database.reading() as connection, (folder / "bare.csv").open("w") as file:
        cursor: Any = connection.connection.cursor()
        write = csv.writer(file).writerows
        for clinic in connection.scalars(select(tables.clinic.c.id)).all():
            write(cursor.execute(_ROWS, (clinic,)))
            write(cursor.execute(_FEES, (clinic,)))


def _settle(database: Database, folder: Path) -> int:
    """From the preview's first half to files on a disk. Gives what is paid."""
    acts = Acts(database)
    preparer, approvers = _token(acts, "P-1"), [_token(acts, "P-2"), _token(acts, "P-3")]
    asked = RunAsked(DAY, DAY)
    found = prepare(database, acts, REGION, asked, DAY, preparer, _tell)
    assert isinstance(found, Prepared), found
    held = found.held
    for token in approvers:
        by = MoveAsked(REGION, 1, held.digest, token, DAY)
        acts.do(lambda c, by=by: move_run(c, by, "approve"))  # type: ignore[misc]
    by = MoveAsked(REGION, 1, held.digest, preparer, DAY)
    exported = acts.do(lambda c: export_run(c, by))
    assert isinstance(exported, Exported), exported
    with database.reading() as connection:
        files = [read_run_file(connection, held.key, one.name) for one in exported.files]
    place_files(folder, [one for one in files if one is not None])
    return held.run.payment_ore


def _tell(what: Reached, done: int, of_all: int) -> None:
    if what == "select" and done % 100 == 0:
        tell(f"{done} of {of_all} clinics")


def _token(acts: Acts, person: str) -> int:
    def work(connection: Connection) -> Done[int]:
        role = "payout_preparer" if person == "P-1" else "payout_chief"
        _, entry = issue(connection, person, role, None, person=person)  # type: ignore[arg-type]
        return int(entry.subject or 0), [entry]

    return acts.do(work)
