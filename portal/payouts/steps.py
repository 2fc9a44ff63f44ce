"""The way of a run as a row of steps: who did each and when, and which comes next."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from storage.moments import MICROSECONDS
from storage.payments import Answered
from storage.runs import KeptRun

Name = Literal["prepare", "approve", "discard", "export", "answer"]


class ShownStep(NamedTuple):
    """A step; `who` and `at` (microseconds since 1970) where it is done, `is_next` where it is the
    one that is waited for."""

    name: Name
    who: str | None
    at: int | None
    is_next: bool

    @property
    def is_done(self) -> bool:
        """Whether it is behind us."""
        return self.who is not None


def steps_of(run: KeptRun, answered: Answered | None) -> list[ShownStep]:
    """Those that are done, and those that are left until the bank has answered."""
    done = [
        ShownStep(one.move, one.account, int(one.at.timestamp()) * MICROSECONDS, is_next=False)
        for one in run.steps
    ]
    if run.state == "discarded":
        return done
    if answered is not None and run.outcome != "waiting":
        done.append(ShownStep("answer", answered.by, answered.at, is_next=False))
    left = list(_left(run))
    return done + [ShownStep(name, None, None, place == 0) for place, name in enumerate(left)]


def _left(run: KeptRun) -> Iterator[Name]:
    approved = sum(one.move == "approve" for one in run.steps)
    if run.state in {"prepared", "approved_once"}:
        for _ in range(max(run.approvers - approved, 1)):
            yield "approve"
    if run.state != "exported":
        yield "export"
    if run.outcome in {None, "waiting"}:
        yield "answer"
