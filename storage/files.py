"""Files that somebody sent, in a folder: each under a name of chance, whole, and never changed.

A file comes under its name with `.coming` after it. That is put on the disk before a row names the
file, and then renamed. Whoever writes one holds it (flock) until all of that is done: what a killed
process left is held by nobody, and is either named by a row, and gets its name, or removed.
"""

import os
from collections.abc import Callable
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import BinaryIO, NamedTuple

from attachments.limits import LARGEST
from attachments.verdict import Verdict
from storage.examination import examined

COMING = ".coming"
_NAME_BYTES = 16
_PIECE = 1 << 18


class TooLargeError(Exception):
    """More came than a file may have."""


class AlteredError(Exception):
    """A file is not there, or is not what was kept."""


class Whole(NamedTuple):
    """A file that is wholly there: its name in the folder, its bytes and their SHA-256."""

    name: str
    size: int
    sha256: bytes


class Incoming:
    """A file that is being written. Whoever takes it says what becomes of it; where nobody has
    taken it, `drop` leaves nothing of it."""

    def __init__(self, folder: Path) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._hash = sha256()
        self._size = 0
        self._path, self._file = _held(folder)

    def write(self, piece: bytes) -> None:
        """Add a piece. Raises TooLargeError, and OSError where the disk does not take it."""
        self._size += len(piece)
        if self._size > LARGEST:
            raise TooLargeError
        self._hash.update(piece)
        self._file.write(piece)

    def examined(self) -> Verdict:
        """The verdict on what was written. Raises ExaminerError."""
        self._file.flush()
        with self._path.open("rb") as file:
            return examined(file)

    def take(self) -> bool:
        """Whether the one who asks is the first, and has the file from now on."""
        with self._lock:
            is_first, self._is_taken = not self._is_taken, True
        return is_first

    def drop(self) -> None:
        """Leave nothing of it, unless somebody has taken it."""
        if self.take():
            self.discard()

    def settle(self) -> Whole:
        """Put all of it on the disk, so that a row may name it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        sync_names(self._path.parent)
        return Whole(self._path.stem, self._size, self._hash.digest())

    def finish(self) -> None:
        """Give it its name: a row has it now."""
        self._path.rename(self._path.with_suffix(""))
        self.release()

    def discard(self) -> None:
        """Remove it."""
        self._path.unlink()
        self.release()

    def release(self) -> None:
        """Let go of it, whatever became of it."""
        self._file.close()


def _held(folder: Path) -> tuple[Path, BufferedWriter]:
    """A new file that nobody sweeps away."""
    while True:
        path = folder / (token_hex(_NAME_BYTES) + COMING)
        file = path.open("xb")
        flock(file, LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # it was swept between the two


def sync_names(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def opened(folder: Path, whole: Whole) -> BinaryIO:
    """A file, found to be what was kept. Raises AlteredError."""
    file = found(folder, whole.name)
    hashed, size = sha256(), 0
    while piece := file.read(_PIECE):
        hashed.update(piece)
        size += len(piece)
    if (size, hashed.digest()) != (whole.size, whole.sha256):
        file.close()
        raise AlteredError
    file.seek(0)
    return file


def found(folder: Path, name: str) -> BinaryIO:
    """A file by its name, also before it has it. Raises AlteredError."""
    for path in (folder / name, folder / (name + COMING), folder / name):
        try:
            return path.open("rb")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise AlteredError from error
    raise AlteredError


def sweep(folder: Path, is_named: Callable[[str], bool]) -> None:
    """Put in order what killed processes left. `is_named` says whether a row names a file."""
    for path in folder.glob("*" + COMING):
        try:
            with path.open("rb") as file:
                flock(file, LOCK_EX | LOCK_NB)
                if is_named(path.stem):
                    path.rename(path.with_suffix(""))
                else:
                    path.unlink()
        except (BlockingIOError, FileNotFoundError):
            continue  # somebody writes it, or has put it in order meanwhile
