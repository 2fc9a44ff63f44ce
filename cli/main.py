"""The command `partitur`: how every kind of end is told.

What can be asked of it stands in commands.py.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from terms.errors import PartiturError

UNUSABLE = 2
DEFECT = 70
INTERRUPTED = 128 + signal.SIGINT
CLOSED_PIPE = 128 + signal.SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit status. Whatever goes wrong is told in one line on
    standard error; a traceback is shown only where PARTITUR_DEBUG asks for it."""
    gc.disable()  # until much is loaded that stays: see adjudicate.py
    try:
        _clean_up_at_the_end()
        status = _run(sys.argv[1:] if arguments is None else arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except BrokenPipeError:
        _close_quietly()
        return CLOSED_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except (PartiturError, OSError) as error:
        return _told(f"{error}{_notes(error)}", UNUSABLE)
    except Exception as error:
        if os.environ.get("PARTITUR_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}{_notes(error)}"
        return _told(f"fel i programmet: {what}. PARTITUR_DEBUG=1 visar var", DEFECT)
    finally:
        gc.enable()


def _run(arguments: Sequence[str]) -> int:
    """Do what is asked; what is imported for it is an interrupt's concern, too."""
    if arguments[:1] == ["adjudicate"]:
        from cli.plain import read_plainly

        asked = read_plainly(arguments[1:])
        if asked is not None:
            from cli.running import run

            run(asked)
            return 0
    from cli import commands

    return commands.run(arguments)


def _clean_up_at_the_end() -> None:
    """Being told to end, tidy up as at Ctrl-C."""
    for one in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) == signal.SIG_DFL:  # nohup wants it ignored
            signal.signal(one, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _notes(error: Exception) -> str:
    """Where it happened, as the commands noted it."""
    return "".join(f" ({note})" for note in getattr(error, "__notes__", ()))


def _told(message: str, status: int) -> int:
    if sys.stderr is not None:
        try:
            print(f"partitur: {message}", file=sys.stderr)
        except BrokenPipeError:
            _close_quietly()
    return status


def _close_quietly() -> None:
    """Nobody reads any more; what is left in the buffers goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


if __name__ == "__main__":
    sys.exit(main())
