"""How the benchmarks are run by pytest: `python -m benchmarks`."""

from collections.abc import Callable

import pytest

from benchmarks.fresh import tell
from benchmarks.questions import Answer, Figure, Question
from benchmarks.scale import SCALES, Scale

Measure = Callable[[], Figure]
Ask = Callable[[Question, Measure], None]

ANSWERS = pytest.StashKey[list[Answer]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much is measured."""
    parser.addoption("--scale", choices=sorted(SCALES), default="quick", help="how much to measure")


def pytest_configure(config: pytest.Config) -> None:
    """Answers are gathered beside pytest's own report."""
    config.stash.setdefault(ANSWERS, [])


@pytest.fixture(scope="session")
def scale(pytestconfig: pytest.Config) -> Scale:
    """How much is measured."""
    return SCALES[pytestconfig.getoption("--scale")]


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Ask:
    """Ask a question: measure, once more where the figure is not what it must be, and fail where
    the second is not either."""
    answers = request.config.stash[ANSWERS]

    def ask_it(question: Question, measure: Measure) -> None:
        tell(question.text)
        try:
            figure = measure()
            if not question.is_met_by(figure.value):
                tell(f"{figure.value:.2f}, must be {question.bound(question.must)}: once more")
                figure = _better(question, figure, measure())
        except pytest.skip.Exception as skipped:
            answers.append(Answer(question, None, f"not measured: {skipped}"))
            raise
        except Exception as broken:
            answers.append(Answer(question, None, f"**NO**, broken: {type(broken).__name__}"))
            raise
        answers.append(Answer(question, figure))
        assert question.is_met_by(figure.value), (
            f"{question.text}: must be {question.bound(question.must)} {question.unit}, "
            f"is {figure.value:.2f} ({figure.note})"
        )

    return ask_it


def _better(question: Question, first: Figure, second: Figure) -> Figure:
    choose = max if question.is_at_least else min
    return choose(first, second, key=lambda figure: figure.value)
