"""Having a file read that nobody trusts: in a process of its own (storage/examiner.py)."""

import os
import subprocess
import sys
from typing import BinaryIO

import msgspec

from attachments.verdict import Flaw, Verdict, refused

_SECONDS = 60
"""Also where it waits for a processor."""

_COMMAND = (sys.executable, "-P", "-m", "storage.examiner")
_verdict = msgspec.json.Decoder(Verdict).decode


class ExaminerError(Exception):
    """The examiner itself does not work; no file is at fault."""


def examined(file: BinaryIO) -> Verdict:
    """The verdict on a file, read from where it stands. One that takes more memory or time than it
    may, or brings the reader down, is refused. Raises ExaminerError."""
    try:
        ended = subprocess.run(  # noqa: S603 – a command of ours
            _COMMAND,
            stdin=file,
            capture_output=True,
            timeout=_SECONDS,
            env={"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return refused(Flaw("too_costly"))
    if ended.returncode < 0:  # by a signal: its time was up, or the reader fell
        return refused(Flaw("too_costly"))
    if ended.returncode > 0:
        raise ExaminerError(f"exit status {ended.returncode}")
    return _verdict(ended.stdout)
