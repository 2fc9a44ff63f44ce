"""What every check is."""

from typing import ClassVar

from adjudication.case import Case
from adjudication.invoice import Line
from adjudication.measures import AnyMeasure


class Check:
    """One question that one rule asks. `rule` is the rule's id, which its findings name.

    A check of the day is asked with the day's first line, and holds of all its lines. A check that
    `looks_back` depends on the patient's other lines or on the invoice; the answer of every other
    one depends on the line, the day and the care level alone.
    """

    looks_back: ClassVar[bool] = False

    __slots__ = ("rule",)

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def ask(self, case: Case, line: Line) -> None:
        """Add what is found of the line to `case.findings`, in the order of findings.py."""
        raise NotImplementedError

    def measure(self, case: Case, line: Line) -> AnyMeasure:
        """What `ask` looks at, in numbers; asked right after it, and only for explanations."""
        raise NotImplementedError
