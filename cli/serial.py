"""Answering a file in this process alone."""

from collections.abc import Callable
from datetime import date

from adjudication.desk import Desk
from cli.answering import Answering, decode, encode_lines
from cli.ledger import UNREAD, content_of
from cli.output import Output
from cli.source import Source
from intake.lines import Chunk
from intake.malformed import UNREADABLE


class SerialAnswering(Answering):
    """Decides every invoice by one desk. One that gives no day of receipt is taken to be received
    on `today()`."""

    def __init__(
        self,
        desk: Desk,
        source: Source,
        output: Output,
        today: Callable[[], date],
        is_counted: bool = True,
    ) -> None:
        super().__init__(source, output, is_counted)
        self._desk = desk
        self._today = today

    def _answer(self, chunk: Chunk) -> None:
        self._ledger.begin(self._place, chunk.first, chunk.start)
        answers, decisions, contents = self._answers, self._decisions, self._contents
        keeps_contents = self._ledger.keeps_contents
        decide, use, today, place = self._desk.decide, self._numbers.use, self._today, self._place
        number = chunk.first
        try:
            for number, line in enumerate(chunk.lines, chunk.first):
                try:
                    invoice = decode(line)
                except UNREADABLE:
                    place += self._put_unreadable(line, number, decode)
                    continue
                is_protected = invoice.protected_identity
                if not is_protected:
                    first = use(invoice.clinic, invoice.number, place)
                    if first != place:
                        self._put_again(invoice, first)
                        place += 1
                        continue
                decision = decide(invoice, invoice.received_on or today())
                answers.append(decision)
                decisions.append(decision)
                if keeps_contents:
                    contents.append(UNREAD if is_protected else content_of(invoice))
                place += 1
        finally:
            self._place, self._line = place, number
        self._write()

    def _see_to_written(self, _place: int) -> None:
        self._write()

    def _finish(self) -> None:
        self._write()

    def _write(self) -> None:
        if self._answers:
            self._output.write(encode_lines(self._answers))
            if self._ledger.keeps_contents:
                self._ledger.keep(b"".join(self._contents))
            if self._is_counted:
                self.tally.add(self._decisions)
            self._answers.clear()
            self._decisions.clear()
            self._contents.clear()
