"""Many senders, one transaction: whatever waits when the writer is free shares a commit."""

from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, Protocol

from sqlalchemy.exc import InterfaceError, OperationalError

from invoices.submission import Submitted
from storage.keeper import Keeper, Sent

MOST_AT_ONCE = 500


class Answer(Protocol):
    """Where an answer goes: a future of asyncio or of threads. Its sender may have given up."""

    def done(self) -> bool:
        """Whether it has one, or nobody waits."""

    def set_result(self, result: Any, /) -> None:
        """The answer; None where the sender's token is revoked."""

    def set_exception(self, exception: Any, /) -> None:
        """What went wrong instead."""


class Waiting(NamedTuple):
    """An invoice whose sender waits."""

    sent: Sent
    answer: Answer


class Writer:
    """A thread that decides by a keeper of its own. There is no timer: a lone invoice is decided at
    once, and while a transaction is being kept, the next one gathers.

    `deliver` calls a function where answers may be set: in the thread itself, or in an event loop.
    """

    def __init__(
        self, keeper: Keeper, deliver: Callable[[Callable[[], None]], object] = lambda act: act()
    ) -> None:
        self._keeper = keeper
        self._deliver = deliver
        self._queue: SimpleQueue[tuple[Waiting, ...] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="partitur-writer", daemon=True)
        self._thread.start()

    def submit(self, *waiting: Waiting) -> None:
        """Hand in invoices. Each is answered when it is kept."""
        self._queue.put(waiting)

    def close(self) -> None:
        """Answer everybody who waits, and end."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = list(first)
            while len(batch) < MOST_AT_ONCE and not self._queue.empty():
                further = self._queue.get()
                if further is None:
                    self._queue.put(None)  # this batch is the last
                    break
                batch += further
            self._answer(batch)

    def _answer(self, batch: list[Waiting]) -> None:
        """Answer all in one transaction. Where that fails each is tried alone, so that what is
        wrong with one is not held against the others; a database that cannot be used now is not
        tried again for each."""
        try:
            answers = self._keeper.submit([one.sent for one in batch])
        except (OperationalError, InterfaceError) as error:
            for one in batch:
                self._deliver(partial(_fail, one.answer, error))
            return
        except Exception as error:
            if len(batch) == 1:
                self._deliver(partial(_fail, batch[0].answer, error))
                return
            for one in batch:
                self._answer([one])
            return
        self._deliver(partial(_tell, batch, answers))


def _tell(batch: Sequence[Waiting], answers: Sequence[Submitted | None]) -> None:
    for one, submitted in zip(batch, answers, strict=True):
        if not one.answer.done():
            one.answer.set_result(submitted)


def _fail(answer: Answer, error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
