"""Change one thing in the core at a time, and see whether a test notices.

    python tools/mutants.py --sample 200          some of all changes, the same for the same seed
    python tools/mutants.py --sample 0            every change; takes hours
    python tools/mutants.py quotas/record.py      only these files
    python tools/mutants.py --again SURVIVORS     only those that survived, by an earlier output

A change that no test notices survives, and is a missing test. Exit status 1 where less than 90 %
are noticed. Works in copies of what git tracks; the checkout itself is left alone.

The quickest tests are asked first; then the worlds of tests/test_reference.py, with the second
reading's answers remembered (tools/worlds_again.py); then the others.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from random import Random
from resource import RLIMIT_CPU, setrlimit
from typing import Any, NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
PATTERNS = ("tariffs/*.py", "quotas/*.py", "adjudication/*.py", "adjudication/checks/*.py")
QUICK = [
    "tests/test_cases.py",
    "tests/quotas",
    "tests/tariffs",
    "tests/adjudication/test_invoice.py",
    "tests/adjudication/test_short_way.py",
]
SLOW = [
    "tests/adjudication/test_standing.py",
    "tests/registry",
    "tests/preassessments",
    "tests/terms",
    "tests/test_loading.py",
    "tests/test_explaining.py",
    "tests/test_properties.py",
]
MUST = 0.9
SURVIVES = "survives  "
_SECONDS = 150
"""Of processor time, for each process: on a busy machine a slow test is not an endless one."""

_OTHERS: dict[type[ast.AST], Any] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip


class Mutant(NamedTuple):
    """One changed expression of a file: where it begins and ends, and what stands there instead."""

    file: str
    start: int
    end: int
    instead: bytes
    told: str


def mutants_of(file: str, source: bytes) -> Iterator[Mutant]:
    """Every change that is tried in a file; none in annotations and other unions of types, texts,
    class options, and in `strict`, which only asserts."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for node in _expressions(ast.parse(source)):
        changed = _changed(node)
        if changed is None:
            continue
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        before = " ".join(source[start:end].decode().split())
        told = f"{file}:{node.lineno}: {before}  ->  {changed}"
        yield Mutant(file, start, end, f"({changed})".encode(), told)


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        if isinstance(node, ast.ClassDef) and name == "keywords":
            continue  # how its objects are kept: frozen, gc
        if isinstance(node, ast.keyword) and node.arg == "strict":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if isinstance(child, ast.expr):
                    yield child
                yield from _expressions(child)


def _changed(node: ast.expr) -> str | None:
    match node:
        case ast.Compare(left, [op], comparators) if type(op) in _OTHERS:
            return _text(ast.Compare(left, [_other(op)], comparators))
        case ast.BoolOp(op, values):
            return _text(ast.BoolOp(_other(op), values))
        case ast.BinOp(left, op, right) if type(op) in _OTHERS and not _is_type(right):
            return _text(ast.BinOp(left, _other(op), right))
        case ast.UnaryOp(ast.Not(), operand):
            return _text(operand)
        case ast.IfExp(test, body, orelse):
            return _text(ast.IfExp(test, orelse, body))
        case ast.Constant(bool(value)):
            return str(not value)
        case ast.Constant(int(value)):
            return str(value + 1)
        case _:
            return None


def _is_type(node: ast.expr) -> bool:
    """Whether it is one of a union's types: changed, the file could not even be read."""
    name = node.id if isinstance(node, ast.Name) else ""
    return ast.unparse(node) == "None" or (name[:1].isupper() and not name.isupper())


def _other(op: ast.AST) -> Any:
    return _OTHERS[type(op)]()


def _text(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node))


def is_noticed(mutant: Mutant, copy: Path, worlds: Path) -> bool:
    """Whether some test fails, or never ends, with the change in this copy of the project."""
    path = copy / mutant.file
    source = path.read_bytes()
    path.write_bytes(source[: mutant.start] + mutant.instead + source[mutant.end :])
    try:
        return not pass_all(copy, worlds)
    finally:
        path.write_bytes(source)


def pass_all(copy: Path, worlds: Path) -> bool:
    """Whether all tests pass in this copy of the project."""
    pytest = ("pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    commands = ((*pytest, *QUICK), ("tools.worlds_again", str(worlds)), (*pytest, *SLOW))
    return all(_passes(copy, *command) for command in commands)


def _passes(copy: Path, module: str, *arguments: str) -> bool:
    """Whether a module that is run in this copy ends well."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=copy,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def main() -> int:
    """Try them, tell of those that survive, and count."""
    asked = _arguments()
    files = asked.files or sorted(
        str(path.relative_to(PROJECT)) for pattern in PATTERNS for path in PROJECT.glob(pattern)
    )
    mutants = [one for file in files for one in mutants_of(file, (PROJECT / file).read_bytes())]
    print(f"{len(mutants)} changes in {len(files)} files", flush=True)
    if asked.again is not None:
        mutants = _survivors(mutants, asked.again.read_text(encoding="utf-8"))
    elif asked.sample:
        mutants = Random(asked.seed).sample(mutants, min(asked.sample, len(mutants)))
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: Queue[Path] = Queue()
        for number in range(asked.processes):
            copies.put(_copy(Path(folder) / str(number)))
        worlds = Path(folder) / "worlds"
        is_right = pass_all(Path(folder) / "0", worlds)
        assert is_right, "a test fails as it is, or the worlds are decided otherwise"
        setrlimit(RLIMIT_CPU, (_SECONDS, _SECONDS))  # of whatever is started from now on

        def tried(mutant: Mutant) -> tuple[Mutant, bool]:
            copy = copies.get()
            try:
                return mutant, is_noticed(mutant, copy, worlds)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(asked.processes) as pool:
            for place, (mutant, noticed) in enumerate(pool.map(tried, mutants), 1):
                if not noticed:
                    survivors += 1
                    print(f"{SURVIVES}{mutant.told}", flush=True)
                if place % 20 == 0 or place == len(mutants):
                    share = 1 - survivors / place
                    print(f"{place} tried, {share:.1%} noticed", file=sys.stderr, flush=True)
    share = 1 - survivors / max(1, len(mutants))
    print(f"{len(mutants)} tried, {len(mutants) - survivors} noticed: {share:.1%}")
    return int(share < MUST)


def _survivors(mutants: list[Mutant], output: str) -> list[Mutant]:
    """Those that survive by an earlier output, found by their text. Of several alike on one line
    all are tried; what is not there any more, or on another line, is told."""
    lines = [line for line in output.splitlines() if line.startswith(SURVIVES)]
    told = {line.removeprefix(SURVIVES) for line in lines}
    found = [mutant for mutant in mutants if mutant.told in told]
    for gone in sorted(told - {mutant.told for mutant in found}):
        print(f"is gone   {gone}", flush=True)
    return found


def _copy(folder: Path) -> Path:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True
    ).stdout
    for name in tracked.decode().split("\0"):
        if name and (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    return folder


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python tools/mutants.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--sample", type=int, default=200, help="how many; 0 is all (200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", type=Path, metavar="SURVIVORS", help="an earlier output")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
