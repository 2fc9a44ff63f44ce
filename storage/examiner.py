"""The process that reads a file somebody sent: it has the file and nothing else, little memory and
little time, and ends after one.

    python -m storage.examiner < FILE     prints the verdict in JSON

What goes wrong in the libraries that read it goes wrong here.
"""

import sys
from resource import (
    RLIMIT_AS,
    RLIMIT_CORE,
    RLIMIT_CPU,
    RLIMIT_FSIZE,
    RLIMIT_NOFILE,
    setrlimit,
)

MOST_MEMORY = 1 << 30
MOST_SECONDS = 20
"""Of processor time: on a busy machine a slow reading is not an endless one."""
_MOST_FILES = 32


def main() -> None:
    """Read what stands on standard input, within the limits."""
    for kind, most in (
        (RLIMIT_AS, MOST_MEMORY),
        (RLIMIT_CPU, MOST_SECONDS),
        (RLIMIT_NOFILE, _MOST_FILES),
        (RLIMIT_FSIZE, 0),
        (RLIMIT_CORE, 0),
    ):
        setrlimit(kind, (most, most))
    import msgspec  # noqa: PLC0415 – within the limits, as all that follows

    from attachments.examining import examine  # noqa: PLC0415
    from attachments.verdict import Flaw, refused  # noqa: PLC0415

    try:
        verdict = examine(sys.stdin.buffer.read())
    except MemoryError:
        verdict = refused(Flaw("too_costly"))
    sys.stdout.buffer.write(msgspec.json.encode(verdict))


if __name__ == "__main__":
    main()
