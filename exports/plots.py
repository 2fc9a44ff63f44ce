"""Figures as charts. Of few patients nothing is drawn apart (invoices/figures.py)."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from exports.charts import Bar, bar_chart, line_chart
from exports.figures import FEW, NOT_TOLD, age_names, share
from invoices.figures import FEWEST_SHOWN, Figures, FirstPass, Spend, concealed
from terms.money import NO_BREAK_SPACE, kronor

Plot = Literal[
    "spend_by_month",
    "spend_by_category",
    "spend_by_clinic",
    "first_pass_by_month",
    "waiting_by_age",
]
MOST_BARS: Final = 20
_STEPS: Final = 4
_HUNDRED: Final = 1_000
"""Shares are drawn in thousandths."""


def write_plot(figures: Figures, plot: Plot) -> str:
    """A chart as SVG."""
    return _PLOTS[plot](figures)


def _spend_by_month(figures: Figures) -> str:
    points = [_bar(row, concealed(figures.by_month)) for row in figures.by_month]
    highest = max((one.value or 0 for one in points), default=0)
    title = f"Godkänt per behandlingsmånad, {_period(figures)}"
    return line_chart("spend_by_month", title, points, _steps(highest))


def _spend_by_category(figures: Figures) -> str:
    title = f"Godkänt per kategori, {_period(figures)}"
    return bar_chart("spend_by_category", title, _largest(figures.by_category))


def _spend_by_clinic(figures: Figures) -> str:
    title = f"Godkänt per klinik, {_period(figures)}"
    return bar_chart("spend_by_clinic", title, _largest(figures.by_clinic))


def _first_pass_by_month(figures: Figures) -> str:
    points = [_share_of(one) for one in figures.first_pass_by_month]
    steps = [
        Bar("", _HUNDRED * place // _STEPS, f"{100 * place // _STEPS}{NO_BREAK_SPACE}%")
        for place in range(_STEPS + 1)
    ]
    title = f"Fakturor godkända direkt, {_period(figures)}"
    return line_chart("first_pass_by_month", title, points, steps)


def _waiting_by_age(figures: Figures) -> str:
    sums = [sum(ages) for ages in zip(*(one.ages for one in figures.waiting), strict=True)]
    bars = [Bar(name, many, _whole(many)) for name, many in zip(age_names(), sums, strict=False)]
    return bar_chart("waiting_by_age", f"Rader och ansökningar som väntar {figures.on}", bars)


_PLOTS: Final[dict[Plot, Callable[[Figures], str]]] = {
    "spend_by_month": _spend_by_month,
    "spend_by_category": _spend_by_category,
    "spend_by_clinic": _spend_by_clinic,
    "first_pass_by_month": _first_pass_by_month,
    "waiting_by_age": _waiting_by_age,
}


def _period(figures: Figures) -> str:
    return f"{figures.first_on}–{figures.last_on}"


def _bar(row: Spend, hidden: frozenset[str]) -> Bar:
    if row.of in hidden:
        return Bar(row.of, None, FEW if row.patients < FEWEST_SHOWN else NOT_TOLD)
    return Bar(row.of, row.allowed_ore, _whole_kronor(row.allowed_ore))


def _largest(rows: Sequence[Spend]) -> list[Bar]:
    """The largest, what is not told apart last; of further ones the sum."""
    hidden = concealed(rows)
    ordered = sorted(rows, key=lambda row: (row.of in hidden, -row.allowed_ore, row.of))
    bars = [_bar(row, hidden) for row in ordered[:MOST_BARS]]
    further = ordered[MOST_BARS:]
    if further:
        ore = sum(row.allowed_ore for row in further)
        is_few = any(row.of in hidden for row in further)
        name = f"{len(further)} övriga"
        bars.append(Bar(name, None, NOT_TOLD if is_few else _whole_kronor(ore)))
    return bars


def _share_of(part: FirstPass) -> Bar:
    return Bar(part.of, part.passed * _HUNDRED // max(part.invoices, 1), share(part))


def _steps(highest_ore: int) -> list[Bar]:
    """A scale in round kronor, up to the highest value at least."""
    kr, step = -(-highest_ore // 100), 1
    while step * _STEPS < kr:
        step = step * 2 if str(step)[0] in "15" else step // 2 * 5
    return [Bar("", place * step * 100, kronor(place * step * 100)) for place in range(_STEPS + 1)]


def _whole_kronor(ore: int) -> str:
    """Rounded to whole kronor, halves upwards."""
    return kronor((ore + 50) // 100 * 100)


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", NO_BREAK_SPACE)
