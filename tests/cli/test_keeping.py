"""`partitur adjudicate --db` and `partitur db`."""

import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.commands import (
    EXAMPLES,
    application,
    card,
    invoice,
    line,
    ndjson,
    run,
    start,
    written,
)

FILES = (
    "--cards",
    EXAMPLES / "cards.ndjson",
    "--preassessments",
    EXAMPLES / "preassessments.ndjson",
)
INVOICES = EXAMPLES / "invoices.ndjson"


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'partitur.db'}"
    assert run("db", "upgrade", found).returncode == 0
    return found


def test_kept_decisions_are_those_of_the_file_command(url: str, tmp_path: Path) -> None:
    plain = run("adjudicate", INVOICES, *FILES, "-q")
    kept = run("adjudicate", INVOICES, *FILES, "-q", "--db", url)
    assert (kept.returncode, kept.stderr) == (0, b"")
    assert kept.stdout == plain.stdout
    assert run("db", "check", url).stdout == b"Allt st\xc3\xa4mmer.\n"


def test_a_run_is_run_again_as_it_is(url: str) -> None:
    first = run("adjudicate", INVOICES, *FILES, "-q", "--db", url)
    again = run("adjudicate", INVOICES, *FILES, "--db", url)
    assert again.stdout == first.stdout
    assert "skickade igen, med samma svar" in again.stderr.decode()
    without_files = run("adjudicate", INVOICES, "-q", "--db", url)
    assert without_files.stdout == first.stdout


def test_a_run_that_is_killed_goes_on_where_it_was(url: str, tmp_path: Path) -> None:
    cards = written(tmp_path, "cards.ndjson", [card()])
    many = ndjson([invoice(str(number)) for number in range(1000)])
    some = ndjson([invoice(str(number)) for number in range(100)])
    invoices = written(tmp_path, "in.ndjson", many)
    with start("adjudicate", "-", "--cards", cards, "--db", url, "-q") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(some)
        process.stdin.flush()
        answered = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdin.close()
    with sqlite3.connect(tmp_path / "partitur.db") as connection:
        (kept,) = connection.execute("SELECT count(*) FROM invoice").fetchone()
    connection.close()
    assert 0 < kept <= 100
    whole = run("adjudicate", invoices, "--cards", cards, "--db", url, "-q")
    plain = run("adjudicate", invoices, "--cards", cards, "-q")
    assert whole.stdout == plain.stdout
    assert whole.stdout.startswith(answered)
    assert run("db", "check", url).returncode == 0


def test_lines_that_are_no_invoices_are_answered_in_their_place(url: str, tmp_path: Path) -> None:
    invoices = written(
        tmp_path,
        "in.ndjson",
        b"{\n" + ndjson([invoice()]) + b"\n" + ndjson([invoice(protected_identity=True)]) + b"[]\n",
    )
    cards = written(tmp_path, "cards.ndjson", [card()])
    kept = run("adjudicate", invoices, "--cards", cards, "--db", url, "-q")
    assert kept.stdout == run("adjudicate", invoices, "--cards", cards, "-q").stdout


def test_the_number_of_a_protected_identity_is_nowhere(url: str, tmp_path: Path) -> None:
    hidden = "19121212-1212"
    invoices = written(
        tmp_path, "in.ndjson", [invoice(patient=hidden, protected_identity=True), invoice("2")]
    )
    ended = run("adjudicate", invoices, "--db", url)
    assert ended.returncode == 0
    for path in tmp_path.glob("partitur.db*"):
        content = path.read_bytes()
        assert b"191212121212" not in content
        assert hidden.encode() not in content
    assert hidden.encode() not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("cards", "applications", "what"),
    [
        ([card(category="F1")], [], "number: 'F-1' finns redan i databasen, med annat innehåll"),
        ([], [application(covers_to="2027-01-01")], "id: 'B-1' finns redan i databasen"),
    ],
)
def test_reference_data_that_contradicts_what_is_there(
    url: str, tmp_path: Path, cards: list[Any], applications: list[Any], what: str
) -> None:
    def put(held: list[Any], approved: list[Any]) -> Any:
        return run(
            "adjudicate", written(tmp_path, "in.ndjson", [invoice(lines=[line()])]), "-q",
            "--db", url, "--cards", written(tmp_path, "cards.ndjson", held),
            "--preassessments", written(tmp_path, "applications.ndjson", approved),
        )  # fmt: skip

    assert put([card()], [application()]).returncode == 0
    refused = put(cards, applications)
    assert refused.returncode == 2
    assert what in refused.stderr.decode()
    assert refused.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("db", "check", "sqlite:///{}/new.db"), "kör partitur db upgrade"),
        (("db", "check", "mysql://a/b"), "ska vara sqlite eller postgresql"),
        (("db", "upgrade", "not a url"), "går inte att läsa"),
        (("db", "upgrade", "sqlite:////nowhere/at/all.db"), "databasen: "),
        (("db", "upgrade", "postgresql://nobody@/x?host=/nowhere"), "databasen: "),
        (("adjudicate", str(INVOICES)), "flaggan --cards saknas"),
        (("adjudicate", str(INVOICES), "--db", "x", "--processes", "2"), "--processes"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    tmp_path: Path, arguments: tuple[str, ...], what: str
) -> None:
    ended = run(*(argument.replace("{}", str(tmp_path)) for argument in arguments))
    assert ended.returncode == 2
    assert what in ended.stderr.decode()
    assert ended.stderr.count(b"\n") == 1


def test_a_backup_is_a_database(url: str, tmp_path: Path) -> None:
    run("adjudicate", INVOICES, *FILES, "-q", "--db", url)
    copy = tmp_path / "copy.db"
    assert run("db", "backup", url, copy).returncode == 0
    assert run("db", "check", f"sqlite:///{copy}").returncode == 0
    again = run("db", "backup", url, copy)
    assert (again.returncode, b"finns redan" in again.stderr) == (2, True)
