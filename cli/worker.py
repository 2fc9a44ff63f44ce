"""A worker: a process that decides the invoices it is sent, in their order."""

import socket
from array import array
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import BinaryIO

from adjudication.decision import Decision
from adjudication.desk import Desk
from cli.answering import Answer, decode, encode_lines
from cli.frames import COUNTS, DEFECT, REPLY, UNUSABLE, Frame, Incoming
from cli.ledger import UNREAD, content_of
from cli.tally import Tally
from intake.malformed import UNREADABLE, malformed
from terms.errors import PartiturError


class Worker:
    """Decides by its own desk. Lines come from another process, which has seen to what concerns
    several workers' patients: that no number is used before."""

    def __init__(
        self, desk: Desk, today: Callable[[], date], keeps_contents: bool, is_counted: bool
    ) -> None:
        self._desk = desk
        self._today = today
        self._keeps_contents = keeps_contents
        self._is_counted = is_counted
        self._tally = Tally()

    def serve(self, channel: socket.socket) -> None:
        """Answer requests until no more come."""
        with channel.makefile("rb") as requests:
            try:
                while (request := _receive(requests)) is not None:
                    _send(channel, self._answer(request))
                _send(channel, Frame(COUNTS, self._tally.to_bytes()))
            except PartiturError as error:
                _send(channel, Frame(UNUSABLE, str(error).encode()))
            except OSError:
                raise  # the other process is gone
            except Exception as error:
                _send(channel, Frame(DEFECT, f"{type(error).__name__}: {error}".encode()))

    def _answer(self, request: Frame) -> Frame:
        numbers = array("Q", request.first)
        answers: list[Answer] = []
        decisions: list[Decision] = []
        contents: list[bytes] = []
        decide, today, keeps_contents = self._desk.decide, self._today, self._keeps_contents
        for number, line in zip(numbers, BytesIO(request.second), strict=True):
            try:
                invoice = decode(line)
            except UNREADABLE:
                answers.append(malformed(line, number, decode))
                contents.append(UNREAD)
                continue
            if keeps_contents:
                contents.append(UNREAD if invoice.protected_identity else content_of(invoice))
            decision = decide(invoice, invoice.received_on or today())
            answers.append(decision)
            decisions.append(decision)
        if self._is_counted:
            self._tally.add(decisions)
        self._tally.other_lines["malformed"] += len(answers) - len(decisions)
        return Frame(REPLY, encode_lines(answers), b"".join(contents) if keeps_contents else b"")


def _send(channel: socket.socket, frame: Frame) -> None:
    channel.sendall(b"".join(frame.pieces()))


def _receive(requests: BinaryIO) -> Frame | None:
    """The next request; None when no more come."""
    coming = Incoming()
    while True:
        data = requests.read(coming.missing)
        if not data:
            return None
        frame = coming.take(data)
        if frame is not None:
            return frame
