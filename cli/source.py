"""Where invoices come from: a file, which can be read again, or a stream, which cannot."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import select

from cli.errors import UnusableFileError, naming
from intake.lines import CHUNK, Chunk, chunks

STREAM = "-"


class Source:
    """An open file or stream of lines. `size` is None where it cannot be known; a file of known
    size can be read again."""

    def __init__(self, name: str, fd: int) -> None:
        self.name = name
        self.fd = fd
        status = os.fstat(fd)
        self._version = _version(status)
        if stat.S_ISDIR(status.st_mode):
            raise UnusableFileError(name, "är en mapp; ange en fil")
        self.begins_at = 0
        self.bytes_read = 0
        self.size: int | None = None
        if stat.S_ISREG(status.st_mode):
            self.begins_at = os.lseek(fd, 0, os.SEEK_CUR)
            self.size = max(status.st_size - self.begins_at, 0)

    def chunks(self, size: int = CHUNK) -> Iterator[Chunk]:
        """All its lines, in order, about `size` bytes of them at a time. Raises UnusableFileError
        where reading fails."""
        return chunks(self._reader(size, None), start=self.begins_at)

    def again(self, first: int, start: int) -> Iterator[Chunk]:
        """The lines from one whose number and place are known. Raises UnusableFileError where the
        file is not what it was."""
        self.check_unchanged()
        return chunks(self._reader(CHUNK, start), first, start)

    def is_waiting(self) -> bool:
        """Whether reading would wait for someone to write."""
        return self.size is None and not select([self.fd], [], [], 0)[0]

    def check_unchanged(self) -> None:
        """Raises UnusableFileError where a file was written to after it was opened."""
        if self.size is not None and _version(os.fstat(self.fd)) != self._version:
            raise UnusableFileError(self.name, "filen ändrades medan den lästes; kör om")

    def _reader(self, size: int, start: int | None) -> Callable[[], bytes]:
        place = start

        def read() -> bytes:
            nonlocal place
            with naming(self.name):
                if place is None:
                    data = os.read(self.fd, size)
                    self.bytes_read += len(data)
                    return data
                data = os.pread(self.fd, size, place)
                place += len(data)
                return data

        return read


def _version(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


@contextmanager
def open_source(path: str) -> Iterator[Source]:
    """The file at `path`, or standard input for `-`. Raises UnusableFileError."""
    if path == STREAM:
        if sys.stdin is None:
            raise UnusableFileError("standard in", "är stängd")
        yield Source("standard in", 0)
        return
    with naming(path):
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        yield Source(path, fd)
    finally:
        os.close(fd)
