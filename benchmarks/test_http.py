"""What does it cost to be asked over HTTP?

A server process as `partitur serve` makes it; its clients are in a process of their own. Every
answer is given after a durable commit, with token and audit log. Single invoices of four lines by
64 clients are held to a bare Litestar handler (benchmarks/bare.py) that the same clients ask in the
same run; files of some ten thousand to single invoices; a lone request to many. All by the clock on
the wall.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from statistics import median
from time import perf_counter
from typing import Any

import httpx
import pytest

from benchmarks.conftest import Ask
from benchmarks.databases import NewUrl, postgresql, prepared, sqlite
from benchmarks.fresh import environment, tell
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.serving import SECONDS, process, serving
from benchmarks.workload import Workload, workload

SINGLE = {
    "sqlite": Question("Single invoices, SQLite", "× bare handler", 0.35, 0.5, is_at_least=True),
    "postgresql": Question(
        "Single invoices, PostgreSQL", "× bare handler", 0.3, 0.45, is_at_least=True
    ),
}
TWO = Question("Two server processes, PostgreSQL", "× one", 1, is_at_least=True)
LONE = Question("p99 at half the highest rate", "× a lone request's median", 20)
FILES = Question("Files, SQLite", "× invoices/s of single ones", 5, 8, is_at_least=True)

CLIENTS = 64
_LINES = 4
_PARTS = 5
_KINDS = {"sqlite": sqlite, "postgresql": postgresql}


@cache
def _work(invoices: int) -> tuple[Workload, list[bytes]]:
    """A workload, and its invoices of four lines."""
    work = workload(invoices)
    return work, [one for one in work.invoices if one.count(b'"treated_on"') == _LINES]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_single(ask: Ask, scale: Scale, kind: str) -> None:
    """Both databases, each with its own question."""
    ask(SINGLE[kind], partial(_measure_single, scale, kind))


def test_two_processes(ask: Ask, scale: Scale) -> None:
    """Two processes beside each other are right, and no slower than one."""
    ask(TWO, partial(_measure_two, scale))


def test_lone(ask: Ask, scale: Scale) -> None:
    """A queue that is half full keeps nobody waiting long."""
    ask(LONE, partial(_measure_lone, scale))


def test_files(ask: Ask, scale: Scale) -> None:
    """What some thousand invoices to a transaction gain."""
    ask(FILES, partial(_measure_files, scale))


def _parted(invoices: list[bytes]) -> tuple[list[bytes], list[list[bytes]]]:
    """The first quarter, by which a server has got going, and the rest in parts: what is compared
    takes turns, since the machine is not equally quick all the time."""
    first, size = len(invoices) // 4, len(invoices) * 3 // 4 // _PARTS
    starts = range(first, first + size * _PARTS, size)
    return invoices[:first], [invoices[start : start + size] for start in starts]


def _tell_last(ratios: list[float]) -> None:
    """Those of one pass."""
    tell(" ".join(f"{ratio:.2f}" for ratio in ratios[-_PARTS:]))


def _measure_single(scale: Scale, kind: str) -> Figure:
    work, invoices = _work(scale.http_invoices)
    first, parts = _parted(invoices)
    ratios, rates, waits = [], [], []
    with _KINDS[kind]() as new_url:
        for _ in range(scale.http_passes):
            with _bare() as floor, _served(new_url, work) as (port, token):
                _load(floor, first)
                _load(port, first, token)
                for part in parts:
                    bare, ours = _load(floor, part), _load(port, part, token)
                    ratios.append(ours["rate"] / bare["rate"])
                    rates.append((ours["rate"], bare["rate"]))
                    waits.append(ours["p99"])
            _tell_last(ratios)
    ours_rate, bare_rate = (median(some) for some in zip(*rates, strict=True))
    note = f"{ours_rate:.0f}/s of {bare_rate:.0f}/s, {CLIENTS} clients"
    return Figure(median(ratios), f"{note}, p99 {1000 * median(waits):.0f} ms")


def _measure_two(scale: Scale) -> Figure:
    work, invoices = _work(scale.http_invoices)
    first, parts = _parted(invoices)
    ratios = []
    with postgresql() as new_url:
        for _ in range(scale.http_passes):
            with (
                _served(new_url, work) as one,
                _served(new_url, work, "--processes", "2") as two,
            ):
                for port, token in (one, two):
                    _load(port, first, token)
                for part in parts:
                    rates = [_load(port, part, token)["rate"] for port, token in (one, two)]
                    ratios.append(rates[1] / rates[0])
            _tell_last(ratios)
    return Figure(median(ratios), "load and database share the cores")


def _measure_lone(scale: Scale) -> Figure:
    work, invoices = _work(scale.http_invoices)
    part = len(invoices) // 3
    with sqlite() as new_url, _served(new_url, work) as (port, token):
        highest = _load(port, invoices[:part], token)["rate"]
        lone = _load(port, invoices[part : part + 500], token, clients=1)["median"]
        half = _load(port, invoices[-part:], token, every=2 / highest)
    note = f"{1000 * half['p99']:.1f} by {1000 * lone:.1f} ms; median {1000 * half['median']:.1f}"
    return Figure(half["p99"] / lone, note)


def _measure_files(scale: Scale) -> Figure:
    work, invoices = _work(scale.file_invoices)
    first, parts = _parted(invoices)
    ratios, rates, waits = [], [], []
    with sqlite() as new_url:
        for _ in range(scale.http_passes):
            with _served(new_url, work) as one, _served(new_url, work) as other:
                _load(one[0], first[::4], one[1])
                _send_file(other[0], first, other[1])
                for part in parts:
                    single = _load(one[0], part[::4], one[1])["rate"]
                    rate, soon = _send_file(other[0], part, other[1])
                    ratios.append(rate / single)
                    rates.append((rate, single))
                    waits.append(soon)
            _tell_last(ratios)
    files, singles = (median(some) for some in zip(*rates, strict=True))
    note = f"{files:.0f}/s of {singles:.0f}/s, {len(parts[0])} a file"
    return Figure(median(ratios), f"{note}; first answers after {median(waits):.2f} s")


def _send_file(port: int, invoices: list[bytes], token: str) -> tuple[float, float]:
    """Invoices a second of a file, and the seconds until its first answers came."""
    address, content = f"http://127.0.0.1:{port}/invoices/file", b"\n".join(invoices)
    headers = {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"}
    with httpx.Client(timeout=SECONDS) as client:
        begun = perf_counter()
        with client.stream("POST", address, content=content, headers=headers) as response:
            pieces = response.iter_raw()
            answers = next(pieces).count(b"\n")
            first = perf_counter() - begun
            answers += sum(piece.count(b"\n") for piece in pieces)
        seconds = perf_counter() - begun
    assert answers == len(invoices), response.status_code
    return answers / seconds, first


def _load(
    port: int, invoices: list[bytes], token: str = "", *, clients: int = CLIENTS, every: float = 0
) -> dict[str, Any]:
    """What clients in a process of their own saw (benchmarks/clients.py)."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\n".join(invoices))
        file.flush()
        done = subprocess.run(
            [
                sys.executable, "-m", "benchmarks.clients", str(port), str(clients), str(every),
                token or "none", file.name,
            ],
            env=environment(), stdout=subprocess.PIPE, check=True, timeout=SECONDS,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    assert set(found["statuses"]) <= {"201", "422"}, found["statuses"]
    return found


@contextmanager
def _served(new_url: NewUrl, work: Workload, *options: str) -> Iterator[tuple[int, str]]:
    """A server over a new database with the workload's cards: its port, and a token."""
    url = new_url()
    with prepared(url, work) as (_, token):
        pass
    with serving(url, *options) as address:
        yield int(address.rpartition(":")[2]), token


@contextmanager
def _bare() -> Iterator[int]:
    """The floor's port."""
    with process(["-m", "benchmarks.bare"], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        yield int(running.stdout.readline())
