"""python -m benchmarks [--quick | --soak] [NAME ...]: measures, prints the ratios and writes
benchmarks/RESULTS.md. A name picks the files whose name contains it; then nothing is written."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.conftest import ANSWERS
from benchmarks.fresh import call, tell
from benchmarks.machine import machine
from benchmarks.mix import mix, told
from benchmarks.questions import Answer
from benchmarks.report import results, table
from tools.compile_core import PROJECT

FOLDER = Path(__file__).parent
ORDER = (
    "test_whole_pipe", "test_compiled", "test_growth_patients", "test_growth_history",
    "test_memory", "test_command", "test_peer", "test_keeping", "test_redecision",
    "test_settlement", "test_http", "test_portal",
)  # fmt: skip


class _Gather:
    """Takes the answers out of pytest when it ends."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        self.answers = config.stash.get(ANSWERS, [])


def main() -> int:
    """Measure all, or what is named."""
    arguments = _arguments()
    scale = "quick" if arguments.quick else "soak" if arguments.soak else "normal"
    files = [f"{FOLDER / name}.py" for name in ORDER if _is_meant(name, arguments.names)]
    where = machine()
    _compile()
    gather = _Gather()
    record = [] if arguments.names else [f"--benchmark-json={_record()}"]
    status = pytest.main(
        [
            *files, "--scale", scale, "--benchmark-enable", *record,
            "--benchmark-quiet", "--capture=no", "--quiet", "-p", "no:cacheprovider",
            "--tb=line", "-p", "no:xdist",
        ],
        plugins=[gather],
    )  # fmt: skip
    print()
    print(table(gather.answers))
    if not arguments.names and scale != "quick":
        text = results(where, told(call(mix, 20_000)), gather.answers, (FOLDER / "STEPS.md"))
        (FOLDER / "RESULTS.md").write_text(text, encoding="utf-8")
        tell("benchmarks/RESULTS.md is written")
    return int(status)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--quick", action="store_true", help="little, while one works")
    scale.add_argument("--soak", action="store_true", help="more repetitions")
    return parser.parse_args()


def _is_meant(name: str, names: list[str]) -> bool:
    return not names or any(part in name for part in names)


def _record() -> Path:
    """Where pytest-benchmark keeps what it timed."""
    record = PROJECT / "build" / "benchmarks.json"
    record.parent.mkdir(exist_ok=True)
    return record


def _compile() -> None:
    """Build the compiled core of this very source, where there is a compiler."""
    tell("compiling the core")
    command = [sys.executable, "-P", str(PROJECT / "tools" / "compile_core.py")]
    if subprocess.run(command, check=False).returncode != 0:
        tell("its questions are not answered")


if __name__ == "__main__":
    sys.exit(main())
