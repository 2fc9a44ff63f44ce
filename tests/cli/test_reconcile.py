"""`partitur reconcile`: a journal beside a database, from a file or a stream."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from cli.main import main
from tests.commands import PATIENT, run, with_an_invoice, written
from tests.intake.journals import HEADINGS, as_csv, as_spreadsheet

CLINIC = "SE2321000057-4F2A"
ARRIVED = (CLINIC, "1", "1", PATIENT, "F", "2026-01-20", "101", "", "1100")
MISSING = (CLINIC, "2", "1", PATIENT, "F", "2026-01-21", "101", "", "1100")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return with_an_invoice(tmp_path_factory.mktemp("reconcile"))


def test_rows_go_out_and_sums_are_told(url: str) -> None:
    found = run("reconcile", "-", "--db", url, input=as_csv([ARRIVED, MISSING]).encode())
    assert found.returncode == 0, found.stderr
    text = found.stdout.decode("utf-8-sig")
    assert PATIENT not in text
    assert [row.split(";")[1] for row in text.splitlines()] == [
        "Läge", "Aldrig framme", "Framme, godkänd",
    ]  # fmt: skip
    told = found.stderr.decode().replace("\xa0", " ")
    assert "Aldrig framme                            1 rad             1 100 kr" in told


def test_a_spreadsheet_in_and_out(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = written(tmp_path, "t4.xlsx", as_spreadsheet([ARRIVED[1:]], HEADINGS[1:]))
    out = tmp_path / "avstamning.xlsx"
    arguments = [str(journal), "--db", url, "--clinic", CLINIC, "-o", str(out)]
    for _ in range(2):
        assert main(["reconcile", *arguments]) == 0
        assert load_workbook(out).sheetnames == ["Summor", "Rader"]
    assert capsys.readouterr().out == ""


def test_every_fault_is_told_by_its_place(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = written(
        tmp_path, "t4.csv", as_csv([(*ARRIVED[:8], "x"), (*ARRIVED[:5], "y", "", "", "1")]).encode()
    )
    assert main(["reconcile", str(journal), "--db", url]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    *faults, last = told.err.splitlines()
    assert [fault.removeprefix(f"{journal}: ").partition(":")[0] for fault in faults] == [
        "rad 2, kolumn I (belopp)", "rad 3, kolumn F (behandlad)", "rad 3, kolumn G (åtgärd)",
    ]  # fmt: skip
    assert last == f"partitur: {journal}: rätta det ovan; ingenting är avstämt"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.csv",), "filen eller mappen finns inte"),
        (("-", "--from", "2026-02-01", "--to", "2026-01-01"), "dagen är före --from"),
        (("-", "--from", "x"), "ska vara en dag som finns"),
    ],
)
def test_what_cannot_be_asked(
    url: str,
    arguments: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["reconcile", *arguments, "--db", url]) == 2
    assert said in capsys.readouterr().err


def test_the_database_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "-"]) == 2
    assert "flaggan --db saknas" in capsys.readouterr().err


def test_a_full_disk_is_told(url: str, tmp_path: Path) -> None:
    journal = written(tmp_path, "t4.csv", as_csv([ARRIVED]).encode())
    with Path("/dev/full").open("wb") as full:
        found = run("reconcile", journal, "--db", url, stdout=full, capture_output=False)
    assert found.returncode == 2
