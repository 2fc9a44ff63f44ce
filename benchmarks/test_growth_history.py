"""Does a decision cost more when more of a patient is remembered?

Patients with twenty approved lines behind them and patients with two hundred, over the same 26
months; then the same invoices for both, which must be decided alike. They come in order, or late:
treated up to three months before the last line that is remembered, so that what is remembered of
later days lies in the way. One in eight of these is of the year before, as it is over a whole year.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from statistics import median

from adjudication.decision import Decision
from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.fresh import call
from benchmarks.pipes import decide_all, frozen, seconds_of_both, totalled
from benchmarks.questions import Figure, Question
from benchmarks.regulars import (
    LAST_DAY,
    LINES,
    acquaint,
    desk_of,
    for_patients,
    next_invoices,
)
from benchmarks.scale import Scale

IN_ORDER = Question("200 remembered lines, invoices in order", "× 20 lines", must=1.1)
LATE = Question("200 remembered lines, invoices late", "× 20 lines", must=1.5)

PATIENTS = 2_000
MORE_LINES = 200

_DAYS = {
    "in order": [LAST_DAY + timedelta(days=day) for day in range(7, 37)],
    "late": [LAST_DAY - timedelta(days=day) for day in range(90)],
    "any day": [date(2026, 1, 12) + timedelta(days=day) for day in range(780)],
}


def compare(when: str, passes: int) -> dict[str, float]:
    """Both histories, in so many passes with fresh desks: medians of the ratio of the two whole
    pipes, and of each to its null pipe."""
    library = packaged_library()
    moved = next_invoices(PATIENTS, _DAYS[when])
    invoices = for_patients(moved, range(PATIENTS))
    ready = [
        decide_all(desk_of(library, PATIENTS, lines), invoices) for lines in (LINES, MORE_LINES)
    ]
    assert _outcomes(ready[0]) == _outcomes(ready[1])
    growths, few, more = [], [], []
    for this in range(passes):
        desks = [desk_of(library, PATIENTS, lines) for lines in (LINES, MORE_LINES)]
        for desk in desks:
            acquaint(desk, moved)
        turn = -1 if this % 2 else 1
        with frozen():
            pairs = [seconds_of_both(desk.decide, invoices, ready[0]) for desk in desks[::turn]]
            totals = [totalled(times) for times in zip(*zip(*pairs, strict=True), strict=True)]
        (null_20, whole_20), (null_200, whole_200) = totals[::turn]
        growths.append(whole_200 / whole_20)
        few.append(whole_20 / null_20)
        more.append(whole_200 / null_200)
    return {"growth": median(growths), "few": median(few), "more": median(more)}


def measure(when: str, scale: Scale) -> Figure:
    """How many times the cost with 20 lines that with 200 is."""
    found = call(compare, when, 3 * scale.passes)
    return Figure(found["growth"], f"{found['few']:.2f} and {found['more']:.2f} × null pipe")


def measure_late(scale: Scale) -> Figure:
    """Late, and for comparison on any day of the history."""
    late = measure("late", scale)
    any_day = measure("any day", scale)
    return Figure(late.value, f"{late.note}; of any day of the 26 months {any_day.value:.2f}")


def test_in_order(ask: Ask, scale: Scale) -> None:
    """What is remembered of earlier days is counted already."""
    ask(IN_ORDER, partial(measure, "in order", scale))


def test_late(ask: Ask, scale: Scale) -> None:
    """What is remembered has to be looked at."""
    ask(LATE, partial(measure_late, scale))


def _outcomes(decisions: Sequence[Decision]) -> list[tuple[str, int, list[str]]]:
    return [
        (one.status, one.allowed_ore, [line.outcome for line in one.lines]) for one in decisions
    ]
