"""Several processes give the answers of one, byte for byte."""

import json
import os
import signal
from pathlib import Path
from random import Random

import pytest

from cli.main import main
from cli.parallel import ParallelAnswering
from cli.serial import SerialAnswering
from intake.lines import CHUNK
from tests import worlds
from tests.commands import card, invoice, line, ndjson, run, start, written

BAD_LINES = (
    b"", b"  \r", b"hej", b"{}", b"[" * 5000, b'{"clinic":"\xe5"}', b'{"clinic": 1}',
    b'{"clinic": "a',
)  # fmt: skip


def trouble(random: Random, world: worlds.World) -> bytes:
    """A world's invoices with numbers used again by anyone, and lines that are none between."""
    lines: list[bytes] = []
    before: list[worlds.Row] = []
    for row in world.invoices:
        one = json.loads(json.dumps(row))
        if before and random.random() < 0.3:
            earlier = random.choice(before[-random.choice((1, 5, 50, 5000)) :])
            one["clinic"], one["number"] = earlier["clinic"], earlier["number"]
            if random.random() < 0.3:
                one = json.loads(json.dumps(earlier))
            if random.random() < 0.3:
                one["received_on"] = "2029-06-30"
        kind = random.random()
        if kind < 0.05:
            one["protected_identity"] = True
        elif kind < 0.1:
            one["patient"] = random.choice(("", "19480512-1012", 5, None))
        elif kind < 0.13:
            one["lines"] = random.choice(([], None, [{}], one["lines"] * 2))
        elif kind < 0.15:
            one["support"] = "Q"
        before.append(one)
        lines.append(json.dumps(one).encode())
        if random.random() < 0.05:
            lines.append(random.choice(BAD_LINES))
    return b"\n".join(lines)


@pytest.mark.parametrize("seed", range(4))
def test_random_worlds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], seed: int
) -> None:
    """Numbers come again by other patients, right before and long after, and are refused or not;
    the file is cut into pieces of any size."""
    world = worlds.world(seed, invoices=600, patients=40, no_receipt=0.0)
    random = Random(seed)
    cards = written(tmp_path, "cards.ndjson", world.cards)
    applications = written(tmp_path, "applications.ndjson", world.preassessments)
    path = written(tmp_path, "in.ndjson", trouble(random, world))
    common = ["adjudicate", str(path), "--cards", str(cards),
              "--preassessments", str(applications)]  # fmt: skip
    found = []
    for processes, at_once in ((1, CHUNK), (1, 300), (2, 600), (2, 4 * CHUNK), (3, 5000)):
        for kind in (SerialAnswering, ParallelAnswering):
            monkeypatch.setattr(kind, "_at_once", at_once)
        output = tmp_path / f"{processes}-{at_once}"
        assert main([*common, "-o", str(output), "--processes", str(processes)]) == 0
        summary = capfd.readouterr().err.split("\n", 1)[1]
        found.append((output.read_bytes(), summary))
    assert found[1:] == found[:1] * (len(found) - 1)
    assert b'"number_reused"' in found[0][0]
    through_a_pipe = run("adjudicate", "-", *common[2:], "--processes", "2",
                         input=path.read_bytes())  # fmt: skip
    assert through_a_pipe.stdout == found[0][0]


def test_a_number_waits_for_what_became_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first invoice of a number is refused by another worker than the one it then goes to."""
    monkeypatch.setattr(ParallelAnswering, "_at_once", 1 << 20)
    patients = [f"1948{month:02}{day:02}-1011" for month in range(1, 10) for day in range(10, 28)]
    lines = [
        invoice(str(number), patient=patient, lines=[line(line=each) for each in repeated])
        for number in range(20)
        for patient, repeated in zip(patients[number : number + 3], ([1, 1], [1], [1]), strict=True)
    ]
    path = written(tmp_path, "in.ndjson", lines)
    cards = written(tmp_path, "cards.ndjson", [card()])
    answers = []
    for processes in ("1", "2", "5"):
        output = tmp_path / processes
        common = ["adjudicate", str(path), "--cards", str(cards), "-o", str(output)]
        assert main([*common, "-q", "--processes", processes]) == 0
        answers.append(output.read_bytes())
    assert answers[0] == answers[1] == answers[2]


def workers_of(process: int) -> list[int]:
    return [
        int(text) for text in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


def test_a_worker_that_is_killed_ends_the_run(tmp_path: Path) -> None:
    cards = written(tmp_path, "cards.ndjson", [card()])
    output = written(tmp_path, "out.ndjson", b"old")
    with start("adjudicate", "-", "--cards", cards, "--processes", "2", "-o", output) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        lines = ndjson([invoice(str(number)) for number in range(1000)])
        for _ in range(20):  # more than pipes and workers hold: it is in the midst of them
            process.stdin.write(lines)
        os.kill(workers_of(process.pid)[0], signal.SIGKILL)
        try:
            process.stdin.write(lines)
            process.stdin.close()
        except BrokenPipeError:
            pass
        said = process.stderr.read().decode()  # until no process has it open
    assert process.returncode == 2
    assert "en process som avgjorde fakturor stoppades av signal 9; kör om (standard in, " in said
    assert said.count("\n") == 1
    assert output.read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"cards.ndjson", "out.ndjson"}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_run(tmp_path: Path, how: signal.Signals) -> None:
    cards = written(tmp_path, "cards.ndjson", [card()])
    output = tmp_path / "out.ndjson"
    with start("adjudicate", "-", "--cards", cards, "--processes", "3", "-o", output,
               start_new_session=True) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        lines = ndjson([invoice(str(number)) for number in range(1000)])
        for _ in range(20):
            process.stdin.write(lines)
        assert len(workers_of(process.pid)) == 3
        if how == signal.SIGINT:
            os.killpg(process.pid, how)  # as a terminal does: the workers get it, too
        else:
            process.send_signal(how)
        assert process.stderr.read() == b""  # ends when no process has it open
        process.wait()
    assert process.returncode == (-how if how == signal.SIGKILL else 128 + how)
    assert not output.exists()
