"""Answering a file with several processes: the same answers, byte for byte.

Each worker decides for patients of its own, so that no patient's invoices pass one another. Here
lines are read in their order, numbers are checked in that order, and answers put back into it.
"""

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from itertools import repeat
from typing import NamedTuple

import msgspec

from adjudication.desk import Desk
from cli.answering import Answering, Tell, decode, encode_lines
from cli.crew import Crew
from cli.frames import REQUEST, Frame
from cli.ledger import UNREAD
from cli.output import Output
from cli.source import Source
from cli.worker import Worker
from intake.lines import CHUNK, TOO_LONG, Chunk
from intake.malformed import UNREADABLE, is_blank

_MOST_PARTS = 8
"""So many parts of the file may be with the workers: memory does not grow with the file."""


class _Glance(msgspec.Struct, gc=False):
    """As much of an invoice as tells whose it is. Where this cannot be read the whole cannot; what
    is wrong with the rest is for the worker to find."""

    clinic: str
    number: str
    patient: str
    protected_identity: bool | None = False


_glance = msgspec.json.Decoder(_Glance).decode


class _Part(NamedTuple):
    """Lines that are with the workers: where they begin, who answers each (the number after the
    last worker's is this process), what was answered here, and which workers were sent any."""

    begins: tuple[int, int, int] | None
    whose: list[int]
    answered_here: bytes
    workers: list[int]


class ParallelAnswering(Answering):
    """Answers as SerialAnswering does, with so many processes beside this one."""

    _at_once = 4 * CHUNK

    def __init__(
        self,
        desk: Desk,
        source: Source,
        output: Output,
        today: Callable[[], date],
        processes: int,
        is_counted: bool = True,
    ) -> None:
        super().__init__(source, output, is_counted)
        today()  # so that all keep to one day
        worker = Worker(desk, today, self._ledger.keeps_contents, is_counted)
        self._crew = Crew(processes, worker.serve)
        self._begins: tuple[int, int, int] | None = None
        self._whose: list[int] = []
        self._numbers_for = [array("Q") for _ in range(processes)]
        self._lines_for: list[list[bytes]] = [[] for _ in range(processes)]
        self._parts: deque[_Part] = deque()
        self._written = 0

    def run(self, tell: Tell) -> None:
        """Answer every line, as any Answering does; when it ends, no process is left."""
        with self._crew:
            super().run(tell)

    def _answer(self, chunk: Chunk) -> None:
        self._begins = (self._place, chunk.first, chunk.start)
        put_whose = self._whose.append
        put_number = [numbers.append for numbers in self._numbers_for]
        put_line = [lines.append for lines in self._lines_for]
        use, workers, place, number = self._numbers.use, len(put_line), self._place, chunk.first
        try:
            for number, line in enumerate(chunk.lines, chunk.first):
                try:
                    glance = _glance(line)
                except UNREADABLE:
                    if line is TOO_LONG or is_blank(line):
                        if self._put_unreadable(line, number, decode):
                            put_whose(workers)
                            place += 1
                        continue
                    who = number % workers
                else:
                    who = hash(glance.patient.replace("-", "")) % workers
                    if not glance.protected_identity:
                        first = use(glance.clinic, glance.number, place)
                        if first != place and self._answer_again(line, first):
                            who = workers
                put_whose(who)
                if who != workers:
                    put_number[who](number)
                    put_line[who](line)
                place += 1
        finally:
            self._place, self._line = place, number
        self._hand_out()
        while len(self._parts) > _MOST_PARTS or (self._parts and self._source.is_waiting()):
            self._take_back()

    def _answer_again(self, line: bytes, first: int) -> bool:
        """Answer a line whose number is used, unless it turns out not to be an invoice."""
        try:
            invoice = decode(line)
        except UNREADABLE:
            return False
        self._put_again(invoice, first)
        return True

    def _see_to_written(self, place: int) -> None:
        if place >= self._written + sum(len(part.whose) for part in self._parts):
            self._hand_out()
        while place >= self._written:
            self._take_back()

    def _finish(self) -> None:
        while self._parts:
            self._take_back()
        for frame in self._crew.dismiss():
            self.tally.add_bytes(frame.first)

    def _hand_out(self) -> None:
        """Send the workers their lines since the last time."""
        if not self._whose:
            return
        workers = [who for who, lines in enumerate(self._lines_for) if lines]
        for who in workers:
            lines, numbers = self._lines_for[who], self._numbers_for[who]
            self._crew.send(who, Frame(REQUEST, numbers.tobytes(), b"".join(lines)))
            lines.clear()
            del numbers[:]
        answered_here = encode_lines(self._answers)
        self._parts.append(_Part(self._begins, self._whose.copy(), answered_here, workers))
        if self._is_counted:
            self.tally.add(self._decisions)
        self._begins = None
        for handed_out in (self._whose, self._answers, self._decisions, self._contents):
            handed_out.clear()

    def _take_back(self) -> None:
        """Write the answers to the lines that were handed out first."""
        part = self._parts.popleft()
        answers: list[Iterator[bytes]] = [iter(()) for _ in self._lines_for]
        contents = answers.copy()
        for who in part.workers:
            reply = self._crew.receive(who)
            answers[who] = BytesIO(reply.first)  # line by line, at a fifth of what a split takes
            contents[who] = _fingerprints(reply.second)
        answers.append(BytesIO(part.answered_here))
        contents.append(repeat(UNREAD))
        if part.begins is not None:
            self._ledger.begin(*part.begins)
        self._output.write(b"".join(map(next, map(answers.__getitem__, part.whose))))
        if self._ledger.keeps_contents:
            self._ledger.keep(b"".join(map(next, map(contents.__getitem__, part.whose))))
        self._written += len(part.whose)


def _fingerprints(data: bytes) -> Iterator[bytes]:
    size = len(UNREAD)
    return (data[start : start + size] for start in range(0, len(data), size))
