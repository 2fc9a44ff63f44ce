"""`partitur explain`: the invoices before are decided, the one asked for is explained."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from cli.main import main
from tests import desks
from tests.desks import Row
from tests.situations import Situation, read_situations

SITUATIONS = read_situations()


def write(path: Path, rows: Iterable[Row]) -> str:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The situation of the worked example 1016: eight are approved, the ninth is not."""
    return arguments_of(tmp_path, example(1016))


def example(number: int) -> Situation:
    return next(one for one in SITUATIONS if number in one.examples)


def arguments_of(folder: Path, situation: Situation) -> list[str]:
    """Invoices, and cards and applications as options."""
    return [
        write(folder / "invoices.ndjson", situation.invoices),
        "--cards",
        write(folder / "cards.ndjson", situation.cards),
        "--preassessments",
        write(folder / "applications.ndjson", situation.applications),
    ]


def run(capsys: pytest.CaptureFixture[str], files: list[str], number: str) -> tuple[str, str]:
    """What is printed of the invoice with a number."""
    assert main(["explain", files[0], number, *files[1:]]) == 0
    return capsys.readouterr()


def number_of(situation: Situation, place: int = -1) -> str:
    return str(situation.invoices[place]["number"])


def test_every_check_is_shown_passed_ones_too(
    capsys: pytest.CaptureFixture[str], files: list[str]
) -> None:
    out, err = run(capsys, files, number_of(example(1016)))
    text = " ".join(out.split())
    assert err == ""
    assert "ja Kom fakturan in i tid?" in text
    assert "ja Är antalet inom gränsen? 7 av 8 använda" in text
    assert "NEJ Är antalet inom gränsen? 8 av 8 använda" in text
    assert "Att göra: Skicka en bedömningsansökan." in text
    assert max(map(len, out.splitlines())) <= 100


def test_earlier_invoices_count(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """1009's first examination is too near that of 1001, which stands before it."""
    situation = example(1009)
    out, _ = run(capsys, arguments_of(tmp_path, situation), number_of(situation))
    assert "närmaste är 2026-01-20" in " ".join(out.split())


def test_a_number_that_is_sent_again_and_reused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    situation = example(1016)
    row = situation.invoices[-1]
    other = {**row, "lines": row["lines"][:1]}
    invoices = [row, row, other]
    files = arguments_of(tmp_path, situation)
    files[0] = write(tmp_path / "again.ndjson", invoices)
    out, _ = run(capsys, files, row["number"])
    text = " ".join(out.split())
    assert "på rad 2 är samma som på rad 1: det första svaret gäller oförändrat." in text
    assert "NEJ Är fakturans nummer nytt?" in text
    assert "Mer är inte frågat." in text
    assert text.count("ja Är fakturans nummer nytt?") == 1


def test_lines_that_cannot_be_read_are_passed_over_and_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    situation = example(1016)
    files = arguments_of(tmp_path, situation)
    path = Path(files[0])
    path.write_bytes(b"{}\n\n" + path.read_bytes())
    out, err = run(capsys, files, number_of(situation))
    assert "8 av 8 använda" in " ".join(out.split())
    assert err == f"{path}, rad 1: går inte att läsa och hoppas över\n"


def test_invoices_may_come_on_standard_input(
    capsys: pytest.CaptureFixture[str], files: list[str]
) -> None:
    number = number_of(example(1016))
    expected, _ = run(capsys, files, number)
    command = "import sys; from cli.main import main; sys.exit(main())"
    found = subprocess.run(
        [sys.executable, "-c", command, "explain", "-", number, *files[1:]],
        input=Path(files[0]).read_bytes(),
        capture_output=True,
        cwd=desks.PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    assert found.stdout.decode() == expected


@pytest.mark.parametrize(
    ("number", "options", "expected"),
    [
        ("9999", [], "ingen faktura har nummer 9999; kontrollera numret"),
        ("1", ["--region", "skane"], "flaggan --region: 'skane' har inga regelfiler"),
        ("1", ["--rules", "finns-inte"], "finns-inte: mappen finns inte"),
        ("1", ["--cards", "finns-inte"], "finns-inte: filen eller mappen finns inte"),
    ],
)
def test_mistakes_are_told(
    capsys: pytest.CaptureFixture[str],
    files: list[str],
    number: str,
    options: list[str],
    expected: str,
) -> None:
    assert main(["explain", files[0], number, *files[1:], *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("partitur: ")
    assert expected in err
    assert err.count("\n") == 1


def test_cards_are_required(capsys: pytest.CaptureFixture[str], files: list[str]) -> None:
    assert main(["explain", files[0], "1"]) == 2
    assert "flaggan --cards saknas" in capsys.readouterr().err


def test_two_files_cannot_come_on_one_stream(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-", "1", "--cards", "-"]) == 2
    assert "bara en fil kan läsas från standard in (-)" in capsys.readouterr().err


def test_help_is_swedish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--help"]) == 0
    text = capsys.readouterr().out
    assert "Användning: partitur explain" in text
    assert "Exempel:" in text
    assert "Usage" not in text
