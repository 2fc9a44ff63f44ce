"""The two pipes that are compared: the floor and the whole, both run in one process.

The *null pipe* decodes an invoice and encodes a ready decision of it, with nothing between. The
*whole pipe* decodes it, decides it by all rules and encodes the decision. Both use the shipped
shapes, with strictness on, and drop what they made. They take turns, some 500 invoices at a time,
on the same bytes.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from statistics import median
from time import process_time
from typing import Any

import msgspec

from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.invoice import Invoice
from adjudication.library import Library
from adjudication.packaged import packaged_library
from benchmarks.workload import Workload, workload

CHUNK = 500
REGION = "jonkoping"

decode = msgspec.json.Decoder(Invoice).decode
encode = msgspec.json.Encoder().encode

Decide = Callable[[Invoice, date], Decision]


def desk_for(library: Library, work: Workload) -> Desk:
    """A desk that knows the cards and applications, and no invoice yet."""
    desk = Desk(library, REGION)
    for card in work.cards:
        desk.cards.add(card)
    for application in work.preassessments:
        desk.preassessments.add(application)
    return desk


def decide_all(desk: Desk, invoices: Iterable[bytes]) -> list[Decision]:
    """The decisions of all invoices, ready to be encoded."""
    return [desk.decide(invoice, received(invoice)) for invoice in map(decode, invoices)]


def digest(decisions: Iterable[Decision]) -> str:
    """One digest of many decisions, as they are written to a file."""
    total = sha256()
    for decision in decisions:
        total.update(encode(decision) + b"\n")
    return total.hexdigest()


def received(invoice: Invoice) -> date:
    """The day of receipt, which every invoice of the workload states."""
    assert invoice.received_on is not None
    return invoice.received_on


def null_pipe(invoices: Sequence[bytes], ready: Sequence[Decision]) -> None:
    """The floor."""
    for text, decision in zip(invoices, ready, strict=True):
        decode(text)
        encode(decision)


def whole_pipe(invoices: Sequence[bytes], decide: Decide) -> None:
    """The subject."""
    for text in invoices:
        invoice = decode(text)
        encode(decide(invoice, invoice.received_on))  # type: ignore[arg-type]


def seconds_of_both(
    decide: Decide, invoices: Sequence[bytes], ready: Sequence[Decision]
) -> Iterator[tuple[float, float]]:
    """Seconds of the null pipe and of the whole one, chunk by chunk; who begins takes turns."""
    for place, start in enumerate(range(0, len(invoices), CHUNK)):
        chunk, answers = invoices[start : start + CHUNK], ready[start : start + CHUNK]
        if place % 2:
            whole = seconds_of(whole_pipe, chunk, decide)
            yield seconds_of(null_pipe, chunk, answers), whole
        else:
            null = seconds_of(null_pipe, chunk, answers)
            yield null, seconds_of(whole_pipe, chunk, decide)


def seconds_of(pipe: Callable[..., object], *arguments: object) -> float:
    """The processor time that a pipe takes: what a neighbour takes is not counted."""
    begun = process_time()
    pipe(*arguments)
    return process_time() - begun


def totalled(times: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Seconds of both pipes over all chunks."""
    nulls, wholes = zip(*times, strict=True)
    return sum(nulls), sum(wholes)


def compare(invoices: int, repetitions: int) -> dict[str, Any]:
    """Null pipe and whole pipe over a stream of so many invoices, each time with a fresh desk:
    medians of the ratio and of the null pipe's microseconds an invoice, the least and the greatest
    ratio, and the digest of all decisions."""
    library, work = packaged_library(), workload(invoices)
    ready = decide_all(desk_for(library, work), work.invoices)
    nulls, ratios = [], []
    for _ in range(repetitions):
        decide = desk_for(library, work).decide
        with frozen():
            null, whole = totalled(seconds_of_both(decide, work.invoices, ready))
        nulls.append(null / len(work.invoices) * 1e6)
        ratios.append(whole / null)
    return {
        "ratio": median(ratios),
        "null_us": median(nulls),
        "least": min(ratios),
        "greatest": max(ratios),
        "digest": digest(ready),
    }


def told(found: dict[str, Any]) -> str:
    """What `compare` found, in a few words."""
    whole = found["ratio"] * found["null_us"]
    return (
        f"{found['least']:.2f}–{found['greatest']:.2f}; null pipe {found['null_us']:.2f} µs, "
        f"whole {whole:.1f} µs, {1e3 / whole:.0f} k invoices/s"
    )


@contextmanager
def frozen() -> Iterator[None]:
    """Measure with everything that is there out of the garbage collector's sight, as the command
    does once its reference data is read; what comes after is collected as always."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
