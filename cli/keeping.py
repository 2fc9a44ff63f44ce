"""Answering a file into a database: every answer is kept before it is written.

A run that was stopped is simply run again: what is kept is answered as it was the first time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TypeVar

import msgspec

from adjudication.invoice import Invoice
from adjudication.library import Library
from cli.answering import Answering, encode_lines
from cli.database import in_use
from cli.output import Output
from cli.plain import Asked
from cli.referencedata import read_cards, read_preassessments
from cli.source import Source
from intake.lines import CHUNK, Chunk
from intake.malformed import UNREADABLE
from intake.strict import Reader
from preassessments.balance import PreassessmentRegister
from preassessments.decision import Preassessment
from registry.cards import Card, CardRegister
from storage.keeper import Keeper, Sent
from storage.reference import put_reference_data

T = TypeVar("T")

_INVOICES = Reader(Invoice)


class KeepingAnswering(Answering):
    """Decides by a keeper, some thousand invoices in each transaction."""

    _at_once = 16 * CHUNK

    def __init__(
        self,
        keeper: Keeper,
        source: Source,
        output: Output,
        today: Callable[[], date],
        is_counted: bool,
    ) -> None:
        super().__init__(source, output, is_counted)
        self._keeper = keeper
        self._today = today

    def _answer(self, chunk: Chunk) -> None:
        read: list[Sent] = []
        places: list[int] = []
        number = chunk.first
        try:
            for number, line in enumerate(chunk.lines, chunk.first):
                try:
                    invoice = _INVOICES.read(line)
                except UNREADABLE:
                    self._put_unreadable(line, number, _INVOICES.read)
                    continue
                places.append(len(self._answers))
                self._answers.append(msgspec.Raw())
                read.append(Sent(invoice, invoice.received_on or self._today()))
        finally:
            self._line = number
        for place, submitted in zip(places, self._keeper.submit(read), strict=True):
            assert submitted is not None
            self._answers[place] = msgspec.Raw(submitted.answer)
            if submitted.decision is None:
                self.tally.other_lines["sent_again"] += 1
            else:
                self._decisions.append(submitted.decision)
        if self._answers:
            self._output.write(encode_lines(self._answers))
        self._place += len(self._answers)
        if self._is_counted:
            self.tally.add(self._decisions)
        for written in (self._answers, self._decisions, self._contents):
            written.clear()

    def _see_to_written(self, _place: int) -> None:
        """Everything is written at once."""

    def _finish(self) -> None:
        """Everything is written at once."""


@contextmanager
def keeper_of(url: str, asked: Asked, library: Library) -> Iterator[Keeper]:
    """A keeper of this database, into which the cards and applications of files are put first."""
    cards: list[Card] = []
    applications: list[Preassessment] = []
    if asked.cards is not None:
        register = CardRegister({name: one.cards for name, one in library.regions.items()})
        read_cards(asked.cards, _each(register.add, cards.append))
    if asked.preassessments is not None:
        take_in = _each(PreassessmentRegister().add, applications.append)
        read_preassessments(asked.preassessments, library, take_in)
    with in_use(url) as database:
        keeper = Keeper(database, library, asked.region)

        keeper.acts.do(
            lambda connection: (
                None,
                put_reference_data(connection, library, cards, applications),
            )
        )
        yield keeper


def _each(check: Callable[[T], None], keep: Callable[[T], None]) -> Callable[[T], None]:
    def take_in(one: T) -> None:
        check(one)
        keep(one)

    return take_in
