"""What the command itself can find broken.

    PartiturError (terms/errors.py)
    ├── MistakenError       something is asked that cannot be done
    ├── UnusableFileError   a file or stream that cannot be read or written, or a line of it
    └── WorkerLostError     a process that decided invoices ended before its time

Each becomes one line on standard error, and the exit status 2.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from terms.errors import PartiturError

_REASONS = {
    errno.ENOENT: "filen eller mappen finns inte",
    errno.EACCES: "rättighet saknas",
    errno.EPERM: "rättighet saknas",
    errno.EISDIR: "är en mapp; ange en fil",
    errno.ENOTDIR: "en del av sökvägen är ingen mapp",
    errno.ENAMETOOLONG: "namnet är för långt",
    errno.ELOOP: "länkarna går i cirkel",
    errno.ENOSPC: "disken är full; frigör plats och kör om",
    errno.EDQUOT: "diskkvoten är slut; frigör plats och kör om",
    errno.EFBIG: "filen blir större än vad som är tillåtet här",
    errno.EROFS: "disken är skrivskyddad",
    errno.EIO: "läs- eller skrivfel på disken",
    errno.EBADF: "är stängd",
    errno.ENXIO: "ingen läser i andra änden",
}


class MistakenError(PartiturError):
    """Something is asked that cannot be done."""


class UnusableFileError(PartiturError):
    """A file or stream that cannot be read or written: its name, and what is wrong."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")


class WorkerLostError(PartiturError):
    """A process that decided invoices ended before its time."""


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Whatever the operating system finds wrong is told of the file of this name. A closed pipe is
    nothing wrong with it, and stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        known = _REASONS.get(error.errno or 0)
        raise UnusableFileError(name, known or error.strerror or str(error)) from error
