"""What goes wrong around a run: long lines, full disks, closed pipes, signals, odd files."""

import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import (
    ENVIRONMENT,
    START,
    card,
    invoice,
    line,
    ndjson,
    rows,
    run,
    start,
    written,
)

MANY = ndjson([invoice(str(number)) for number in range(1000)])
FULL_DISK = Path("/dev/full")
PROCESSES = pytest.mark.parametrize("processes", ["1", "2"])


class Folder:
    """A folder with a file of cards, many invoices, and an older file where answers shall go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cards = written(path, "cards.ndjson", [card()])
        self.invoices = written(path, "in.ndjson", MANY * 3)
        self.output = written(path, "out.ndjson", b"old")

    def is_untouched(self) -> bool:
        """Whether the old answers are there, and nothing new."""
        names = {one.name for one in self.path.iterdir()}
        return names == {"cards.ndjson", "in.ndjson", "out.ndjson"} and self.is_old()

    def is_old(self) -> bool:
        return self.output.read_bytes() == b"old"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@contextmanager
def midway(folder: Folder, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has answered thousands of invoices and waits for more."""
    with start("adjudicate", "-", "--cards", folder.cards, "-o", folder.output,
               *options) as process:  # fmt: skip
        assert process.stdin is not None
        for _ in range(20):  # more than a pipe holds, so most of it has been read
            process.stdin.write(MANY)
        process.stdin.flush()
        yield process


def said_at_the_end(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    return process.stderr.read().decode()


# --- being stopped -------------------------------------------------------------------------------


@PROCESSES
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop(folder: Folder, how: signal.Signals, processes: str) -> None:
    """Ctrl-C, or a service manager: the old answers stay, without a word."""
    with midway(folder, "--processes", processes) as process:
        process.send_signal(how)
        assert said_at_the_end(process) == ""
    assert process.returncode == 128 + how
    assert folder.is_untouched()


@PROCESSES
def test_being_killed(folder: Folder, processes: str) -> None:
    """Nothing can be tidied up then, but nothing unfinished has the file's name."""
    with midway(folder, "--processes", processes) as process:
        process.kill()
        said_at_the_end(process)
    assert process.returncode == -signal.SIGKILL
    assert folder.is_old()


def test_being_stopped_before_the_first_invoice(folder: Folder) -> None:
    """While it waits for cards."""
    with start("adjudicate", folder.invoices, "--cards", "-", "-o", folder.output) as process:
        assert process.stdin is not None
        process.stdin.write(ndjson([card(f"{number:09999}") for number in range(50)]))
        process.stdin.flush()  # more than the pipe holds: it is reading
        process.send_signal(signal.SIGINT)
        assert said_at_the_end(process) == ""
    assert process.returncode == 130
    assert folder.is_untouched()


# --- nobody reads --------------------------------------------------------------------------------


@PROCESSES
def test_a_closed_pipe(folder: Folder, processes: str) -> None:
    """`partitur adjudicate ... | head -1`."""
    with start("adjudicate", "-", "--cards", folder.cards, "--processes", processes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(ndjson([invoice()]))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["number"] == "1"
        process.stdout.close()
        try:
            for _ in range(20):
                process.stdin.write(MANY)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert said_at_the_end(process) == ""
    assert process.returncode == 141


def test_a_closed_pipe_on_standard_error(folder: Folder) -> None:
    """The answers are there; only the summary finds nobody."""
    with start("adjudicate", folder.invoices, "--cards", folder.cards,
               "-o", folder.output) as process:  # fmt: skip
        assert process.stderr is not None
        process.stderr.close()
    assert process.returncode == 141
    assert len(rows(folder.output.read_bytes())) == 3000


@pytest.mark.parametrize("arguments", [("--help",), ("demo",)])
def test_a_closed_pipe_for_readers(arguments: tuple[str, ...]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    ended = run(*arguments, capture_output=False, stdout=write_end, stderr=subprocess.PIPE)
    os.close(write_end)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_closed_standard_streams(folder: Folder) -> None:
    """Files must not take the place of streams that are not there."""
    start_closed = "import os, sys; os.close(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"
    for stream, told in ((1, "standard ut: är stängd"), (0, "standard in: är stängd")):
        source = "-" if stream == 0 else str(folder.invoices)
        ended = subprocess.run(
            [sys.executable, "-c", start_closed, str(stream), sys.executable, "-P", "-c", START,
             "adjudicate", source, "--cards", str(folder.cards)],
            capture_output=True, env=ENVIRONMENT, check=False,
        )  # fmt: skip
        assert ended.returncode == 2
        assert ended.stderr.decode() == f"partitur: {told}\n"


# --- no room -------------------------------------------------------------------------------------


@PROCESSES
@pytest.mark.skipif(not FULL_DISK.exists(), reason="the system has no /dev/full")
def test_a_full_disk(folder: Folder, processes: str) -> None:
    for option in ("/dev/full", "-"):
        with FULL_DISK.open("wb") as full:
            ended = run("adjudicate", folder.invoices, "--cards", folder.cards, "-o", option,
                        "--processes", processes, capture_output=False, stdout=full,
                        stderr=subprocess.PIPE)  # fmt: skip
        assert ended.returncode == 2
        said = ended.stderr.decode()
        assert "disken är full; frigör plats och kör om" in said
        assert re.search(rf"\({re.escape(str(folder.invoices))}, rad \d+\)\n$", said)
        assert said.count("\n") == 1


def allow_small_files_only() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


@PROCESSES
def test_a_disk_that_gets_full_on_the_way(folder: Folder, processes: str) -> None:
    """Here: a file that may not become any larger."""
    ended = run("adjudicate", folder.invoices, "--cards", folder.cards, "-o", folder.output,
                "--processes", processes, preexec_fn=allow_small_files_only)  # fmt: skip
    assert ended.returncode == 2
    said = ended.stderr.decode()
    assert f"{folder.output}: filen blir större än vad som är tillåtet här" in said
    assert said.count("\n") == 1
    assert folder.is_untouched()


def test_no_room_for_the_copy_of_a_stream(folder: Folder) -> None:
    """What is written to a pipe is kept until the end, in case a number comes again."""
    ended = run("adjudicate", folder.invoices, "--cards", folder.cards,
                preexec_fn=allow_small_files_only)  # fmt: skip
    assert ended.returncode == 2
    assert "partitur: en tillfällig fil: " in ended.stderr.decode()


# --- long and deep lines -------------------------------------------------------------------------

PEAK = (
    "import sys; from cli.main import main; status = main(sys.argv[1:]);"
    "peak = [line for line in open('/proc/self/status') if line.startswith('VmHWM')][0];"
    "print(peak.split()[1], file=sys.stderr); sys.exit(status)"
)
MEBIBYTE = 1 << 20


def peak_of(folder: Folder, invoices: Path) -> tuple[list[dict[str, object]], int]:
    """The answers, and the most memory the run had, in KiB."""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", PEAK, "adjudicate", str(invoices), "--cards",
         str(folder.cards), "-q"],
        capture_output=True, env=ENVIRONMENT, check=True,
    )  # fmt: skip
    return rows(ended.stdout), int(ended.stderr.split()[-1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_line_of_fifty_megabytes_takes_no_memory(folder: Folder) -> None:
    good = ndjson([invoice()])
    _, usual = peak_of(folder, written(folder.path, "short.ndjson", good))
    padded = ndjson([invoice(replaces="x" * 50_000_000)])
    lines = [good, b"[" * 50_000_000 + b"\n", padded, good, b"x" * 50_000_000]
    answers, peak = peak_of(folder, written(folder.path, "long.ndjson", b"".join(lines)))
    assert [answer["status"] for answer in answers] == [
        "approved", "invalid", "invalid", "approved", "invalid"]  # fmt: skip
    for number in (2, 3, 5):
        assert answers[number - 1] == {
            "status": "invalid",
            "input_line": number,
            "findings": [{
                "code": "malformed",
                "message": "raden är längre än 1048576 byte och har inte lästs",
                "path": "$",
            }],
        }  # fmt: skip
    assert (peak - usual) * 1024 < 8 * MEBIBYTE


@PROCESSES
def test_the_longest_line_there_may_be(folder: Folder, processes: str) -> None:
    """A mebibyte is read, one byte more is not; before and after them all is as usual."""
    row = invoice(lines=[line(motivation="")])
    room = MEBIBYTE - len(json.dumps(row))
    row["lines"][0]["motivation"] = "x" * room
    longest = json.dumps(row).encode()
    assert len(longest) == MEBIBYTE
    row["lines"][0]["motivation"] += "x"
    data = b"\n".join([longest, json.dumps(row).encode(), longest, MANY])
    path = written(folder.path, "long.ndjson", data)
    ended = run("adjudicate", path, "--cards", folder.cards, "-q", "--processes", processes)
    answers = rows(ended.stdout)
    assert [answer["status"] for answer in answers[:4]] == [
        "approved", "invalid", "approved", "denied"]  # fmt: skip
    assert answers[2] == answers[0]
    assert len(answers) == 3 + 1000


def test_an_invoice_of_very_many_lines(folder: Folder) -> None:
    """As many lines as fit into a mebibyte."""
    lines = [line(line=number, code="121", price_ore=1) for number in range(1, 9001)]
    row = invoice(lines=[{key: one[key] for key in one} for one in lines])
    data = json.dumps(row, separators=(",", ":")).encode()
    assert len(data) < MEBIBYTE
    ended = run("adjudicate", written(folder.path, "wide.ndjson", data), "--cards", folder.cards)
    (answer,) = rows(ended.stdout)
    assert [one["outcome"] for one in answer["lines"]].count("approved") == 1


@PROCESSES
def test_nesting_a_hundred_thousand_deep(folder: Folder, processes: str) -> None:
    good = json.dumps(invoice())[:-1].encode()
    deep = [b"[" * 100_000, b'{"lines":' * 100_000, good + b',"x":' + b"[" * 100_000,
            b'{"x":' * 100_000, good + b',"free_card":' + b'{"number":' * 100_000]  # fmt: skip
    path = written(folder.path, "deep.ndjson", b"\n".join(deep))
    ended = run("adjudicate", path, "--cards", folder.cards, "-q", "--processes", processes)
    assert (ended.returncode, ended.stderr) == (0, b"")
    answers = rows(ended.stdout)
    assert [answer["input_line"] for answer in answers] == [1, 2, 3, 4, 5]
    assert all(answer["findings"][0]["code"] == "malformed" for answer in answers)


# --- days, texts and numbers at their edges ------------------------------------------------------


def test_the_first_and_the_last_day_there_are(folder: Folder) -> None:
    days = ("0001-01-01", "1999-12-31", "2000-01-01", "2179-06-06", "2179-06-07", "9999-12-31")
    path = written(folder.path, "days.ndjson", [
        invoice(f"{received_on} {treated_on}", received_on=received_on,
                free_card={"number": "1", "valid_from": days[0], "valid_to": days[-1]},
                lines=[line(treated_on=treated_on)])
        for received_on in days for treated_on in days
    ])  # fmt: skip
    cards = written(folder.path, "edges.ndjson", [
        card("1", valid_from="0001-01-01", voided_on="0001-01-01"),
        card("2", valid_from="9999-12-31", category="F1"),
        card("3", valid_from="0001-01-01", valid_to="9999-12-31"),
    ])  # fmt: skip
    ended = run("adjudicate", path, "--cards", cards, "-q")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert len(rows(ended.stdout)) == len(days) ** 2


def test_texts_of_any_characters_come_back_as_they_were(folder: Folder) -> None:
    texts = ["", " ", "\0", "\x1b[2J", "å\u0301", "\u2028", "\U0001f9b7", "\\", '"', "a\nb", "{}"]
    lines = [invoice(text, clinic=text) for text in texts]
    path = written(folder.path, "texts.ndjson", [*lines, *lines])
    ended = run("adjudicate", path, "--cards", folder.cards, "-q")
    answers = ended.stdout.split(b"\n")[:-1]
    assert answers[: len(texts)] == answers[len(texts) :]
    assert [json.loads(one)["number"] for one in answers] == texts * 2


# --- files ---------------------------------------------------------------------------------------


def test_named_pipes_for_everything(folder: Folder) -> None:
    """Neither a file of invoices nor one of answers must be a file."""
    source, sink = folder.path / "source", folder.path / "sink"
    os.mkfifo(source)
    os.mkfifo(sink)
    with (
        start("adjudicate", source, "--cards", folder.cards, "-o", sink, "-q") as process,
        source.open("wb") as pipe,
        sink.open("rb") as answers,
    ):
        pipe.write(ndjson([invoice()]))
        pipe.flush()
        assert json.loads(answers.readline())["number"] == "1"
        pipe.close()
        assert answers.read() == b""
    assert process.returncode == 0
    assert stat.S_ISFIFO(sink.stat().st_mode)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to everything")
def test_a_file_that_may_not_be_written_is_not_replaced(folder: Folder) -> None:
    folder.output.chmod(0o400)
    ended = run("adjudicate", folder.invoices, "--cards", folder.cards, "-o", folder.output)
    assert ended.returncode == 2
    assert "filen är skrivskyddad" in ended.stderr.decode()
    assert folder.is_untouched()


def test_names_of_any_bytes(folder: Folder) -> None:
    """A name that is not UTF-8 is told as well as can be."""
    name = os.fsencode(folder.path) + b"/\xff\n.ndjson"
    ended = run(os.fsdecode(name))
    assert ended.returncode == 2
    ended = subprocess.run(
        [sys.executable.encode(), b"-P", b"-c", START.encode(), b"adjudicate", name, b"--cards",
         os.fsencode(folder.cards)],
        capture_output=True, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
    assert b"finns inte" in ended.stderr
