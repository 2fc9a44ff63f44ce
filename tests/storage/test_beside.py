"""What a scribe writes beside the deciding is what would be written here, all of it or nothing."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from storage import tables
from storage.audit import Break, verify
from storage.checking import faults
from storage.database import Database
from storage.rows import Into, add, new_keys, put
from tests import databases, desks, test_reference
from tests.storage.test_keeper import FOLDERS, keeper_of, parts, received

_OF_A_MOMENT = {"at", "hash", "begun_at"}

_HELD = """
import sys
from storage import tables
from storage.database import Database
from storage.rows import put
with Database(sys.argv[1]).writing_into(is_many=True) as (_, into):
    put(into, tables.clinic, ("id", "hsa_id"), [(1, "SE2321000057-0A01")])
    print("written", flush=True)
    sys.stdin.read()
"""


def scribe_of(database: Database) -> "subprocess.Popen[bytes]":
    assert database._scribe is not None
    assert database._scribe._process is not None
    return database._scribe._process


def put_clinic(into: Into) -> None:
    put(into, tables.clinic, ("id", "hsa_id"), [(1, "SE2321000057-0A01")])


def write(database: Database, what: Callable[[Into], object]) -> None:
    with database.writing_into(is_many=True) as (_, into):
        what(into)


def clinics(database: Database) -> int | None:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(tables.clinic))


def content(database: Database) -> dict[str, list[str]]:
    """Every row of every table, without what is of the moment, and with clinics and editions for
    their keys, which are given as they come."""
    with database.reading() as connection:
        named = {
            f"{table.name}_id": {
                row.id: tuple(row[1:]) for row in connection.execute(select(table))
            }
            for table in (tables.clinic, tables.edition)
        }
        return {
            table.name: sorted(
                repr(
                    [
                        named[name][value] if value in named.get(name, ()) else value
                        for name, value in zip(table.c.keys(), row, strict=True)
                        if name not in _OF_A_MOMENT
                    ]
                )
                for row in connection.execute(select(table))
            )
            for table in tables.metadata.sorted_tables
            if f"{table.name}_id" not in named
        }


@pytest.mark.parametrize(("at_once", "handed_over"), [(90, 7), (400, 33), (1, 100)])
def test_it_is_what_would_be_written_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, handed_over: int
) -> None:
    world = test_reference.world(7, FOLDERS, test_reference.FOUR_REGIONS, 400)
    monkeypatch.setattr("storage.keeper.AT_ONCE", handed_over)
    monkeypatch.setattr("storage.scribe.MANY_ROWS", 5)
    written = []
    for many in (1, sys.maxsize):
        monkeypatch.setattr("storage.keeper.MANY", many)
        database = databases.on_sqlite(tmp_path / f"{many}.db")
        keeper, answers = keeper_of(database, world), []
        for part in parts(world.invoices, at_once):
            answers += keeper.submit([received(row, world.today) for row in part])
        with database.reading() as connection:
            assert not any(isinstance(one, Break) for one in verify(connection))
            assert list(faults(connection)) == []
        written.append((answers, content(database)))
        is_beside = database._scribe is not None and database._scribe._process is not None
        assert is_beside == (many == 1)
        database.close()
    assert written[0] == written[1]


def test_where_it_is_written_here_reading_sees_it(database: Database) -> None:
    """PostgreSQL, and few rows: one connection for both."""
    is_many = not database.is_sqlite
    with database.writing_into(is_many=is_many) as (connection, into):
        assert into is connection
        put_clinic(into)
        assert connection.scalar(select(func.count()).select_from(tables.clinic)) == 1


def test_keys_follow_those_that_were_just_written(tmp_path: Path) -> None:
    with databases.on_sqlite(tmp_path / "a.db").writing_into(is_many=True) as (connection, into):
        assert into is not connection
        assert list(add(into, tables.clinic, [{"hsa_id": "A"}, {"hsa_id": "B"}])) == [1, 2]
        assert list(add(into, tables.clinic, [{"hsa_id": "C"}])) == [3]
        assert list(new_keys(into, tables.clinic, 2)) == [4, 5]
        assert list(new_keys(connection, tables.clinic, 2)) == [1, 2]  # it is not kept yet


def test_what_cannot_be_written_undoes_all(tmp_path: Path) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")

    def twice(into: Into) -> None:
        put_clinic(into)
        put_clinic(into)

    with pytest.raises(IntegrityError):
        write(database, twice)
    assert clinics(database) == 0
    with database.writing_into(is_many=True) as (_, into):
        put_clinic(into)
    assert clinics(database) == 1


def test_whoever_gives_up_undoes_all(tmp_path: Path) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")

    def give_up(into: Into) -> None:
        put_clinic(into)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(database, give_up)
    assert clinics(database) == 0
    with database.writing() as connection:
        put_clinic(connection)
    assert clinics(database) == 1


@pytest.mark.parametrize("when", ["before", "within"])
def test_a_scribe_that_is_killed_is_followed_by_another(tmp_path: Path, when: str) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")
    with database.writing_into(is_many=True):
        first = scribe_of(database)
    if when == "before":
        first.kill()
        first.wait()
    else:

        def go_on(into: Into) -> None:
            put_clinic(into)
            first.kill()
            first.wait()
            for _ in range(100):  # more than the line takes
                put(into, tables.patient, ("number",), [("1" * 10_000,)] * 10)

        with pytest.raises(OperationalError):
            write(database, go_on)
    assert clinics(database) == 0
    with database.writing_into(is_many=True) as (_, into):
        put_clinic(into)
        assert scribe_of(database) is not first
    assert clinics(database) == 1


def test_invoices_whose_scribe_is_killed_are_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.keeper.MANY", 1)
    world = test_reference.world(8, FOLDERS, test_reference.FOUR_REGIONS, 300)
    mailroom = desks.Mailroom(desks.library(*FOLDERS), world.cards, world.preassessments)
    database = databases.on_sqlite(tmp_path / "a.db")
    keeper = keeper_of(database, world)
    for number, part in enumerate(parts(world.invoices, 50)):
        sent = [received(row, world.today) for row in part]
        if number % 2:
            with pytest.raises(OperationalError):
                keeper.submit(sent, scribe_of(database).kill)
        for row, submitted in zip(part, keeper.submit(sent), strict=True):
            assert submitted is not None
            assert submitted.answer == desks.encoded([mailroom.answer(row, world.today)])
    with database.reading() as connection:
        assert not any(isinstance(one, Break) for one in verify(connection))
        assert list(faults(connection)) == []


def test_a_scribe_ends_with_its_process_and_keeps_nothing(tmp_path: Path) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")
    command = (sys.executable, "-c", _HELD, str(database.engine.url))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.kill()
    with database.writing():  # waits until the scribe has let go of the file
        pass
    assert clinics(database) == 0


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_is_for_its_process_to_follow(tmp_path: Path, ending: int) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")
    with database.writing_into(is_many=True) as (_, into):
        scribe_of(database).send_signal(ending)
        put_clinic(into)
    assert clinics(database) == 1


def test_closing_ends_it(tmp_path: Path) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")
    with database.writing_into(is_many=True):
        scribe = scribe_of(database)
    database.close()
    assert scribe.wait(timeout=60) == 0


def test_the_log_begins_anew_where_a_scribe_alone_writes(tmp_path: Path) -> None:
    database, log = databases.on_sqlite(tmp_path / "a.db"), tmp_path / "a.db-wal"
    rows = [(f"{place:0>9999}", 1) for place in range(200)]
    sizes = []
    for batch in range(5):
        with database.writing_into(is_many=True) as (connection, into):
            connection.execute(select(tables.clinic)).all()
            put(into, tables.patient, ("number", "version"), [(f"{batch}{a}", b) for a, b in rows])
        with database.writing_into(is_many=True):
            pass  # waits until the scribe has tidied up
        sizes.append(log.stat().st_size)
    assert sizes[-1] < 1.5 * sizes[0]
    database.close()


def test_what_no_driver_tells_is_told_without_what_was_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    database = databases.on_sqlite(tmp_path / "a.db")

    def too_large(into: Into) -> None:
        put(into, tables.patient, ("number", "version"), [("hemligt", 1 << 63)])

    with pytest.raises(InternalError) as told:
        write(database, too_large)
    (tmp_path / "b.db").mkdir()
    with pytest.raises(OperationalError):
        write(Database(f"sqlite:///{tmp_path / 'b.db'}"), put_clinic)
    assert "hemligt" not in f"{told.value} {capfd.readouterr()}"


def test_a_file_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    databases.on_sqlite(tmp_path / "a.db").close()
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///a.db")
    monkeypatch.chdir("/")
    write(database, put_clinic)
    assert clinics(database) == 1
    assert Database("sqlite:///:memory:")._scribe is None
