"""Does a decision cost more when more patients are remembered?

Ten thousand patients and a million, with twenty approved lines each; then the same invoices for
patients of both. The two take turns, chunk by chunk, and each is measured against its null pipe.
A patient of the million is met once.
"""

from datetime import date, timedelta
from functools import partial
from random import Random
from statistics import median

from adjudication.desk import Desk
from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.fresh import call, tell
from benchmarks.pipes import REGION, decide_all, frozen, seconds_of_both, totalled
from benchmarks.questions import Figure, Question
from benchmarks.regulars import acquaint, desk_of, fill, for_patients, next_invoices
from benchmarks.scale import Scale

FEW = 10_000
GROWTH = Question("Very many patients remembered", "× ten thousand", must=1.5, aim=1.3)

_DAYS = [date(2028, 3, 20) + timedelta(days=day) for day in range(60)]


def compare(many: int, passes: int) -> dict[str, float]:
    """Both against their null pipe, in so many passes: medians."""
    library = packaged_library()
    large = Desk(library, REGION)
    fill(large, many, is_told=True)
    invoices = next_invoices(FEW, _DAYS)
    acquaint(large, invoices)
    answers = decide_all(desk_of(library, FEW), for_patients(invoices, range(FEW)))
    few: list[float] = []
    more: list[float] = []
    for this in range(passes):
        small = desk_of(library, FEW)
        acquaint(small, invoices)
        others = _not_met_before(this, many, passes)
        pairs = [
            (small.decide, for_patients(invoices, range(FEW))),
            (large.decide, for_patients(invoices, others)),
        ]
        turn = -1 if this % 2 else 1
        with frozen():
            both = [seconds_of_both(decide, texts, answers) for decide, texts in pairs[::turn]]
            totals = [totalled(times) for times in zip(*zip(*both, strict=True), strict=True)]
        for ratios, (null, whole) in zip((few, more), totals[::turn], strict=True):
            ratios.append(whole / null)
        tell(f"pass {this + 1} of {passes}: {few[-1]:.2f} and {more[-1]:.2f} × null pipe")
    growth = median(large / small for small, large in zip(few, more, strict=True))
    return {"growth": growth, "few": median(few), "many": median(more)}


def _not_met_before(this: int, many: int, passes: int) -> list[int]:
    """For each of the few one of the many that has the same history, another in each pass."""
    rng = Random(this)
    blocks = range(this, many // FEW, passes)
    return [serial + FEW * rng.choice(blocks) for serial in range(FEW)]


def measure(scale: Scale) -> Figure:
    """How many times the cost with few patients that with many is."""
    found = call(compare, scale.many_patients, scale.passes)
    return Figure(
        found["growth"],
        f"{found['few']:.2f} and {found['many']:.2f} × null pipe; "
        f"{scale.many_patients:,} patients".replace(",", " "),
    )


def test_growth_patients(ask: Ask, scale: Scale) -> None:
    """Only the caches of the processor know the difference."""
    ask(GROWTH, partial(measure, scale))
