"""What does compiling the core buy, and does it change a single decision?

The same measurement as test_whole_pipe.py, with the core that `make compiled` built.
"""

from functools import cache, partial
from typing import Any

from benchmarks.conftest import Ask
from benchmarks.fresh import call, need_build
from benchmarks.pipes import compare, told
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale

WHOLE_PIPE = Question("Whole pipe, compiled core, one core", "× null pipe", must=3.0, aim=2.6)
SAME_DECISIONS = Question("Decisions the same, compiled or not", "digest", 1, is_at_least=True)


def measure(scale: Scale) -> Figure:
    """The median of the ratios."""
    found = _compared(scale.invoices, scale.repetitions)
    return Figure(found["ratio"], told(found))


def measure_sameness(scale: Scale) -> Figure:
    """1 where all decisions are the same to the byte, 0 where one is not."""
    compiled = _compared(scale.invoices, scale.repetitions)["digest"]
    pure = call(compare, scale.invoices, 1)["digest"]
    return Figure(float(compiled == pure), f"{scale.invoices} invoices, {pure[:12]}")


def test_compiled(ask: Ask, scale: Scale) -> None:
    """From the same source."""
    need_build()
    _compared.cache_clear()
    ask(WHOLE_PIPE, partial(measure, scale))


def test_same_decisions(ask: Ask, scale: Scale) -> None:
    """One digest of all decisions."""
    need_build()
    ask(SAME_DECISIONS, partial(measure_sameness, scale))


@cache
def _compared(invoices: int, repetitions: int) -> Any:
    return call(compare, invoices, repetitions, compiled=True)
