"""Many senders, one transaction: whatever waits when the writer is free shares a commit."""

from concurrent.futures import Future
from datetime import date
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from adjudication.invoice import Invoice
from invoices.submission import Submitted
from storage.keeper import Keeper

MOST_AT_ONCE = 500


class _Waiting(NamedTuple):
    """An invoice whose sender waits."""

    invoice: Invoice
    received_on: date
    answer: "Future[Submitted]"


class Writer:
    """A thread that decides by a keeper of its own. There is no timer: a lone invoice is decided at
    once, and while a transaction is being kept, the next one gathers."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="partitur-writer")
        self._thread.start()

    def submit(self, invoice: Invoice, received_on: date) -> "Future[Submitted]":
        """Hand in an invoice. The answer is there when it is kept."""
        waiting = _Waiting(invoice, received_on, Future())
        self._queue.put(waiting)
        return waiting.answer

    def close(self) -> None:
        """Answer everybody who waits, and end."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < MOST_AT_ONCE and not self._queue.empty():
                further = self._queue.get()
                if further is None:
                    self._queue.put(None)  # this batch is the last
                    break
                batch.append(further)
            self._answer(batch)

    def _answer(self, batch: list[_Waiting]) -> None:
        """Answer all in one transaction. Where that fails each is tried alone, so that what is
        wrong with one is not held against the others."""
        try:
            answers = self._keeper.submit([(one.invoice, one.received_on) for one in batch])
        except Exception as error:
            if len(batch) == 1:
                batch[0].answer.set_exception(error)
                return
            for one in batch:
                self._answer([one])
            return
        for one, submitted in zip(batch, answers, strict=True):
            one.answer.set_result(submitted)
