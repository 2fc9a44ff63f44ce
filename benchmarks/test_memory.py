"""How much is remembered of a patient, and of an invoice number?

What Python itself counts of a tenth of a million patients (or numbers), beside what the operating
system gives a process that holds a million. Cards are reference data and not counted; all that the
invoices leave behind is: the patient's number as a text, the place in the table of patients, what
is counted already, twenty approved lines.
"""

import gc
import os
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import cast

from adjudication.desk import Desk
from adjudication.packaged import packaged_library
from benchmarks.conftest import Ask
from benchmarks.fresh import call
from benchmarks.pipes import REGION
from benchmarks.questions import Figure, Question
from benchmarks.regulars import LINES, give_cards, give_history
from benchmarks.scale import Scale
from cli.ledger import Ledger
from cli.numbers import Numbers

A_PATIENT = Question("A patient with 20 approved lines", "bytes", must=600)
A_NUMBER = Question("An invoice number remembered", "bytes", must=120)

Fill = Callable[[int], object]


def bytes_a_patient(patients: int, is_traced: bool) -> float:
    """What a patient takes, of so many."""
    desk = Desk(packaged_library(), REGION)
    give_cards(desk, patients, is_told=True)

    def fill(many: int) -> object:
        give_history(desk, many, LINES, is_told=True)
        return desk

    return _bytes_each(fill, patients, is_traced)


def bytes_a_number(numbers: int, is_traced: bool) -> float:
    """What an invoice number takes, of so many; none of them comes back."""

    def fill(many: int) -> object:
        used = Numbers(cast(Ledger, None), lambda _place: None)
        for place in range(many):
            used.use(f"SE2321000057-{place % 97:04X}", str(100_000 + place // 97), place)
        return used

    return _bytes_each(fill, numbers, is_traced)


def measure(count: Callable[[int, bool], float], scale: Scale) -> Figure:
    """By Python's count; by the operating system beside it."""
    many = scale.many_patients
    resident = call(count, many, False)
    traced = call(count, many // 10, True)
    return Figure(traced, f"counted over {many // 10}; resident {resident:.0f}, over {many}")


def test_a_patient(ask: Ask, scale: Scale) -> None:
    """Sixteen bytes a line, and what a patient takes whatever was done."""
    ask(A_PATIENT, partial(measure, bytes_a_patient, scale))


def test_a_number(ask: Ask, scale: Scale) -> None:
    """A hash and a place."""
    ask(A_NUMBER, partial(measure, bytes_a_number, scale))


def _bytes_each(fill: Fill, many: int, is_traced: bool) -> float:
    gc.collect()
    gc.freeze()
    if is_traced:
        tracemalloc.start()
    before = _taken(is_traced)
    kept = fill(many)
    gc.collect()
    taken = _taken(is_traced) - before
    del kept
    return taken / many


def _taken(is_traced: bool) -> int:
    """Bytes held now."""
    if is_traced:
        return tracemalloc.get_traced_memory()[0]
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
