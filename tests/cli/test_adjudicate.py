"""`partitur adjudicate`: files in, answers out, and what is said on standard error."""

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.adjudicate import command
from cli.main import main
from cli.plain import read_plainly
from cli.today import today_in_sweden
from tests import desks
from tests.commands import (
    ENVIRONMENT,
    EXAMPLES,
    PATIENT,
    application,
    card,
    invoice,
    line,
    ndjson,
    rows,
    run,
    start,
    written,
)
from tests.desks import Row

REFERENCE = ("--cards", str(EXAMPLES / "cards.ndjson"),
             "--preassessments", str(EXAMPLES / "preassessments.ndjson"))  # fmt: skip
INVOICES = EXAMPLES / "invoices.ndjson"
EXPECTED = rows((EXAMPLES / "decisions.ndjson").read_bytes())


class Case:
    """A folder with files, and the command run on them in this process."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.output = folder / "beslut.ndjson"
        self._capfd = capfd
        self.said = ""

    def status(
        self, invoices: Any = (), *options: str, cards: Any = None, applications: Any = None
    ) -> int:
        """The exit status; what was said on standard error is kept."""
        invoices_at = written(self.folder, "fakturor.ndjson", invoices)
        cards_at = written(self.folder, "kort.ndjson", [card()] if cards is None else cards)
        arguments = [str(invoices_at), "--cards", str(cards_at), "-o", str(self.output), *options]
        if applications is not None:
            applications_at = written(self.folder, "ansokningar.ndjson", applications)
            arguments += ["--preassessments", str(applications_at)]
        found = main(["adjudicate", *arguments])
        self.said = self._capfd.readouterr().err.replace(f"{self.folder}/", "")
        return found

    def answers(self, invoices: Any, *options: str, **files: Any) -> list[Row]:
        """The answers of a run that ends well."""
        assert self.status(invoices, *options, **files) == 0, self.said
        return rows(self.output.read_bytes())

    def left(self) -> set[str]:
        """The files in the folder."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def case(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Case:
    return Case(tmp_path, capfd)


# --- the examples of the contract --------------------------------------------------------------


@pytest.mark.parametrize("processes", ["1", "2"])
def test_examples_are_answered_as_they_say(processes: str) -> None:
    ended = run("adjudicate", INVOICES, *REFERENCE, "--processes", processes)
    assert ended.returncode == 0, ended.stderr
    found = rows(ended.stdout)
    assert len(found) == len(EXPECTED)
    for number, (answer, expected) in enumerate(zip(found, EXPECTED, strict=True), start=1):
        assert list(desks.differences(answer, expected)) == [], number
    assert all(line["edition"]["digest"] for answer in found for line in answer["lines"])
    assert found[1] == found[0]


def test_streams_and_files_get_the_same_answers(tmp_path: Path) -> None:
    output = tmp_path / "beslut.ndjson"
    assert run("adjudicate", INVOICES, *REFERENCE, "-o", output).stdout == b""
    through_pipes = run("adjudicate", "-", *REFERENCE, input=INVOICES.read_bytes())
    with INVOICES.open("rb") as redirected:
        through_a_file = run("adjudicate", "-", *REFERENCE, "-o", "-", stdin=redirected)
    assert output.read_bytes() == through_pipes.stdout == through_a_file.stdout


def test_input_that_is_half_read_is_read_from_there(tmp_path: Path) -> None:
    """`{ read -r first; partitur adjudicate -; } < file`, with numbers that come again."""
    lines = [ndjson([invoice("1")]), ndjson([invoice("2")]), ndjson([invoice("2")])]
    path = written(tmp_path, "fakturor.ndjson", b"".join(lines))
    with path.open("rb") as redirected:
        os.lseek(redirected.fileno(), len(lines[0]), os.SEEK_SET)
        ended = run("adjudicate", "-", *REFERENCE, "-q", stdin=redirected)
    found = rows(ended.stdout)
    assert [answer["number"] for answer in found] == ["2", "2"]
    assert found[0] == found[1]


def test_an_answer_comes_before_the_next_line_is_sent(tmp_path: Path) -> None:
    """Whoever talks to it through pipes need not wait for the end."""
    for processes in ("1", "2"):
        with start("adjudicate", "-", *REFERENCE, "-q", "--processes", processes) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for number in ("1", "2", "1"):
                process.stdin.write(ndjson([invoice(number)]))
                process.stdin.flush()
                assert json.loads(process.stdout.readline())["number"] == number
            process.stdin.close()
            assert process.stdout.read() == b""
        assert process.returncode == 0


# --- one answer a line --------------------------------------------------------------------------


def test_blank_lines_are_passed_over_but_counted(case: Case) -> None:
    good = ndjson([invoice()]).strip()
    data = b"\xef\xbb\xbf\r\n" + good + b"\r\n   \n\n" + b"{}\r\n" + good
    found = case.answers(data)
    assert [answer["status"] for answer in found] == ["approved", "invalid", "approved"]
    assert found[1] == {
        "status": "invalid",
        "input_line": 5,
        "findings": [
            {"code": "malformed", "message": "saknas", "path": f"$.{field}"}
            for field in ("clinic", "number", "patient", "support", "lines")
        ],
    }
    assert found[2] == found[0]
    assert re.search(r"tomma +3\n", case.said)
    assert re.search(r"oläsliga, fick svaret malformed +1\n", case.said)


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\n", b"\xef\xbb\xbf"])
def test_nothing_in_nothing_out(case: Case, data: bytes) -> None:
    assert case.answers(data) == []
    assert case.output.read_bytes() == b""


def test_lines_that_cannot_be_read_stop_nothing(case: Case) -> None:
    bad = [b"hej", b"[" * 100_000, b'{"clinic":"\xe5"}', b"x" * ((1 << 20) + 1), b"{}"]
    data = b"\n".join([*bad, ndjson([invoice()]).strip(), *bad]) + b"\n"
    found = case.answers(data)
    unread = ["invalid"] * len(bad)
    assert [answer["status"] for answer in found] == [*unread, "approved", *unread]
    assert [answer.get("input_line") for answer in found] == [1, 2, 3, 4, 5, None, 7, 8, 9, 10, 11]


def test_no_answer_holds_a_person_number(case: Case) -> None:
    data = ndjson([
        invoice("1"), invoice("2", protected_identity=True), invoice("3", patient="19480512-1012"),
        invoice("4", lines=[]), invoice("1", region="dalarna"), invoice(PATIENT, support="Q"),
        invoice("6", **{PATIENT: "x"}), invoice("7", lines=PATIENT),
    ])  # fmt: skip
    assert len(case.answers(data)) == 8
    written_there = case.output.read_bytes().decode() + case.said
    for digits in (PATIENT, PATIENT.replace("-", ""), PATIENT[:8]):
        assert digits not in written_there


def test_day_of_receipt_defaults_to_today(case: Case) -> None:
    today = today_in_sweden()
    row = invoice(lines=[line(treated_on="2999-01-01")])
    del row["received_on"]
    (found,) = case.answers([row])
    (finding,) = [one for one in found["lines"][0]["findings"] if one["code"] == "date_in_future"]
    assert finding["received_on"] in (str(today), str(today_in_sweden()))


# --- numbers ------------------------------------------------------------------------------------


def statuses(answers: list[Row]) -> list[str]:
    return [
        "reused" if [one["code"] for one in answer["findings"]] == ["number_reused"]
        else answer["status"]
        for answer in answers
    ]  # fmt: skip


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_same_content_gets_the_first_answer(case: Case, processes: str) -> None:
    same = invoice("1", patient=PATIENT.replace("-", ""), care_level="general", region=None,
                   received_on="2026-06-30", lines=[line(tooth=None, facts=None)])  # fmt: skip
    found = case.answers([invoice("1"), same, invoice("1", replaces="0")], "--processes", processes)
    assert found[1] == found[0]
    assert statuses(found) == ["approved", "approved", "reused"]
    assert re.search(r"skickade igen, med samma svar +1\n", case.said)
    assert re.search(r"number_reused +1\n", case.said)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_refused_invoice_leaves_its_number_free(case: Case, processes: str) -> None:
    other = desks.person_number(date(1950, 5, 5))
    found = case.answers(
        [
            invoice("1", patient="19480512-1012"),
            invoice("1", lines=[]),
            invoice("1", lines=[line(), line()]),
            invoice("1", protected_identity=True),
            invoice("1", support="Q"),
            invoice("1", patient=other),
            invoice("1"),
            invoice("1", patient=other, protected_identity=True),
            invoice("1", patient=other),
            invoice("1", lines=[]),
        ],
        "--processes", processes,
    )  # fmt: skip
    assert statuses(found) == [*["invalid"] * 5, "denied", "reused", "invalid", "denied", "reused"]


def test_the_number_is_the_clinics_own(case: Case) -> None:
    found = case.answers([invoice("1"), invoice("1", clinic="SE2"), invoice("2")])
    assert [answer["status"] for answer in found] == ["approved", "denied", "denied"]


# --- cards and applications ---------------------------------------------------------------------

BROKEN_CARDS = {
    "cut off": (b'{"number": "F-1"', "kort.ndjson, rad 1: raden är inte JSON"),
    "no such day": (
        [card("1"), card("2", valid_from="2026-02-30")],
        "kort.ndjson, rad 2: valid_from: ska vara en dag som finns"),
    "unknown field": ([card(colour="green")], "kort.ndjson, rad 1: colour: fältet är inte känt"),
    "two with one number": (
        b"\n\n" + ndjson([card("1"), card("2"), card("1")]),
        "kort.ndjson, rad 5: number: kortnumret '1' finns redan (på rad 3). Rätta raden"),
    "last day before the first": (
        [card(valid_from="2026-02-01", valid_to="2026-01-31")], "kort.ndjson, rad 1: valid_to: "),
    "no such region": ([card(region="narnia")], "kort.ndjson, rad 1: region: 'narnia'"),
    "no such category": ([card(category="N9")], "kort.ndjson, rad 1: category: "),
    "no person": ([card(patient="19480512-1012")], "kort.ndjson, rad 1: patient: "),
    "too long": (b"x" * (2 << 20), "kort.ndjson, rad 1: raden är längre än"),
    "Latin-1": (b'{"number":"\xe5"}', "kort.ndjson, rad 1: raden är inte skriven i UTF-8"),
}  # fmt: skip

BROKEN_APPLICATIONS = {
    "two with one id": (
        [application("1"), application("1")], "rad 2: id: '1' finns redan (på rad 1)"),
    "no days": (
        [application(covers_from="2026-02-01", covers_to="2026-01-31")], "rad 1: covers_to: "),
    "two lines with one number": (
        [application(lines=[{"line": 1, "code": "405"}, {"line": 1, "code": "407"}])],
        "rad 1: lines: två rader har samma nummer"),
    "for nothing": (
        [application(lines=[{"line": 1, "code": "405", "count": 0}])],
        "rad 1: lines[0].count: ska vara minst 1"),
    "without lines": (
        [{key: value for key, value in application().items() if key != "lines"}],
        "rad 1: lines: saknas"),
    "for nobody": ([application(patient="")], "rad 1: patient: inte ett person"),
    "no such region": ([application(region="narnia")], "rad 1: region: 'narnia' har inga regel"),
    "no such support": ([application(support="X")], "rad 1: support: ska vara något av N, F"),
    "amount below zero": (
        [application(lines=[{"line": 1, "code": "405", "amount_ore": -1}])],
        "rad 1: lines[0].amount_ore: ska vara minst 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_CARDS)
def test_a_broken_card_stops_the_run(case: Case, name: str) -> None:
    cards, expected = BROKEN_CARDS[name]
    assert case.status([invoice()], cards=cards) == 2
    assert case.said.startswith(f"partitur: {expected}")
    assert case.said.endswith("Rätta raden och kör om; ingen faktura är avgjord\n")
    assert case.said.count("\n") == 1
    assert case.left() == {"fakturor.ndjson", "kort.ndjson"}


@pytest.mark.parametrize("name", BROKEN_APPLICATIONS)
def test_a_broken_application_stops_the_run(case: Case, name: str) -> None:
    applications, expected = BROKEN_APPLICATIONS[name]
    assert case.status([invoice()], applications=applications) == 2
    assert case.said.startswith(f"partitur: ansokningar.ndjson, {expected}")
    assert case.said.count("\n") == 1
    assert not case.output.exists()


def test_what_the_contract_allows_passes(case: Case) -> None:
    """Blank lines, a byte-order mark, a refused application; a card voided before it began."""
    cards = b"\xef\xbb\xbf\n" + ndjson([card("1", voided_on="2019-01-01"), card("2")])
    applications = ndjson([application(lines=[]), application("b-1", support="N")]) + b"\r\n"
    (found,) = case.answers([invoice()], cards=cards, applications=applications)
    assert found["status"] == "approved"


def test_cards_may_come_through_a_pipe(tmp_path: Path) -> None:
    path = written(tmp_path, "fakturor.ndjson", [invoice()])
    ended = run("adjudicate", path, "--cards", "-", "-q", input=ndjson([card()]))
    assert rows(ended.stdout)[0]["status"] == "approved"
    twice = run("adjudicate", path, "--cards", "-", input=ndjson([card(), card()]))
    assert (twice.returncode, twice.stdout) == (2, b"")
    assert "standard in, rad 2: number: " in twice.stderr.decode()


# --- regions and rules --------------------------------------------------------------------------


def test_default_region_is_for_patients_without_a_card(case: Case) -> None:
    other = desks.person_number(date(1950, 5, 5))
    for region in ("jonkoping", "dalarna"):
        mine, unknown = case.answers([invoice(), invoice("2", patient=other)], "--region", region)
        assert mine["lines"][0]["edition"]["region"] == "jonkoping"
        assert unknown["lines"][0]["edition"]["region"] == region


def test_rules_from_a_folder_are_added(case: Case) -> None:
    folder = str(desks.TEST_RULES / "blekinge")
    other = desks.person_number(date(1950, 5, 5))
    (found,) = case.answers([invoice(patient=other)], "--rules", folder, "--region", "blekinge")
    assert (found["lines"][0]["edition"] or {"region": "blekinge"})["region"] == "blekinge"


# --- the output ---------------------------------------------------------------------------------


def test_an_older_file_is_replaced_and_keeps_its_permissions(case: Case) -> None:
    case.output.write_bytes(b"gammalt")
    case.output.chmod(0o640)
    assert len(case.answers([invoice()])) == 1
    assert stat.S_IMODE(case.output.stat().st_mode) == 0o640
    assert case.left() == {"fakturor.ndjson", "kort.ndjson", "beslut.ndjson"}


def test_a_link_stays_a_link(case: Case) -> None:
    target = case.folder / "mapp" / "riktig.ndjson"
    target.parent.mkdir()
    case.output.symlink_to(target)
    assert len(case.answers([invoice()])) == 1
    assert case.output.is_symlink()
    assert len(rows(target.read_bytes())) == 1
    assert [path.name for path in target.parent.iterdir()] == ["riktig.ndjson"]


def test_an_older_file_is_untouched_when_the_run_fails(case: Case) -> None:
    case.output.write_bytes(b"gammalt")
    assert case.status([invoice()], cards=b"x") == 2
    assert case.output.read_bytes() == b"gammalt"
    assert case.left() == {"fakturor.ndjson", "kort.ndjson", "beslut.ndjson"}


def test_answers_may_go_to_a_device(case: Case) -> None:
    assert case.status([invoice(), invoice()], "-o", "/dev/null") == 0
    assert Path("/dev/null").is_char_device()


def test_the_same_answers_every_time(case: Case) -> None:
    data = INVOICES.read_bytes()
    case.answers(data)
    first = case.output.read_bytes()
    case.answers(data)
    assert case.output.read_bytes() == first


# --- what is said -------------------------------------------------------------------------------


def test_the_summary_counts_everything(case: Case) -> None:
    options = [str(INVOICES), *REFERENCE, "-o", str(case.output)]
    assert main(["adjudicate", *options]) == 0
    said = case._capfd.readouterr().err.replace("\u00a0", " ")
    numbers = {
        match[1].split(" (")[0].strip(): int(match[2].replace(" ", "").replace("kr", ""))
        for match in re.finditer(r"^  (\S.*?)  +([\d ]+)(?: kr)?$", said, re.MULTILINE)
    }
    decided = [*EXPECTED[:1], *EXPECTED[2:]]
    for status in ("approved", "partly_approved", "pending", "denied", "invalid"):
        assert numbers[status] == sum(one["status"] == status for one in decided)
    codes = [one["code"] for each in decided for line in [each, *each["lines"]]
             for one in line["findings"]]  # fmt: skip
    for code in set(codes):
        assert numbers[code] == codes.count(code), code
    sums = {"begärt": "claimed_ore", "godkänt": "allowed_ore",
            "patientavgifter": "patient_fee_ore", "att betala": "payable_ore"}  # fmt: skip
    for told, field in sums.items():
        assert numbers[told] * 100 == sum(one[field] for one in decided)
    assert said.startswith("30 fakturor på ")
    assert "fakturor i sekunden" in said.splitlines()[0]


def test_quiet_says_nothing(case: Case) -> None:
    case.answers([invoice()], "-q")
    assert case.said == ""


MISTAKES = {
    "no command": ([], "Användning: partitur"),
    "no such command": (["demos"], "partitur: kommandot demos finns inte (kanske demo). Se part"),
    "no such option": (["adjudicate", "x", "--card", "y"], "partitur: flaggan --card finns inte"),
    "no invoices": (["adjudicate"], "partitur: argumentet FAKTUROR saknas"),
    "no cards": (["adjudicate", "x"], "partitur: flaggan --cards saknas"),
    "no value": (["adjudicate", "x", "--cards"], "partitur: flaggan --cards"),
    "two invoices": (["adjudicate", "x", "y", "--cards", "z"], "partitur: "),
    "no such file": (
        ["adjudicate", "saknas.ndjson", *REFERENCE], "partitur: saknas.ndjson: filen eller mappen"),
    "no such cards": (
        ["adjudicate", str(INVOICES), "--cards", "saknas"], "partitur: saknas: filen eller mappen"),
    "a folder": (["adjudicate", "/", *REFERENCE], "partitur: /: är en mapp"),
    "cards in a folder": (["adjudicate", str(INVOICES), "--cards", "/"], "partitur: /: är en mapp"),
    "output in a folder": (
        ["adjudicate", str(INVOICES), *REFERENCE, "-o", "/"], "partitur: /: är en mapp"),
    "output nowhere": (
        ["adjudicate", str(INVOICES), *REFERENCE, "-o", "/saknas/x"], "partitur: /saknas/x: filen"),
    "output over the input": (
        ["adjudicate", str(INVOICES), *REFERENCE, "-o", str(INVOICES)],
        f"partitur: {INVOICES}: svaren kan inte skrivas över"),
    "no such region": (
        ["adjudicate", str(INVOICES), *REFERENCE, "--region", "narnia"],
        "partitur: flaggan --region: 'narnia' har inga regelfiler"),
    "no such rules": (
        ["adjudicate", str(INVOICES), *REFERENCE, "--rules", "saknas"], "partitur: saknas: "),
    "no processes": (
        ["adjudicate", str(INVOICES), *REFERENCE, "--processes", "0"],
        "partitur: flaggan --processes: "),
    "not a number of processes": (
        ["adjudicate", str(INVOICES), *REFERENCE, "--processes", "två"],
        "partitur: flaggan --processes: "),
    "one stream for two": (["adjudicate", "-", "--cards", "-"], "partitur: bara en fil kan läsas"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    arguments, expected = MISTAKES[name]
    before = INVOICES.read_bytes()
    assert main(arguments) == 2
    said = capfd.readouterr()
    assert said.err.startswith(expected)
    assert said.out == ""
    assert "Error" not in said.err
    assert INVOICES.read_bytes() == before
    if name != "no command":
        assert said.err.count("\n") == 1


def test_help_is_in_swedish_and_short_of_the_rest(capfd: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["adjudicate", "--help"]):
        assert main(arguments) == 0
        said = capfd.readouterr().out
        assert said.startswith("Användning: partitur")
        for english in ("Usage", "Options", "Show", "required", "exit", "default"):
            assert english not in said


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from cli.main import main; main(['--help']);"
        "print([one for one in ('msgspec', 'rich', 'adjudication') if one in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, env=ENVIRONMENT, check=True
    )
    assert ended.stdout.splitlines()[-1] == b"[]"


def test_a_run_imports_neither_web_nor_database_nor_progress() -> None:
    code = (
        "import sys; from cli.main import main; main(sys.argv[1:]);"
        "unwanted = 'click rich sqlalchemy litestar sqlite3 asyncio http multiprocessing';"
        "print([one for one in unwanted.split() if one in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code, "adjudicate", str(INVOICES), *REFERENCE, "-q"],
        capture_output=True, env=ENVIRONMENT, check=True,
    )  # fmt: skip
    assert ended.stdout.splitlines()[-1] == b"[]"


def test_version_is_the_projects(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    project = tomllib.loads((desks.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert capfd.readouterr().out == f"partitur {project['project']['version']}\n"


def test_demo_answers_every_example(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    said = capfd.readouterr().out
    numbers = re.findall(r"^(\d+)\. ", said, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(EXPECTED) + 1)]
    assert all(len(text) <= 100 for text in said.splitlines())
    assert said.splitlines()[-1].endswith("partitur rules jonkoping")


WORDS = ("a", "b", "-", "", "--", "-x", "--cards", "--preassessments", "-o", "--output", "-ob",
         "--region", "--rules", "--processes", "1", "64", "65", "0", "01", " 1", "-q", "--quiet",
         "--help", "--cards=a", "-qo")  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=9), st.permutations(["a", "--cards", "b"]))
def test_command_lines_are_read_as_click_reads_them(words: list[str], more: list[str]) -> None:
    """Those that are read without it."""
    for arguments in (words, [*words, "--cards", "b", "a"], [*more, *words]):
        asked = read_plainly(arguments)
        if asked is not None:
            context = command.make_context("adjudicate", list(arguments))
            assert context.params == asked._asdict()


@pytest.mark.parametrize("arguments", ["in --cards c", "--cards c -q in -o out --processes 2",
                                       "- --cards c --rules a --rules b --region r"])  # fmt: skip
def test_usual_command_lines_are_read_without_click(arguments: str) -> None:
    assert read_plainly(arguments.split()) is not None
