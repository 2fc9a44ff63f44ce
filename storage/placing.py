"""Files of a run on a disk: each has its name only when it is whole."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from typing import Literal

from storage.exporting import RunFile
from storage.files import sync_names
from terms.errors import PartiturError

Placing = Literal["write", "rename"]
_UNFINISHED = ".unfinished"


class OtherContentError(PartiturError):
    """There is a file of this name with another content, which may have been sent."""


def place_files(
    folder: Path,
    files: Sequence[tuple[RunFile, bytes]],
    tell: Callable[[Placing], None] = lambda _what: None,
) -> list[Path]:
    """Write files into a folder that is there: under another name, onto the disk, and then under
    their own. Those that are there already are left as they are. Raises OtherContentError, and
    OSError where the disk refuses."""
    with _alone_in(folder):
        return [_placed(folder, one, content, tell) for one, content in files]


def _placed(folder: Path, one: RunFile, content: bytes, tell: Callable[[Placing], None]) -> Path:
    path = folder / one.name
    if path.exists():
        if sha256(path.read_bytes()).hexdigest() != one.sha256:
            raise OtherContentError(
                f"{path}: det finns redan en fil med det namnet och ett annat innehåll"
            )
        return path
    unfinished = folder / (one.name + _UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    tell("write")
    unfinished.rename(path)
    sync_names(folder)
    tell("rename")
    return path


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else writes files of runs into the folder meanwhile. What a killed process has left
    unfinished there is written anew."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        flock(opened, LOCK_EX)
        yield
    finally:
        os.close(opened)
