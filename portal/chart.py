"""The tooth chart: every tooth by its FDI number, with what is planned, done, gone or remarked on.

The picture is one SVG (portal/html/chart.html) over which lies a control for each tooth, so that
keyboard, screen reader and browsers without scripts have what they know. Teeth are drawn by rule:
four kinds, told apart by how broad they are, their roots and their cusps.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, get_args

Kind = Literal["incisor", "canine", "premolar", "molar"]
Mark = Literal["missing", "finding", "planned", "done"]
MARKS: Final[tuple[Mark, ...]] = get_args(Mark)
"""What can be said of a tooth, in the order in which it is told."""

SIGNS: Final[dict[Mark, str]] = {"missing": "✕", "finding": "!", "planned": "+", "done": "✓"}
"""What stands for a mark where colour tells nothing."""

Position = Literal[
    "central_incisor", "lateral_incisor", "canine", "first_premolar", "second_premolar",
    "first_molar", "second_molar", "third_molar",
]  # fmt: skip
POSITIONS: Final[tuple[Position, ...]] = get_args(Position)
"""From the midline outwards."""

MILK_POSITIONS: Final[tuple[Position, ...]] = (
    "central_incisor", "lateral_incisor", "canine", "first_molar", "second_molar",
)  # fmt: skip

Side = Literal["upper_right", "upper_left", "lower_left", "lower_right"]
SIDES: Final[tuple[Side, ...]] = get_args(Side)
"""In the order of FDI's first digit: 1–4, and 5–8 for milk teeth."""

EXTRACTIONS: Final = frozenset(("401", "402", "403", "404"))
"""Actions of the state's list after which a tooth is gone. That of a supernumerary tooth (406) has
the number of a neighbour, which stays."""

CELL: Final = 33
"""Units that a tooth is broad: sixteen fit a page, eight a small screen."""

_TOOTH_HEIGHT = 60
_NECK = 36


class Marked(NamedTuple):
    """Something said of a tooth: "krona" that is planned; nothing more where the mark says all."""

    tooth: str
    mark: Mark
    what: str = ""


class Tooth(NamedTuple):
    """A tooth as it is shown, with its column of eight from the left."""

    number: str
    kind: Kind
    position: Position
    side: Side
    is_milk: bool
    column: int
    said: Sequence[Marked]

    @property
    def name(self) -> str:
        """What its position is called, as a key of words."""
        return f"milk_{self.position}" if self.is_milk else self.position

    @property
    def is_first(self) -> bool:
        """Whether its side begins with it, from the left."""
        return self.column == (8 - len(MILK_POSITIONS) if self.is_milk and self.is_right else 0)

    @property
    def is_right(self) -> bool:
        """On the patient's right, which is the left of the picture."""
        return self.side.endswith("right")

    @property
    def is_upper(self) -> bool:
        """In the upper jaw."""
        return self.side.startswith("upper")

    @property
    def marks(self) -> list[Mark]:
        """Each once, in their order."""
        there = {one.mark for one in self.said}
        return [mark for mark in MARKS if mark in there]


class Quadrant(NamedTuple):
    """The teeth of one side of a jaw, from the left of the picture."""

    name: str
    side: Side
    is_milk: bool
    teeth: list[Tooth]


class Chart(NamedTuple):
    """All that the picture shows, row by row: each two quadrants."""

    rows: list[list[Quadrant]]
    shapes: dict[Kind, str]
    marks: list[Mark]
    has_milk_teeth: bool

    @property
    def teeth(self) -> list[Tooth]:
        """As the picture has them, from the upper left."""
        return [one for row in self.rows for quadrant in row for one in quadrant.teeth]


def chart(said: Iterable[Marked], *, with_milk_teeth: bool = False) -> Chart:
    """The chart with what is said of teeth; what is said of anything else is passed over. Milk
    teeth are there when they are wanted, and when something is said of one."""
    by_tooth: dict[str, list[Marked]] = {}
    for one in said:
        by_tooth.setdefault(one.tooth, []).append(one)
    has_milk_teeth = with_milk_teeth or any(tooth[:1] in tuple("5678") for tooth in by_tooth)
    order = (1, 2, 5, 6, 8, 7, 4, 3) if has_milk_teeth else (1, 2, 4, 3)
    quadrants = [_quadrant(number, by_tooth) for number in order]
    shown = {mark for quadrant in quadrants for tooth in quadrant.teeth for mark in tooth.marks}
    return Chart(
        [quadrants[place : place + 2] for place in range(0, len(quadrants), 2)],
        {kind: outline(kind) for kind in get_args(Kind)},
        [mark for mark in MARKS if mark in shown],
        has_milk_teeth,
    )


class _Build(NamedTuple):
    """How broad a crown is, and how many roots and cusps it has."""

    width: int
    roots: int
    cusps: int


_BUILDS: Final[dict[Kind, _Build]] = {
    "incisor": _Build(18, 1, 0),
    "canine": _Build(20, 1, 1),
    "premolar": _Build(22, 1, 2),
    "molar": _Build(29, 2, 3),
}


def outline(kind: Kind) -> str:
    """The outline of an upper tooth, roots upwards, as an SVG path."""
    width, roots, cusps = _BUILDS[kind]
    left, right = (CELL - width) // 2, (CELL + width) // 2
    neck_left, neck = left + 3, width - 6
    path = [f"M{neck_left} {_NECK}"]
    for root in range(roots):
        first, last = (neck_left + neck * one // roots for one in (root, root + 1))
        tip = (first + last) // 2
        path.append(f"C{first} {_NECK - 16} {tip - 3} 3 {tip} 3")
        path.append(f"S{last} {_NECK - 16} {last} {_NECK if root == roots - 1 else _NECK - 5}")
    edge = _TOOTH_HEIGHT - 5
    path.append(f"Q{right + 2} {_NECK + 8} {right} {edge}")
    if not cusps:
        path.append(f"Q{CELL // 2} {_TOOTH_HEIGHT} {left} {edge}")
    for cusp in range(cusps):
        start, end = (right - width * one // cusps for one in (cusp, cusp + 1))
        path.append(f"Q{(start + end) // 2} {_TOOTH_HEIGHT + 4} {end} {edge}")
    path.append(f"Q{left - 2} {_NECK + 8} {neck_left} {_NECK}Z")
    return "".join(path)


_MOLAR_FROM = 6
_PREMOLAR_FROM = 4
_CANINE = 3


def _quadrant(number: int, said: dict[str, list[Marked]]) -> Quadrant:
    is_milk = number > len(SIDES)
    side = SIDES[(number - 1) % len(SIDES)]
    positions = MILK_POSITIONS if is_milk else POSITIONS
    teeth = []
    for place, position in enumerate(positions, 1):
        tooth = f"{number}{place}"
        column = len(POSITIONS) - place if side.endswith("right") else place - 1
        kind = _kind(place, is_milk=is_milk)
        teeth.append(Tooth(tooth, kind, position, side, is_milk, column, said.get(tooth, ())))
    teeth.sort(key=lambda one: one.column)
    return Quadrant(f"q{number}", side, is_milk, teeth)


def _kind(place: int, *, is_milk: bool) -> Kind:
    """Of the tooth at a place from the midline."""
    if place < _CANINE:
        return "incisor"
    if place == _CANINE:
        return "canine"
    return "molar" if is_milk or place >= _MOLAR_FROM else "premolar"
