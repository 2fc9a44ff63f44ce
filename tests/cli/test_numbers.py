"""Which numbers are used: what is remembered of them, where, and how much memory that takes."""

import re
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.invoice import Invoice
from cli import numbers as numbers_module
from cli.ledger import Ledger, content_of
from cli.main import main
from cli.numbers import Numbers
from cli.output import Output, open_output
from cli.source import Source, open_source
from tests.commands import card, invoice, ndjson, rows, run, written
from tests.desks import Row

MOST_BYTES_A_NUMBER = 120


class Answered(Ledger):
    """A ledger whose answers stand in a list."""

    def __init__(self) -> None:
        self.answers: list[Row] = []

    def answer(self, place: int) -> bytes:
        return msgspec.json.encode(self.answers[place])


def written_already(_place: int) -> None:
    """Nothing waits to be written."""


def test_memory_a_number() -> None:
    """What many distinct numbers take."""
    many = 400_000
    numbers = Numbers(Answered(), written_already)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for place in range(many):
            numbers.use("SE2321000057-4F2A", str(place), place)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / many <= MOST_BYTES_A_NUMBER


@pytest.mark.parametrize("bits", [0, 1, 3, numbers_module.HASH_BITS])
@given(uses=st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("123"), st.booleans())))
def test_numbers_with_one_hash_are_told_apart(bits: int, uses: list[tuple[str, str, bool]]) -> None:
    """As a plain table of who used what first would answer, however hashes collide."""
    ledger = Answered()
    numbers = Numbers(ledger, written_already)
    plain: dict[tuple[str, str], int] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers_module, "HASH_BITS", bits)
        for place, (clinic, number, is_refused) in enumerate(uses):
            first = numbers.use(clinic, number, place)
            assert first == plain.get((clinic, number), place)
            if first == place and not is_refused:
                plain[clinic, number] = place
                ledger.answers.append({"clinic": clinic, "number": number, "status": "denied"})
            else:
                ledger.answers.append({"clinic": clinic, "number": number, "status": "invalid"})


def test_a_line_that_is_no_invoice_uses_no_number() -> None:
    ledger = Answered()
    numbers = Numbers(ledger, written_already)
    assert numbers.use("A", "1", 0) == 0
    ledger.answers.append({"status": "invalid", "input_line": 1, "findings": []})
    assert numbers.use("A", "1", 1) == 1


@contextmanager
def ledger_of(folder: Path, lines: bytes) -> Iterator[tuple[Ledger, Source, Output]]:
    path = written(folder, "in.ndjson", lines)
    with open_source(str(path)) as source, open_output(str(folder / "out.ndjson")) as output:
        yield Ledger(source, output), source, output


def test_answers_and_contents_are_found_again(tmp_path: Path) -> None:
    """From every place, in any order, blank lines and other lines between."""
    wanted = [invoice(str(number), replaces="x" * (number % 700)) for number in range(400)]
    lines = [b"\n \r\n" * (place % 3) + ndjson([row]) for place, row in enumerate(wanted)]
    with ledger_of(tmp_path, b"".join(lines)) as (ledger, source, output):
        place = 0
        for chunk in source.chunks(3000):
            ledger.begin(place, chunk.first, chunk.start)
            for line in chunk.lines:
                if line.strip():
                    output.write(b"answer %d %s\n" % (place, b"." * 200))
                    place += 1
        assert place == len(wanted)
        for place in [*range(0, 400, 7), *range(399, 0, -11), 0, 399, 200, 201, 202]:
            assert ledger.answer(place).startswith(b"answer %d ." % place)
            same = msgspec.json.Decoder(Invoice).decode(ndjson([wanted[place]]))
            assert ledger.content(place) == content_of(same)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_whole_file_sent_twice(tmp_path: Path, processes: str) -> None:
    """Every answer of the second half is the first one's, through files and through pipes."""
    many = [invoice(str(number), clinic=f"SE{number % 7}") for number in range(1500)]
    other = [row | {"care_level": "specialist"} for row in many]
    path = written(tmp_path, "in.ndjson", [*many, *reversed(many), *other])
    options = ("--cards", written(tmp_path, "cards.ndjson", [card()]), "--processes", processes)
    from_file = run("adjudicate", path, *options, "-o", tmp_path / "out.ndjson")
    assert from_file.returncode == 0, from_file.stderr
    from_pipe = run("adjudicate", "-", *options, input=path.read_bytes())
    assert (tmp_path / "out.ndjson").read_bytes() == from_pipe.stdout
    answers = from_pipe.stdout.splitlines()
    assert answers[1500:3000] == answers[1499::-1]
    for answer in rows(b"\n".join(answers[3000:])):
        assert [finding["code"] for finding in answer["findings"]] == ["number_reused"]
    assert re.search(rb"med samma svar +1.500\n", from_file.stderr.replace("\u00a0".encode(), b"."))


def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Answers about two versions of a file would be about none; nothing is written."""
    path = written(tmp_path, "in.ndjson", [invoice()])
    cards = written(tmp_path, "cards.ndjson", [card()])
    decide = Desk.decide

    def decide_and_touch(*given: Any) -> Decision:
        path.write_bytes(path.read_bytes() + b"\n")
        return decide(*given)

    monkeypatch.setattr(Desk, "decide", decide_and_touch)
    output = tmp_path / "out.ndjson"
    assert main(["adjudicate", str(path), "--cards", str(cards), "-o", str(output)]) == 2
    assert f"partitur: {path}: filen ändrades medan den lästes" in capfd.readouterr().err
    assert {one.name for one in tmp_path.iterdir()} == {"in.ndjson", "cards.ndjson"}
