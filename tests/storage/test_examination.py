"""The process that reads a file: what it may take, and what becomes of one that takes more."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest

from attachments.verdict import Flaw, Sound, Verdict
from storage import examination
from storage.examination import ExaminerError, examined
from tests import files

TOO_COSTLY = Verdict(None, [Flaw("too_costly")])


@contextmanager
def file_of(content: bytes) -> Iterator[BinaryIO]:
    """A file with this content."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def reading_by(code: str, monkeypatch: pytest.MonkeyPatch, most_seconds: int = 20) -> None:
    """In place of what reads files. It is started, limited and asked as that is."""
    started = (
        "import sys, storage.examiner as examiner, attachments.examining as reading\n"
        f"def examine(content):\n    {code}\n"
        f"reading.examine = examine\nexaminer.MOST_SECONDS = {most_seconds}\nexaminer.main()"
    )
    monkeypatch.setattr(examination, "_COMMAND", (sys.executable, "-P", "-c", started))


def test_it_reads_one_file() -> None:
    with file_of(files.pdf(3)) as file:
        assert examined(file) == Verdict(Sound("pdf", 3), [])
    with file_of(b"text") as file:
        assert examined(file) == Verdict(None, [Flaw("format_unknown")])


@pytest.mark.parametrize(
    "code",
    [
        "bytearray(2 << 30)",  # more memory than it may have
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "raise MemoryError",
    ],
)
def test_what_brings_down_the_reader_is_refused(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reading_by(code, monkeypatch)
    with file_of(files.png()) as file:
        assert examined(file) == TOO_COSTLY


def test_what_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In processor time, and in all."""
    reading_by("while True: pass", monkeypatch, most_seconds=1)
    with file_of(files.png()) as file:
        assert examined(file) == TOO_COSTLY
    reading_by("import time; time.sleep(600)", monkeypatch)
    monkeypatch.setattr(examination, "_SECONDS", 1)
    with file_of(files.png()) as file:
        assert examined(file) == TOO_COSTLY


@pytest.mark.parametrize("code", ["1 / 0", "import nothing_of_the_kind", "sys.exit(3)"])
def test_a_reader_with_a_fault_is_no_fault_of_the_file(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_by(code, monkeypatch)
    with file_of(files.png()) as file, pytest.raises(ExaminerError):
        examined(file)


WHAT_IT_HAS = """
    import os, attachments.verdict as verdict
    found = []
    try:
        with open("written-by-the-reader", "w") as file:
            file.write("x")
        found.append("too_large")
    except OSError:
        pass
    if "PARTITUR_SECRET" in os.environ or "PGPASSFILE" in os.environ:
        found.append("encrypted")
    return verdict.refused(*map(verdict.Flaw, found))
"""


def test_it_writes_nothing_and_knows_nothing_of_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("PARTITUR_SECRET", "x")
    monkeypatch.setenv("PGPASSFILE", "x")
    reading_by(WHAT_IT_HAS.strip(), monkeypatch)
    with file_of(files.png()) as file:
        assert examined(file) == Verdict(None, [])


def test_it_is_a_command_that_tells_in_json() -> None:
    """For whoever wants to know what is wrong with a file."""
    with file_of(files.jpeg()) as file:
        said = subprocess.run(
            [sys.executable, "-m", "storage.examiner"], stdin=file, capture_output=True, check=True
        )
    assert said.stdout == b'{"sound":{"format":"jpeg","pages":1},"flaws":[]}'


def test_nobody_else_loads_what_reads_files() -> None:
    """Neither the server nor a command: a defect of those libraries cannot reach them."""
    code = "import sys, api.app, cli.serving, cli.db; print({'PIL', 'pikepdf'} & {*sys.modules})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert said.stdout == b"set()\n"
