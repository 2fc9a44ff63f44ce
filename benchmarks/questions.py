"""A question that a benchmark asks, and the figure that answers it."""

from typing import NamedTuple


class Question(NamedTuple):
    """`must` is a highest figure, or with `is_at_least` a lowest; `aim` what we are after."""

    text: str
    unit: str
    must: float
    aim: float | None = None
    is_at_least: bool = False

    def is_met_by(self, figure: float) -> bool:
        """Whether the figure is within what it must be."""
        return self._is_within(figure, self.must)

    def is_aim_met_by(self, figure: float) -> bool:
        """Whether the figure is within what it aims at; without an aim, within what it must be."""
        return self._is_within(figure, self.must if self.aim is None else self.aim)

    def bound(self, figure: float | None) -> str:
        """A bound as one writes it."""
        return "–" if figure is None else f"{'≥' if self.is_at_least else '≤'} {figure:g}"

    def _is_within(self, figure: float, bound: float) -> bool:
        return figure >= bound if self.is_at_least else figure <= bound


class Figure(NamedTuple):
    """What was measured, and in a few words what lies behind it."""

    value: float
    note: str = ""


class Answer(NamedTuple):
    """A question with its figure, or None with the reason why there is none."""

    question: Question
    figure: Figure | None
    reason: str = ""

    def verdict(self) -> str:
        """How it went, in one or two words."""
        if self.figure is None:
            return self.reason
        if not self.question.is_met_by(self.figure.value):
            return "**NO**"
        return "yes" if self.question.is_aim_met_by(self.figure.value) else "yes, aim not"
