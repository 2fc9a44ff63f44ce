"""Where answers go: a file that gets its name when it is whole, or a stream."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import BinaryIO

from cli.errors import UnusableFileError, naming

STREAM = "-"
UNNAMED = "en tillfällig fil"
_WRITE_BACK = 8 << 20


class Output:
    """Takes answers in order and can read them back. `name` is for messages, `place` how many
    bytes are written."""

    def __init__(self, name: str, fd: int) -> None:
        self.name = name
        self.place = 0
        self._fd = fd

    def write(self, data: bytes) -> None:
        """Write all of it at once, so that whoever waits has it. Raises UnusableFileError, and
        BrokenPipeError where nobody reads any more."""
        write_all(self._fd, data, self.name)
        self.place += len(data)

    def read(self, start: int, size: int) -> bytes:
        """What was written at a place."""
        return os.pread(self._fd, size, start)


class FileOutput(Output):
    """A file being written."""

    def __init__(self, name: str, fd: int) -> None:
        super().__init__(name, fd)
        self._handed_over = 0

    def write(self, data: bytes) -> None:
        """Write, and have the disk begin with what is there, so that the end need not wait."""
        super().write(data)
        waiting = self.place - self._handed_over
        if waiting >= _WRITE_BACK and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._fd, self._handed_over, waiting, os.POSIX_FADV_DONTNEED)
            self._handed_over = self.place


class StreamOutput(Output):
    """A stream; a copy of what was written is kept in a temporary file without a name."""

    def __init__(self, name: str, fd: int) -> None:
        super().__init__(name, fd)
        self._copy: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Write to the stream, where someone may be waiting, and then to the copy."""
        super().write(data)
        if self._copy is None:
            self._copy = unnamed_file()
        write_all(self._copy.fileno(), data, UNNAMED)

    def close(self) -> None:
        """The copy is not asked any more; the stream is its opener's."""
        if self._copy is not None:
            self._copy.close()

    def read(self, start: int, size: int) -> bytes:
        """What was written at a place, from the copy."""
        return b"" if self._copy is None else os.pread(self._copy.fileno(), size, start)


def unnamed_file() -> BinaryIO:
    """A temporary file without a name, gone when it is closed and with the process."""
    from tempfile import TemporaryFile  # asked for when the first answers are out

    with naming(UNNAMED):
        return TemporaryFile("w+b", buffering=0, prefix="partitur-")


def write_all(fd: int, data: bytes, name: str) -> None:
    """Write all of it, however little is taken at a time."""
    with naming(name):
        written = os.write(fd, data)
        while written < len(data):
            data = data[written:]
            written = os.write(fd, data)


@contextmanager
def open_output(path: str) -> Iterator[Output]:
    """A file at `path`, or the stream there (`-` is standard output).

    Until the block has ended well a file has another name, beside its own; when it ends otherwise
    it is removed, and what had the name before is untouched. Raises UnusableFileError.
    """
    if path == STREAM:
        if sys.stdout is None:
            raise UnusableFileError("standard ut", "är stängd")
        with closing(StreamOutput("standard ut", 1)) as output:
            yield output
        return
    with naming(path):
        mode = _mode(path)
    if mode is None or stat.S_ISREG(mode):
        with _unfinished_file(path, mode) as file:
            yield file
    else:  # a device or a pipe: what is there is written into, not replaced
        with naming(path):
            fd = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            with closing(StreamOutput(path, fd)) as output:
                yield output
        finally:
            os.close(fd)


def _mode(path: str) -> int | None:
    """What kind of file is there and who may do what with it; None where nothing is."""
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


@contextmanager
def _unfinished_file(path: str, mode: int | None) -> Iterator[Output]:
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    unfinished = os.path.join(folder, f".partitur-{os.getpid()}.tmp")
    if mode is not None and not os.access(target, os.W_OK):
        raise UnusableFileError(path, "filen är skrivskyddad")
    try:
        with naming(path):
            fd = _create(unfinished)
            if mode is not None:
                os.fchmod(fd, stat.S_IMODE(mode))
        yield FileOutput(path, fd)
        with naming(path):
            os.fsync(fd)
            os.close(fd)
            os.replace(unfinished, target)
            _remember_name(folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
        raise


def _create(path: str) -> int:
    """A new file of our own. One that a killed run has left there makes way."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o666)
    except FileExistsError:
        os.unlink(path)
        return os.open(path, flags, 0o666)


def _remember_name(folder: str) -> None:
    """Have the disk know the new name too, where it can be asked to."""
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
