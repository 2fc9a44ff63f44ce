"""A crew of workers, as the process that sends them their work sees it."""

import os
import signal
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from select import POLLIN, POLLOUT, poll
from types import TracebackType
from typing import NoReturn, Self

from cli.errors import WorkerLostError
from cli.frames import DEFECT, UNUSABLE, Frame, Incoming
from terms.errors import PartiturError

_BYTES_AT_ONCE = 1 << 18
_PIECES_AT_ONCE = 16
_BYTES_ON_THE_LINE = 1 << 20
"""A worker's whole reply lies there, and its next requests: where less does, or the system allows
less, it waits for this process to read."""
_SIGNALS = {signal.SIGINT, signal.SIGTERM}


class _Member:
    """One worker: its process, its end of the line, what waits to be sent and what has come."""

    def __init__(self, process: int, channel: socket.socket) -> None:
        self.process = process
        self.channel = channel
        self.waiting: deque[memoryview] = deque()
        self.coming = Incoming()
        self.frames: deque[Frame] = deque()
        self.is_gone = False


class Crew:
    """Workers with the same memory as this process has when they start.

    Nothing here waits for one worker alone: while it does, whatever another one says is taken in,
    so that no two ever wait for each other. When the block ends, no worker is left.
    """

    def __init__(self, count: int, serve: Callable[[socket.socket], None]) -> None:
        self._members: list[_Member] = []
        self._by_channel: dict[int, _Member] = {}
        self._poll = poll()
        self._count = count
        self._serve = serve

    def __enter__(self) -> Self:
        try:
            for _ in range(self._count):
                self._hire()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def send(self, who: int, frame: Frame) -> None:
        """Send a worker a frame. What it does not take at once is sent while waiting for others."""
        member = self._members[who]
        member.waiting.extend(memoryview(piece) for piece in frame.pieces() if piece)
        self._push(member)

    def receive(self, who: int) -> Frame:
        """The next frame from a worker. Raises what it could not go on for, or WorkerLostError."""
        member = self._members[who]
        while not member.frames:
            if member.is_gone:
                raise _lost(member)
            self._exchange()
        frame = member.frames.popleft()
        if frame.kind == UNUSABLE:
            raise PartiturError(frame.first.decode())
        if frame.kind == DEFECT:
            raise RuntimeError(frame.first.decode())
        return frame

    def dismiss(self) -> list[Frame]:
        """Tell all workers that no more comes; what each says last."""
        while any(member.waiting for member in self._members):
            self._exchange()
        for member in self._members:
            with suppress(OSError):  # it is gone; receive tells
                member.channel.shutdown(socket.SHUT_WR)
        return [self.receive(who) for who in range(self._count)]

    def _hire(self) -> None:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BYTES_ON_THE_LINE)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            process = os.fork()
            if process == 0:
                self._live(ours, theirs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        ours.setblocking(False)
        member = _Member(process, ours)
        self._members.append(member)
        self._by_channel[ours.fileno()] = member
        self._poll.register(ours, POLLIN)

    def _live(self, ours: socket.socket, theirs: socket.socket) -> NoReturn:
        """A worker's whole life. Ctrl-C reaches it too, but its end is the other process's word:
        that is gone when the line is dead."""
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            for member in self._members:  # or their workers would not see that line's end
                member.channel.close()
            ours.close()
            self._serve(theirs)
            status = 0
        finally:
            os._exit(status)  # none of what this process has begun is the worker's to finish

    def _exchange(self) -> None:
        """Wait until something can be sent or taken in, and do it."""
        for channel, event in self._poll.poll():
            member = self._by_channel[channel]
            if event & POLLOUT:
                self._push(member)
            if event & ~POLLOUT:
                self._pull(member)

    def _push(self, member: _Member) -> None:
        try:
            while member.waiting:
                sent = member.channel.sendmsg(list(islice(member.waiting, _PIECES_AT_ONCE)))
                while sent:
                    piece = member.waiting.popleft()
                    if sent < len(piece):
                        member.waiting.appendleft(piece[sent:])
                    sent -= min(sent, len(piece))
        except BlockingIOError:
            pass
        except OSError:  # it is gone; what it said before may still come
            member.waiting.clear()
        if not member.is_gone:
            self._poll.modify(member.channel, POLLIN | (POLLOUT if member.waiting else 0))

    def _pull(self, member: _Member) -> None:
        try:
            data = member.channel.recv(min(member.coming.missing, _BYTES_AT_ONCE))
        except OSError:
            data = b""
        if not data:
            member.is_gone = True
            member.waiting.clear()
            self._poll.unregister(member.channel)
            return
        frame = member.coming.take(data)
        if frame is not None:
            member.coming = Incoming()
            member.frames.append(frame)

    def _end(self) -> None:
        """Leave no worker behind. They hold nothing that would be lost with them."""
        for member in self._members:
            member.channel.close()
            if member.process:
                os.kill(member.process, signal.SIGKILL)
                os.waitpid(member.process, 0)


def _lost(member: _Member) -> WorkerLostError:
    process, member.process = member.process, 0
    _, status = os.waitpid(process, 0)
    end = os.waitstatus_to_exitcode(status)
    how = f"stoppades av signal {-end}" if end < 0 else f"slutade med status {end}"
    return WorkerLostError(f"en process som avgjorde fakturor {how}; kör om")
