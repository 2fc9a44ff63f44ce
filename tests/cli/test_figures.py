"""`partitur figures`: tables on standard output, or in a spreadsheet."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from cli.main import main
from tests.commands import PATIENT, run, with_an_invoice

YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return with_an_invoice(tmp_path_factory.mktemp("figures"))


def test_tables_are_shown(url: str) -> None:
    found = run("figures", "--db", url, *YEAR)
    assert (found.returncode, found.stderr) == (0, b"")
    text = found.stdout.decode()
    assert PATIENT not in text
    sheets = dict(one.split("\n", 1) for one in text.strip().split("\n\n"))
    assert list(sheets) == [
        "Sammanfattning", "Månad", "Stöd", "Kategori", "Klinik", "Åtgärd",
        "Rätt direkt per månad", "Rätt direkt per klinik", "Väntar",
    ]  # fmt: skip
    assert sheets["Rätt direkt per månad"].splitlines() == [
        "Inkom\tFakturor\tGodkända direkt\tAndel", "2026-02\t1\t1\t100,0 %",
    ]  # fmt: skip
    assert "visas inte" in sheets["Månad"]
    assert "1100,00" not in text


def test_a_spreadsheet_is_written(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nyckeltal.xlsx"
    for _ in range(2):
        assert main(["figures", "--db", url, *YEAR, "-o", str(out)]) == 0
    assert load_workbook(out).sheetnames[0] == "Sammanfattning"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "flaggan --from saknas"),
        (("--from", "2026-01-01"), "flaggan --to saknas"),
        (("--from", "2026-01-02", "--to", "2026-01-01"), "dagen är före --from"),
        ((*YEAR, "--rules", "nowhere"), "mappen finns inte"),
        ((*YEAR, "-o", "nowhere/x.xlsx"), "filen eller mappen finns inte"),
    ],
)
def test_what_cannot_be_asked(
    url: str, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figures", "--db", url, *arguments]) == 2
    assert said in capsys.readouterr().err
