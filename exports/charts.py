"""Charts as SVG, written by ourselves: bars side by side with their names, or a line over months.

Each has a title and a description for those who hear it, and colours for light and for dark; what
is drawn has its value as text too. Texts go in escaped.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 720
_ROW: Final = 26
_TOP: Final = 52
_SIGN: Final = 9
"""The width of a letter in a wide font."""
_INK, _GROUND, _GRID, _DRAWN = "#1b1b1b", "#ffffff", "#c8c8c8", "#1f5fa8"
STYLE: Final = (
    "@media (prefers-color-scheme: dark) {"
    ".partitur-ground{fill:#161616}.partitur-ink{fill:#f2f2f2}.partitur-grid{stroke:#555}"
    ".partitur-bar{fill:#7db3f0}.partitur-line{stroke:#7db3f0}}"
)
STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
"""By which a page allows the style, and no other."""


class Bar(NamedTuple):
    """A thing with its value and how that is told; without a value nothing is drawn."""

    name: str
    value: int | None
    told: str


def without_style(chart: str) -> str:
    """A chart as a part of a page whose own style sheet has STYLE: pages allow no other."""
    return chart.replace(f"<style>{STYLE}</style>", "")


def bar_chart(name: str, title: str, bars: Sequence[Bar]) -> str:
    """Bars from a common start, the first at the top. `name` makes it one of several on a page."""
    left = max((len(bar.name) for bar in bars), default=0) * _SIGN + 16
    right = max((len(bar.told) for bar in bars), default=0) * _SIGN + 16
    longest = max((bar.value or 0 for bar in bars), default=0)
    room, height = max(WIDTH - left - right, 80), _TOP + _ROW * max(len(bars), 1) + 8
    parts = [_none()] if not bars else []
    for place, bar in enumerate(bars):
        y = _TOP + place * _ROW
        length = room * (bar.value or 0) / longest if longest else 0
        parts.append(_text(left - 8, y + 14, bar.name, "end"))
        if bar.value is not None:
            parts.append(
                f'<rect class="partitur-bar" x="{left}" y="{y}" width="{length:.1f}" height="18" '
                f'fill="{_DRAWN}"><title>{escape(f"{bar.name}: {bar.told}")}</title></rect>'
            )
        parts.append(_text(left + length + 6, y + 14, bar.told, "start"))
    return _whole(name, title, _described(bars), height, parts)


def line_chart(name: str, title: str, points: Sequence[Bar], steps: Sequence[Bar]) -> str:
    """A line through points in order of time, over a scale of steps of which the last is the
    highest."""
    height, bottom, left, right = 320, 270, 132, WIDTH - 32
    highest = max([one.value or 0 for one in (*steps, *points)], default=0) or 1
    parts = [_none()] if not points else []
    for step in steps:
        y = bottom - (bottom - _TOP) * (step.value or 0) / highest
        parts.append(
            f'<line class="partitur-grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" '
            f'stroke="{_GRID}"/>'
        )
        parts.append(_text(left - 8, y + 4, step.told, "end"))
    apart = (right - left) / max(len(points) - 1, 1)
    places = [
        (left + apart * place, bottom - (bottom - _TOP) * (one.value or 0) / highest)
        for place, one in enumerate(points)
    ]
    for some in _unbroken(points, places):
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in some)
        parts.append(
            f'<polyline class="partitur-line" points="{drawn}" fill="none" stroke="{_DRAWN}" '
            'stroke-width="2.5"/>'
        )
    every = -(-len(points) // 8)
    for place, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        if point.value is not None:
            parts.append(
                f'<circle class="partitur-bar" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_DRAWN}">'
                f"<title>{escape(f'{point.name}: {point.told}')}</title></circle>"
            )
        if place % every == 0:
            parts.append(_text(x, bottom + 24, point.name, "middle"))
    return _whole(name, title, _described(points), height, parts)


def _unbroken(
    points: Sequence[Bar], places: Sequence[tuple[float, float]]
) -> Iterator[list[tuple[float, float]]]:
    """The places of points that follow each other, each with a value."""
    some: list[tuple[float, float]] = []
    for point, place in zip(points, places, strict=True):
        if point.value is None:
            yield some
            some = []
        else:
            some.append(place)
    yield some


def _described(points: Iterable[Bar]) -> str:
    """All of it in words."""
    return "; ".join(f"{one.name}: {one.told}" for one in points) or "Ingenting att visa."


def _none() -> str:
    return _text(WIDTH / 2, _TOP + 18, "Ingenting att visa", "middle")


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return (
        f'<text class="partitur-ink" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'fill="{_INK}"{more}>{escape(text)}</text>'
    )


def _whole(name: str, title: str, described: str, height: int, parts: Iterable[str]) -> str:
    ids = f"{name}-title", f"{name}-desc"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'lang="sv" aria-labelledby="{ids[0]} {ids[1]}" font-family="system-ui, sans-serif" '
        f'font-size="13"><title id="{ids[0]}">{escape(title)}</title>'
        f'<desc id="{ids[1]}">{escape(described)}</desc><style>{STYLE}</style>'
        f'<rect class="partitur-ground" width="{WIDTH}" height="{height}" fill="{_GROUND}"/>'
        f"{_text(16, 28, title, 'start', _BOLD)}{''.join(parts)}</svg>\n"
    )


_BOLD: Final = ' font-size="16" font-weight="600"'
