"""Where each answer lies and what its line said, so that memory holds neither.

A place counts the lines that got an answer, from 0. Of every so many it is known where they begin,
in the input and in the output; from there one counts on.
"""

import os
from array import array
from bisect import bisect_right
from typing import BinaryIO

import msgspec

from adjudication.invoice import Invoice, fingerprint
from cli.output import UNNAMED, Output, unnamed_file, write_all
from cli.source import Source
from intake.malformed import is_blank
from terms.person import without_dash

UNREAD = bytes(16)
"""Stands for the fingerprint of a line that is no invoice."""

_BLOCK = 1 << 15
_decode = msgspec.json.Decoder(Invoice).decode


def content_of(invoice: Invoice) -> bytes:
    """The fingerprint of what an invoice says."""
    return fingerprint(invoice, without_dash(invoice.patient))


class Ledger:
    """Finds again what was answered, and what was asked.

    A file is read again. Of a stream the fingerprints are kept, in a temporary file without a
    name: never a line.
    """

    def __init__(self, source: Source, output: Output) -> None:
        self._source = source
        self._output = output
        self._places = array("Q")
        self._lines = array("Q")
        self._asked_at = array("Q")
        self._answered_at = array("Q")
        self._asked: tuple[int, list[bytes]] = (-1, [])
        self._answers: tuple[int, list[bytes]] = (-1, [])
        self._fingerprints: BinaryIO | None = None
        self.keeps_contents = source.size is None

    def begin(self, place: int, line: int, start: int) -> None:
        """Note that the next answer written is of this place, and which line it answers: the one
        of this number, which begins there, or where that is blank one soon after it."""
        if not self._places or self._output.place - self._answered_at[-1] >= _BLOCK:
            self._places.append(place)
            self._lines.append(line)
            self._asked_at.append(start)
            self._answered_at.append(self._output.place)

    def keep(self, fingerprints: bytes) -> None:
        """Keep the fingerprints of the next places."""
        if self._fingerprints is None:
            self._fingerprints = unnamed_file()
        write_all(self._fingerprints.fileno(), fingerprints, UNNAMED)

    def close(self) -> None:
        """Nothing is asked any more."""
        if self._fingerprints is not None:
            self._fingerprints.close()

    def answer(self, place: int) -> bytes:
        """The answer at a place that is written."""
        block, index = self._block(place)
        if self._answers[0] != block or index >= len(self._answers[1]):
            start = self._answered_at[block]
            is_last = block + 1 == len(self._places)
            end = self._output.place if is_last else self._answered_at[block + 1]
            answers = self._output.read(start, end - start).split(b"\n")[:-1]
            self._answers = block, answers
        return self._answers[1][index]

    def content(self, place: int) -> bytes:
        """The fingerprint of the invoice at a place."""
        if self._fingerprints is not None:
            return os.pread(self._fingerprints.fileno(), len(UNREAD), place * len(UNREAD))
        block, index = self._block(place)
        if self._asked[0] != block or index >= len(self._asked[1]):
            self._asked = block, self._read_again(block, index)
        return content_of(_decode(self._asked[1][index]))

    def _block(self, place: int) -> tuple[int, int]:
        block = bisect_right(self._places, place) - 1
        return block, place - self._places[block]

    def _read_again(self, block: int, index: int) -> list[bytes]:
        lines: list[bytes] = []
        for chunk in self._source.again(self._lines[block], self._asked_at[block]):
            lines += [line for line in chunk.lines if not is_blank(line)]
            if len(lines) > index:
                break
        return lines
