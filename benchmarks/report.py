"""The answers as a table, and as benchmarks/RESULTS.md."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.questions import Answer

_HEAD = """\
# What it costs

Written by `make bench`. Ratios, each to a floor measured in the same run; absolute times are of
this machine only. What is asked, and how, is said at the head of each `benchmarks/test_*.py`. A
ratio on a shared machine moves by some 8 % between runs.
"""

_COLUMNS = ("question", "must", "aim", "measured", "", "met?", "")


def table(answers: Sequence[Answer]) -> str:
    """A row a question."""
    rows = [_COLUMNS, *map(_row, answers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def results(machine: Sequence[str], mix: str, answers: Sequence[Answer], steps: Path) -> str:
    """The whole page."""
    parts = [
        _HEAD,
        table(answers),
        "## Machine and versions",
        "\n".join(f"- {line}" for line in machine),
        "## The workload",
        mix,
        "## What each step gained, what was tried and dropped",
        steps.read_text(encoding="utf-8").strip(),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _row(answer: Answer) -> tuple[str, ...]:
    question, figure = answer.question, answer.figure
    return (
        question.text,
        question.bound(question.must),
        question.bound(question.aim),
        ""
        if figure is None
        else f"{figure.value:.0f}"
        if figure.value >= 100
        else f"{figure.value:.2f}",
        question.unit,
        answer.verdict(),
        "" if figure is None else figure.note,
    )
