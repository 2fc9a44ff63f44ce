"""What does the command cost around the deciding?

`partitur adjudicate` as a user runs it, file in and file out, from its start to its end: reading,
numbers remembered, safe writing and all. Against a process that has the same files in memory and
drops its answers; both fill the desk with the cards. Start of the interpreter and of the rules is
the command's own. All times are by the clock on the wall, since waiting counts.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec
import pytest

from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.fresh import call, environment, tell
from benchmarks.pipes import decide_all, desk_for, digest, frozen, whole_pipe
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.workload import Workload, workload
from preassessments.decision import Preassessment
from registry.cards import Card

RATE = Question("The command, file in and file out", "× in-process rate", 0.8, is_at_least=True)
TWO = Question("--processes 2", "× one process", 1.5, is_at_least=True)
SAME = Question("Answers the same, in process, by command, by two", "digest", 1, is_at_least=True)
FIRST = Question("The command's first decision", "× bare interpreter", 10.0)

_COMMAND = """
import sys
sys.argv[0] = "partitur"
from cli.main import main
sys.exit(main())
"""
_FREE_CORES = 1.8
_STARTS = 15


def seconds_in_process(folder: str) -> float:
    """The whole pipe over the files, which are read into memory first."""
    work = _read(Path(folder))
    library = packaged_library()
    begun = perf_counter()
    decide = desk_for(library, work).decide
    with frozen():
        whole_pipe(work.invoices, decide)
    return perf_counter() - begun


def digest_in_process(folder: str) -> str:
    """The digest of the answers that the file should get."""
    work = _read(Path(folder))
    return digest(decide_all(desk_for(packaged_library(), work), work.invoices))


def measure_rate(scale: Scale) -> Figure:
    """The two take turns, and of each the quickest counts: by the clock on the wall, a neighbour
    can only make it longer."""
    with _files(_work(scale.command_invoices)) as folder:
        alone, commands = [], []
        for _ in range(2 * scale.command_runs):
            alone.append(call(seconds_in_process, str(folder)))
            commands.append(_run(folder))
            tell(f"in process {alone[-1]:.1f} s, command {commands[-1]:.1f} s")
    many = scale.command_invoices
    return Figure(
        min(alone) / min(commands),
        f"{min(alone):.2f} and {min(commands):.2f} s for {many:,} invoices".replace(",", " "),
    )


def measure_two(scale: Scale) -> Figure:
    """The best of the pairs, since it is spoiled whenever a neighbour runs on the second core."""
    free = _free_cores()
    with _files(_work(scale.command_invoices)) as folder:
        gains = []
        for _ in range(scale.command_runs):
            one, two = _run(folder), _run(folder, processes=2)
            gains.append(one / two)
            tell(f"one {one:.1f} s, two {two:.1f} s")
    free = min(free, _free_cores())
    if max(gains) < TWO.must and free < _FREE_CORES:
        pytest.skip(f"two cores are not free here, only {free:.1f}; {max(gains):.2f} reached")
    return Figure(max(gains), f"{free:.1f} cores free")


def measure_sameness(scale: Scale) -> Figure:
    """1 where the three digests are the same."""
    with _files(_work(scale.command_invoices)) as folder:
        expected = call(digest_in_process, str(folder))
        found = []
        for processes in (1, 2):
            _run(folder, processes=processes)
            with open(folder / "decisions.ndjson", "rb") as file:
                content = sha256()
                while block := file.read(1 << 20):
                    content.update(block)
            found.append(content.hexdigest())
    return Figure(float(found == [expected] * 2), expected[:12])


def measure_first() -> Figure:
    """From the command's start to the first answer, with one card and one invoice on its standard
    input, by the time in which an interpreter that imports nothing (`python -I -S -c pass`) starts
    and ends."""
    with _files(_work_of_one()) as folder:
        first = [_seconds_to_first(folder)]
        bare, usual, ratios = [], [], []
        for _ in range(_STARTS):
            bare.append(_seconds_of([sys.executable, "-I", "-S", "-c", "pass"]))
            usual.append(_seconds_of([sys.executable, "-c", "pass"]))
            first.append(_seconds_to_first(folder))
            ratios.append(first[-1] / bare[-1])
    return Figure(
        median(ratios),
        f"{median(first) * 1e3:.0f} ms; bare {median(bare) * 1e3:.0f} ms, "
        f"with its usual start {median(usual) * 1e3:.0f} ms",
    )


def test_rate(ask: Ask, scale: Scale) -> None:
    """Reading, remembering numbers and writing cost little beside deciding."""
    ask(RATE, partial(measure_rate, scale))


def test_two_processes(ask: Ask, scale: Scale) -> None:
    """Patients are shared out."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("one core only")
    ask(TWO, partial(measure_two, scale))


def test_same_answers(ask: Ask, scale: Scale) -> None:
    """One digest."""
    ask(SAME, partial(measure_sameness, scale))


def test_first_decision(ask: Ask) -> None:
    """Nothing is loaded that an invoice does not need."""
    ask(FIRST, measure_first)


@contextmanager
def _files(work: Workload) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="partitur-bench-") as name:
        folder = Path(name)
        _write(folder / "invoices.ndjson", work.invoices)
        _write(folder / "cards.ndjson", map(msgspec.json.encode, work.cards))
        _write(folder / "preassessments.ndjson", map(msgspec.json.encode, work.preassessments))
        yield folder


@cache
def _work(invoices: int) -> Workload:
    tell(f"making {invoices} invoices")
    return workload(invoices)


def _work_of_one() -> Workload:
    cards, _, invoices = workload(1)
    return Workload(cards[:1], [], invoices[:1])


def _write(path: Path, lines: Iterable[bytes]) -> None:
    with open(path, "wb") as file:
        file.writelines(line + b"\n" for line in lines)


def _read(folder: Path) -> Workload:
    return Workload(
        msgspec.json.Decoder(Card).decode_lines((folder / "cards.ndjson").read_bytes()),
        msgspec.json.Decoder(Preassessment).decode_lines(
            (folder / "preassessments.ndjson").read_bytes()
        ),
        (folder / "invoices.ndjson").read_bytes().splitlines(),
    )


def _command(folder: Path, invoices: str) -> list[str]:
    return [
        sys.executable, "-P", "-c", _COMMAND, "adjudicate", invoices,
        "--cards", str(folder / "cards.ndjson"),
        "--preassessments", str(folder / "preassessments.ndjson"), "--quiet",
    ]  # fmt: skip


def _run(folder: Path, processes: int = 1) -> float:
    """Seconds from start to end."""
    command = _command(folder, str(folder / "invoices.ndjson"))
    command += ["-o", str(folder / "decisions.ndjson"), "--processes", str(processes)]
    return _seconds_of(command)


def _seconds_of(command: list[str]) -> float:
    begun = perf_counter()
    subprocess.run(command, env=environment(), check=True)
    return perf_counter() - begun


def _seconds_to_first(folder: Path) -> float:
    with open(folder / "invoices.ndjson", "rb") as file:
        invoice = file.readline()
    begun = perf_counter()
    with subprocess.Popen(
        _command(folder, "-"), env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(invoice)
        process.stdin.flush()
        answer = process.stdout.readline()
        seconds = perf_counter() - begun
        process.stdin.close()
        assert answer.startswith(b'{"clinic"'), answer
    return seconds


def _free_cores() -> float:
    """How much more two processes get done that only count than one alone."""
    count = [sys.executable, "-I", "-S", "-c", "for _ in range(20_000_000): pass"]
    alone = _seconds_of(count)
    begun = perf_counter()
    both = [subprocess.Popen(count) for _ in range(2)]
    for process in both:
        process.wait()
    return 2 * alone / (perf_counter() - begun)
