"""How far a run has come, for whoever watches."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from cli.tally import whole

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SHOWN_AFTER = 0.5
_SHOWN_EVERY = 0.1


class Measured(Protocol):
    """What a run goes through: how large it is, where that is known, and how far it has come."""

    size: int | None
    bytes_read: int


class ProgressBar:
    """A bar on standard error. It appears when a run takes longer than a moment, and only if
    someone watches: the library for it is imported no earlier."""

    def __init__(self, source: Measured, is_watched: bool, what: str = "rader") -> None:
        self._source = source
        self._what = what
        self._shows_at = time.monotonic() + _SHOWN_AFTER if is_watched else float("inf")
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def tell(self, answered: int) -> None:
        """Show how far it has come, if it is time."""
        now = time.monotonic()
        if now < self._shows_at:
            return
        self._shows_at = now + _SHOWN_EVERY
        if self._bar is None:
            self._bar, self._task = _start(self._source.size)
        assert self._task is not None
        told = f"{whole(answered)} {self._what}"
        self._bar.update(self._task, completed=self._source.bytes_read, told=told, refresh=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _start(total: int | None) -> "tuple[Progress, TaskID]":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        auto_refresh=False,  # no thread beside the run
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bar.start()
    return bar, bar.add_task("", total=total, told="")
