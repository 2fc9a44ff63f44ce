"""What does deciding cost, above reading and writing?

The whole pipe against the null pipe (pipes.py), over a stream of lifelike invoices. Both are also
timed alone, for the record that pytest-benchmark keeps; nothing is judged by that.
"""

from functools import partial

from pytest_benchmark.fixture import BenchmarkFixture

from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.fresh import call
from benchmarks.pipes import (
    CHUNK,
    Decide,
    compare,
    decide_all,
    desk_for,
    null_pipe,
    told,
    whole_pipe,
)
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.workload import workload

WHOLE_PIPE = Question("Whole pipe, pure Python, one core", "× null pipe", must=4.5, aim=4.0)


def measure(scale: Scale) -> Figure:
    """The median of the ratios."""
    found = call(compare, scale.invoices, scale.repetitions)
    return Figure(found["ratio"], told(found))


def test_whole_pipe(ask: Ask, scale: Scale) -> None:
    """Every rule is asked, every finding kept, strictness is on."""
    ask(WHOLE_PIPE, partial(measure, scale))


def test_null_pipe_for_the_record(benchmark: BenchmarkFixture) -> None:
    """500 invoices."""
    work = workload(CHUNK)
    ready = decide_all(desk_for(packaged_library(), work), work.invoices)
    benchmark(null_pipe, work.invoices, ready)


def test_whole_pipe_for_the_record(benchmark: BenchmarkFixture) -> None:
    """500 invoices, by a fresh desk."""
    library, work = packaged_library(), workload(CHUNK)

    def fresh_desk() -> tuple[tuple[list[bytes], Decide], dict[str, object]]:
        return (work.invoices, desk_for(library, work).decide), {}

    benchmark.pedantic(whole_pipe, setup=fresh_desk, rounds=30)  # type: ignore[no-untyped-call]
