"""A run is stopped at each of its steps, by a fault and by a kill: done once more it is one run,
each approved line is in one file, its bytes are the same, and nothing differs by an öre."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import select

from exports.pain001 import read_payments
from invoices.run import payments_of
from storage import tables
from storage.acts import Acts
from storage.checking import faults
from storage.database import Database
from storage.exporting import Exported, RunFile, export_run, list_files, read_run_file
from storage.placing import OtherContentError, place_files
from storage.preparing import Prepared, prepare
from storage.proving import prove
from storage.runs import Held, find_run
from storage.runsteps import MoveAsked, move_run
from storage.selecting import RunAsked
from tests.paying import CLINICS, PAY_ON, REGION, THROUGH, TODAY, Office, care

STEPS = ("select", "lock", "freeze", "number", "mark", "write", "rename")
IS_SOAK = settings.get_current_profile_name() == "soak"
TIMES = 20 if IS_SOAK else 2
KILLED = STEPS if IS_SOAK else ("number", "mark", "rename")

Tell = Callable[[str], None]


class StoppedError(Exception):
    """The fault."""


class Fault:
    """Stops at a step when it comes to it for the nth time."""

    def __init__(self, step: str, at: int, stop: Callable[[], None]) -> None:
        self.step, self.left, self.stop = step, at, stop

    def __call__(self, step: str) -> None:
        if step == self.step:
            self.left -= 1
            if self.left == 0:
                self.stop()


def by_fault() -> None:
    raise StoppedError


def by_kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Tokens:
    """By the names that an office gives them."""

    def __init__(self, database: Database) -> None:
        table = tables.token.c
        with database.reading() as connection:
            self.keys = dict(connection.execute(select(table.name, table.id)).all())


def settle_all(database: Database, folder: Path, tell: Tell) -> Held:
    """The whole way of a run, as often as it takes: what is done already is passed over."""
    acts, keys = Acts(database), Tokens(database).keys
    asked = RunAsked(THROUGH, PAY_ON)
    found = prepare(
        database, acts, REGION, asked, TODAY, keys["preparer"],
        lambda step, _done, _of_all: tell(step),
    )  # fmt: skip
    held = found.held if isinstance(found, Prepared) else open_run(database)
    if held.state == "prepared":
        by = MoveAsked(REGION, held.run.number, held.digest, keys["chief"], TODAY)
        acts.do(lambda c: move_run(c, by, "approve"))
    by = MoveAsked(REGION, held.run.number, held.digest, keys["preparer"], TODAY)
    exported = acts.do(lambda c: export_run(c, by, tell))
    assert isinstance(exported, Exported), exported
    with database.reading() as connection:
        contents = [read_run_file(connection, held.key, one.name) for one in exported.files]
    place_files(folder, [one for one in contents if one is not None], tell)
    return exported.held


def open_run(database: Database) -> Held:
    """The last one, which somebody has gone further with."""
    run = tables.run.c
    with database.reading() as connection:
        numbers = connection.scalars(select(run.number).order_by(run.number)).all()
        held = find_run(connection, REGION, numbers[-1])
    assert held is not None
    return held


def need_exact(office: Office, folder: Path) -> None:
    """Whatever happened before: each approved line is in one run, and so on."""
    line, held = tables.line, tables.run_invoice
    contents = office.contents()
    with office.database.reading() as connection:
        times = Counter(
            connection.execute(
                select(line.c.invoice_id, line.c.line)
                .join(held, held.c.invoice_id == line.c.invoice_id)
                .where(line.c.outcome == "approved")
            ).all()
        )
        approved = connection.execute(
            select(line.c.invoice_id, line.c.line).where(line.c.outcome == "approved")
        ).all()
        assert times == Counter(dict.fromkeys(approved, 1))
        numbers = connection.scalars(select(tables.run.c.number)).all()
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        for number in numbers:
            run = find_run(connection, REGION, number)
            assert run is not None
            for one in list_files(connection, run.key):
                assert sha256((folder / one.name).read_bytes()).hexdigest() == one.sha256
            content = contents.get(f"{number:06d}-payments.xml")
            paid = {} if content is None else read_payments(content)
            assert paid == {one.reference: one.amount_ore for one in payments_of(run.run)}
        proof = prove(connection, REGION, THROUGH)
        assert (proof.runs, proof.differences) == (len(numbers), [])
        assert list(faults(connection)) == []
    assert {one.name for one in folder.iterdir()} == contents.keys()


def submit_some(office: Office, round_: int) -> None:
    """An invoice of each of two clinics."""
    for place in range(2):
        day = date(2026, 9, 1) + timedelta(round_ % 60)
        office.submit(
            care(code="201", price_ore=48_500, treated_on=day.isoformat()),
            clinic=CLINICS[place],
            received_on="2026-11-02",
        )


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_leaves_one_run_and_the_same_bytes(
    database: Database, tmp_path: Path, step: str
) -> None:
    office, folder = Office(database), tmp_path / "files"
    folder.mkdir()
    for round_ in range(TIMES):
        submit_some(office, round_)
        fault = Fault(step, 1 + round_ % 2 * (step in {"select", "write", "rename"}), by_fault)
        with pytest.raises(StoppedError):
            settle_all(database, folder, fault)
        before = {
            one.name: one.read_bytes()
            for one in folder.iterdir()
            if not one.name.endswith(".unfinished")
        }
        kept = office.contents()
        settle_all(database, folder, lambda _step: None)
        after = office.contents()
        assert all(after[name] == content for name, content in {**before, **kept}.items())
        settle_again(database)
        assert office.contents() == after
    need_exact(office, folder)
    assert office.count("run") == TIMES


def settle_again(database: Database) -> None:
    """Exported once more: the same files, and no further row."""
    held, keys = open_run(database), Tokens(database).keys
    asked = MoveAsked(REGION, held.run.number, held.digest, keys["chief"], TODAY)
    found = Acts(database).do(lambda c: export_run(c, asked))
    assert isinstance(found, Exported)
    assert len(found.held.steps) == 3


@pytest.mark.parametrize("step", KILLED)
def test_a_kill_at_any_step_leaves_one_run_and_the_same_bytes(
    database: Database, tmp_path: Path, step: str
) -> None:
    office, folder = Office(database), tmp_path / "files"
    folder.mkdir()
    submit_some(office, 0)
    url = database.engine.url.render_as_string(hide_password=False)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.storage.test_run_faults"])
    doomed = context.Process(target=_doomed, args=(url, str(folder), step))
    doomed.start()
    doomed.join()
    assert doomed.exitcode == -signal.SIGKILL
    kept = office.contents()
    settle_all(database, folder, lambda _step: None)
    assert all(office.contents()[name] == content for name, content in kept.items())
    assert office.count("run") == 1
    need_exact(office, folder)


def _doomed(url: str, folder: str, step: str) -> None:
    settle_all(Database(url), Path(folder), Fault(step, 1, by_kill))


def test_a_file_that_is_another_one_is_left_alone(database: Database, tmp_path: Path) -> None:
    office = Office(database)
    submit_some(office, 0)
    (tmp_path / "000001-payments.xml").write_bytes(b"sent already")
    with pytest.raises(OtherContentError):
        settle_all(database, tmp_path, lambda _step: None)
    assert (tmp_path / "000001-payments.xml").read_bytes() == b"sent already"
    assert open_run(database).state == "exported"


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    content = b"x" * 100_000
    one = RunFile("000001-payments.xml", "payments", sha256(content).hexdigest(), len(content))
    unfinished = tmp_path / "000001-payments.xml.unfinished"
    unfinished.write_bytes(b"what a killed process left, longer" * 9_999)
    seen = []

    def tell(step: str) -> None:
        seen.append((step, {path.name: path.read_bytes() for path in tmp_path.iterdir()}))

    place_files(tmp_path, [(one, content)], tell)
    assert seen == [("write", {unfinished.name: content}), ("rename", {one.name: content})]
    place_files(tmp_path, [(one, content)], tell)
    assert len(seen) == 2
