"""Answering the lines of a file: one answer a line, in the order of the lines.

What one process does and several do alike; how they differ is in serial.py and parallel.py.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import msgspec

from adjudication.decision import Decision
from adjudication.invoice import Invoice
from cli.ledger import UNREAD, Ledger
from cli.numbers import Numbers
from cli.output import Output
from cli.source import Source
from cli.tally import Tally
from intake.lines import CHUNK, Chunk
from intake.malformed import Malformed, is_blank, malformed

Answer = Decision | Malformed | msgspec.Raw
Tell = Callable[[int], None]
"""Told now and then how many lines are answered."""

decode = msgspec.json.Decoder(Invoice).decode
encode_lines = msgspec.json.Encoder().encode_lines


class Answering(ABC):
    """Answers the lines of a source. Only where `is_counted` there is a summary afterwards."""

    def __init__(self, source: Source, output: Output, is_counted: bool) -> None:
        self.tally = Tally()
        self._is_counted = is_counted
        self._source = source
        self._output = output
        self._ledger = Ledger(source, output)
        self._numbers = Numbers(self._ledger, self._see_to_written)
        self._place = 0
        self._line = 0
        self._answers: list[Answer] = []
        self._decisions: list[Decision] = []
        self._contents: list[bytes] = []

    def run(self, tell: Tell) -> None:
        """Answer every line. What goes wrong with a file or a rule is raised with a note of the
        line that was reached."""
        try:
            for chunk in self._source.chunks(self._at_once):
                self._answer(chunk)
                tell(self._place)
            self._finish()
        except Exception as error:
            error.add_note(f"{self._source.name}, rad {self._line}")
            raise
        finally:
            self._ledger.close()
        self._source.check_unchanged()

    _at_once = CHUNK
    """About how many bytes of lines are answered together."""

    @abstractmethod
    def _answer(self, chunk: Chunk) -> None:
        """Answer some lines, and keep `_place` and `_line`."""

    @abstractmethod
    def _see_to_written(self, place: int) -> None:
        """See to it that the answer at a place is written."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what is left."""

    def _put_unreadable(self, line: bytes, number: int, read: Callable[[bytes], Invoice]) -> int:
        """Answer a line that `read` finds to be no invoice, but not a blank one. Gives how many
        answers that is."""
        if is_blank(line):
            self.tally.other_lines["blank"] += 1
            return 0
        self.tally.other_lines["malformed"] += 1
        self._answers.append(malformed(line, number, read))
        self._contents.append(UNREAD)
        return 1

    def _put_again(self, invoice: Invoice, first: int) -> None:
        """Answer an invoice whose number is used, by the one at `first`."""
        answer = self._numbers.answer_again(invoice, first)
        self._answers.append(answer)
        self._contents.append(UNREAD)
        if isinstance(answer, Decision):
            self._decisions.append(answer)
        else:
            self.tally.other_lines["sent_again"] += 1
