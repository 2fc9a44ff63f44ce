"""Made-up documents for the demo region's applications: x-rays as pictures, and papers as PDF."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from attachments.kinds import AttachmentKind
from attachments.verdict import Sound


class Drawn(NamedTuple):
    """A document: what it is, and its file."""

    kind: AttachmentKind
    title: str
    sound: Sound
    content: bytes


_XRAY: Final = """
#set page(width: 150pt, height: 110pt, margin: 0pt, fill: rgb("#101214"))
#let tooth(x, y, up, filled) = place(dx: x, dy: y, rotate(if up { 180deg } else { 0deg }, {
  place(dx: 3pt, dy: 16pt, polygon(fill: gradient.linear(rgb("#a9adb0"), rgb("#3a3d40"),
    angle: 90deg), (0pt, 0pt), (7pt, 0pt), (4pt, 26pt)))
  place(dx: 11pt, dy: 16pt, polygon(fill: gradient.linear(rgb("#a9adb0"), rgb("#3a3d40"),
    angle: 90deg), (0pt, 0pt), (7pt, 0pt), (3pt, 24pt)))
  rect(width: 21pt, height: 19pt, radius: 5pt, fill: gradient.linear(rgb("#f2f3f3"),
    rgb("#a9adb0"), angle: 90deg))
  if filled { place(dx: 6pt, dy: -18pt, rect(width: 9pt, height: 6pt, radius: 2pt, fill: white)) }
  place(dx: 8pt, dy: -9pt, rect(width: 5pt, height: 12pt, radius: 2pt, fill: rgb("#62666a")))
}))
#for n in range(6) {
  tooth(n * 24pt + 5pt, 30pt, true, calc.rem(n + SEED, 3) == 0)
  tooth(n * 24pt + 2pt, 56pt, false, calc.rem(n * SEED, 4) == 1)
}
#place(dx: SEED * 22pt, dy: 58pt, circle(radius: 4pt, fill: rgb("#101214")))
#place(bottom + right, dx: -4pt, dy: -3pt, text(5pt, fill: rgb("#d0d4d6"))[Påhittad bild SEED])
"""
_PAPER: Final = """
#set page(paper: "a5", margin: 16mm)
#set text(10pt, lang: "sv")
#set document(title: "TITLE")
= TITLE
Påhittad handling för demon.

BODY
"""
_STATUS: Final = """
#table(columns: 7, [Tand], ..("17", "16", "15", "14", "13", "12").map(one => [#one]),
  [Fickdjup, mm], [5], [6], [4], [4], [3], [3], [Blödning], [ja], [ja], [nej], [ja], [nej], [nej],
  [Mobilitet], [1], [1], [0], [0], [0], [0])
#v(1em) Plackindex 45 %. Blödningsindex 38 %. Benförlust marginellt, djupare vid 16 och 17.
"""
_RECORD: Final = """
*Anamnes.* Muntorrhet av läkemedel, svårt att borsta själv. Personal hjälper till morgon och kväll.

*Status.* Sekundärkaries vid 16 och 36, fraktur 25. Slemhinnor utan anmärkning.

*Bedömning.* Behandlingen behövs för att patienten ska kunna äta utan besvär.
"""
_CERTIFICATE: Final = """
Patienten har en långvarig sjukdom med stora svårigheter att sköta munhygienen. Svårigheterna
bedöms bestå mer än ett år.
"""


def documents() -> Sequence[Drawn]:
    """A few of each kind, the same each time."""
    xrays = [
        Drawn("xray", f"Bitewing {side}", Sound("png", 1), _picture(str(seed)))
        for seed, side in enumerate(("höger", "vänster", "höger, 36"), 1)
    ]
    papers: Sequence[tuple[AttachmentKind, str, str]] = (
        ("periodontal_status", "Parodontalt status", _STATUS),
        ("record_copy", "Journalkopia", _RECORD),
        ("medical_certificate", "Läkarintyg", _CERTIFICATE),
    )
    return [
        *xrays,
        *(Drawn(kind, title, Sound("pdf", 1), _paper(title, body)) for kind, title, body in papers),
    ]


def _picture(seed: str) -> bytes:
    written = _compiler(_XRAY.replace("SEED", seed)).compile(format="png", ppi=180.0)
    assert isinstance(written, bytes)
    return written


def _paper(title: str, body: str) -> bytes:
    source = _PAPER.replace("TITLE", title).replace("BODY", body)
    written = _compiler(source).compile(format="pdf")
    assert isinstance(written, bytes)
    return written


def _compiler(source: str) -> Any:
    import typst

    return typst.Compiler(source.encode(), ignore_system_fonts=True)
